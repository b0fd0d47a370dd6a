"""What families, teachers and éducateurs do: forms as browsers without scripts send, marks in batches too."""

import json
import os
import random
from pathlib import Path
from uuid import uuid4

from bs4 import BeautifulSoup, Tag
from locust import HttpUser, between, task
from locust.exception import RescheduleTask

LOGINS = {row["login"]: row for row in json.loads(Path(os.environ["EDUCONNECT_LOGINS_FILE"]).read_text())}
# The proxy that speaks TLS is missing: we say what it would say, and send cookies that are for TLS only.
CONFLICT = 422
BEHIND_TLS = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}


class Visitor(HttpUser):
    """Signs in once, then reads and writes."""

    abstract = True
    wait_time = between(1, 3)
    login: str

    def on_start(self) -> None:
        self.client.headers.update(BEHIND_TLS)
        self.kept: dict[str, str] = {}
        page = self.read("/connexion/", "sign-in page")
        typed = {"login": self.login, "password": LOGINS[self.login]["password"]}
        self.send(page.select_one("form.slim"), "/connexion/", "sign-in", **typed)
        self.home = LOGINS[self.login]["path"]

    def read(self, path: str, name: str) -> BeautifulSoup | None:
        """A page; None when the one we kept is still good."""
        known = {"If-None-Match": self.kept[path]} if path in self.kept else {}
        answer = self.client.get(path, name=name, headers=known)
        self.keep_cookies()
        if answer.status_code == 304:
            return None
        if not answer.ok:  # locust counts it
            raise RescheduleTask
        if tag := answer.headers.get("ETag"):
            self.kept[path] = tag
        return BeautifulSoup(answer.content, "html.parser")

    def send(self, form: Tag, path: str, name: str, **typed: str) -> None:
        """A form as its page shows it, with what was typed over it."""
        referer = {"Referer": f"{self.host.replace('http:', 'https:')}{path}"}
        said = {"headers": referer, "allow_redirects": False, "catch_response": True}
        with self.client.post(path, fields(form) | typed, name=name, **said) as answer:
            if (
                answer.status_code == CONFLICT
            ):  # a colleague wrote meanwhile: all that was typed is shown again
                answer.success()
        self.keep_cookies()
        if answer.is_redirect:
            self.read(answer.headers["Location"], f"{name}: what follows")

    def keep_cookies(self) -> None:
        for cookie in self.client.cookies:
            cookie.secure = False


def fields(form: Tag) -> dict[str, str]:
    """What a browser would send."""
    page = form.find_parent("body")
    own = page.select(f'[form="{form.get("id")}"]') + form.select("input, select, textarea")
    return {tag["name"]: value(tag) for tag in own if tag.get("name") and tag.name != "button"}


def value(tag: Tag) -> str:
    if tag.name == "select":
        return (tag.select_one("option[selected]") or tag.select_one("option"))["value"]
    return tag.get("value", "")


def links(page: BeautifulSoup, part: str) -> list[str]:
    """Where a page leads, by a part of the address."""
    return sorted({link["href"] for link in page.select("a[href]") if part in link["href"]})


class Parent(Visitor):
    """Opens the family's page again and again, and a child's now and then."""

    weight = 8
    login = "07 07 00 00 01"
    children: tuple[str, ...] = ()

    @task(4)
    def family(self) -> None:
        if page := self.read("/famille/", "family page"):
            self.children = tuple(link for link in links(page, "/enfants/") if "absences" not in link)

    @task(2)
    def child(self) -> None:
        if self.children:
            self.read(random.choice(self.children), "child's page")

    @task(1)
    def another_phone(self) -> None:
        self.kept.clear()


class Teacher(Visitor):
    """Types marks: a column in a batch as the browser's queue does, or a few cells by the form."""

    weight = 1
    login = "prof.diop"
    sheets: tuple[str, ...] = ()

    def on_start(self) -> None:
        super().on_start()
        courses = links(self.read(f"{self.home}notes/", "courses"), "/cours/")
        for course in courses:
            self.sheets += tuple(links(self.read(course, "course"), "/evaluations/"))

    def open(self) -> tuple[str, BeautifulSoup, dict[str, str]]:
        """One of her sheets: its address, its page, and the cells as she sees them."""
        sheet = random.choice(self.sheets)
        self.kept.pop(sheet, None)
        page = self.read(sheet, "mark sheet")
        shown = fields(page.select_one("form#column"))
        return sheet, page, {pk: shown[f"initial-{pk}"] for pk in shown if f"initial-{pk}" in shown}

    @task(3)
    def batch(self) -> None:
        sheet, page, seen = self.open()
        column = sheet.rstrip("/").rsplit("/", 1)[1]
        typed = {f"{column}.{pk}": [there, a_mark()] for pk, there in seen.items()}
        said = {
            "Idempotency-Key": uuid4().hex,
            "X-CSRFToken": self.client.cookies["csrftoken"],
            "Referer": f"{self.host.replace('http:', 'https:')}{sheet}",
        }
        cells = page.select_one("[data-edu-cells]")["data-edu-cells"]
        self.client.post(cells, json=typed, headers=said, name="save a column in a batch")

    @task(1)
    def form(self) -> None:
        sheet, page, seen = self.open()
        typed = {pk: a_mark() for pk in random.sample(sorted(seen), 5)}
        self.send(page.select_one("form#column"), sheet, "save a column by the form", **typed)


def a_mark() -> str:
    return f"{random.randint(0, 40) / 2:g}".replace(".", ",")


class Educator(Visitor):
    """Calls the roll of a class, where one or two are away."""

    weight = 1
    login = "educateur"

    @task
    def roll(self) -> None:
        path = f"{self.home}appel/"
        self.kept.pop(path, None)
        calls = [
            link for link in links(self.read(path, "rolls"), "/appel/") if link.rstrip("/")[-1].isdigit()
        ]
        call = random.choice(calls)
        self.kept.pop(call, None)
        form = self.read(call, "roll").select_one("form#roll")
        pupils = [name for name in fields(form) if name[0] == "s" and name[1:].isdigit()]
        self.send(form, call, "save a roll", **dict.fromkeys(random.sample(pupils, 2), "absent"))
