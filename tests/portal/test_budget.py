"""What the family's page costs a parent's phone and our machine: 2 pupils in 2 schools, 60 marks, 8 subjects,
5 absences, as released.

Bytes and statements are bars. CPU is printed beside an empty view and beside its bar: it is for a person to
read, since a shared machine decides it too.
"""

import gzip
import http.client
import re
from collections import Counter
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from tests import processes
from tests.budget import cpu, show, statements

from . import cast

PAGE = "/famille/"
SCOPE = re.compile(r"set_config\('app.school', '(\d*)'")


def parent(*, marks: int = 30, pupils: int = 42):
    """A mother of two pupils in two schools."""
    user = cast.mother()
    cast.household(user, "Aya", pupils=pupils, marks=marks, absences=3)
    cast.household(user, "Yao", pupils=pupils, marks=marks, absences=2)
    return user


# On the wire


class Phone:
    """A browser that keeps what it may, and weighs what it is sent: heads and bodies, as they travel."""

    def __init__(self, address: str, cookie: str) -> None:
        self.host = urlsplit(address).netloc
        self.cookie = f"{settings.SESSION_COOKIE_NAME}={cookie}"
        self.kept: dict[str, str] = {}
        self.weights: dict[str, int] = {}

    def fetch(self, target: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
        wire = http.client.HTTPConnection(self.host, timeout=30)
        asked = {"Cookie": self.cookie, "Accept-Encoding": "gzip, deflate, br"} | headers
        wire.request("GET", target, headers=asked)
        answer = wire.getresponse()
        body = answer.read()
        head = sum(len(name) + len(value) + 4 for name, value in answer.getheaders()) + 17
        self.weights[target] = head + len(body)
        wire.close()
        return answer, body

    def visit(self, page: str) -> http.client.HTTPResponse:
        """The page, then what it loads and is not kept yet."""
        self.weights = {}
        known = {"If-None-Match": self.kept[page]} if page in self.kept else {}
        answer, body = self.fetch(page, **known)
        self.kept[page] = answer.headers["ETag"]
        if answer.status == 200:
            for target in loaded_by(unpacked(answer, body)):
                if target not in self.kept:
                    asset, _ = self.fetch(target)
                    assert asset.status == 200, target
                    assert "immutable" in asset.headers["Cache-Control"], target
                    assert asset.headers["Content-Encoding"] == "br", target
                    self.kept[target] = ""
        return answer


def unpacked(answer: http.client.HTTPResponse, body: bytes) -> bytes:
    return gzip.decompress(body) if answer.headers["Content-Encoding"] == "gzip" else body


def loaded_by(html: bytes) -> list[str]:
    page = BeautifulSoup(html, "html.parser")
    links = [link["href"] for link in page.select("link[rel=stylesheet], link[rel=icon]")]
    sources = [tag["src"] for tag in page.select("[src]")]
    return [target for target in links + sources if not target.startswith("data:")]


@pytest.fixture
def released(tmp_path):
    """The application itself, with the assets of a release."""
    environment = {
        "DJANGO_SETTINGS_MODULE": "educonnect.settings.dev",
        "STATIC_ROOT": str(tmp_path / "static"),
        "DEBUG": "false",
    }
    processes.collect_static(**environment)
    with processes.web(tmp_path / "web.log", **environment) as address:
        yield address


@pytest.mark.django_db(transaction=True)
def test_the_family_page_travels_light(released):
    client = Client()
    client.force_login(parent())
    phone = Phone(released, client.cookies[settings.SESSION_COOKIE_NAME].value)

    first = phone.visit(PAGE)
    weights = dict(phone.weights)
    readable = sum(weight for target, weight in weights.items() if not target.endswith(".js"))
    again = phone.visit(PAGE)
    repeat = sum(phone.weights.values())

    for target, weight in weights.items():
        print(f"{weight:7} B  {target}")  # noqa: T201
    print(f"first visit: {sum(weights.values())} B in {len(weights)} requests (30 KB in 4)")  # noqa: T201
    print(f"to read it: {readable} B of HTML and CSS (14 KB)")  # noqa: T201
    print(f"next visit: {repeat} B, {again.status} (5 KB or 304)")  # noqa: T201
    assert first.status == 200
    assert len(weights) <= 4
    assert sum(weights.values()) <= 30 * 1024
    assert readable <= 14 * 1024
    assert again.status == 304
    assert again.headers["Content-Length"] in (None, "0")
    assert repeat <= 5 * 1024


# On our machine


@pytest.mark.django_db(transaction=True)  # as a request runs: no savepoints, which cost more than BEGIN
def test_the_family_page_costs_little(client, empty_view):
    client.force_login(parent())
    stamp = {"If-None-Match": client.get(PAGE)["ETag"]}
    nothing = cpu(lambda: client.get(empty_view))
    costs = {
        "the family's page, cold (12 ms)": cpu(lambda: client.get(PAGE), before=cache.clear),
        "the family's page, warm (7 ms)": cpu(lambda: client.get(PAGE)),
        "the family's page, 304 (4 ms)": cpu(lambda: client.get(PAGE, headers=stamp)),
    }
    show(costs, nothing)

    client.get(PAGE)
    warm = statements(lambda: client.get(PAGE))
    unchanged = statements(lambda: client.get(PAGE, headers=stamp))
    cache.clear()
    cold = statements(lambda: client.get(PAGE))
    print(f"statements: {len(warm)} warm, {len(cold)} cold, {len(unchanged)} for a 304, of two schools")  # noqa: T201
    assert max(by_school(warm)) <= 6 + 1  # the scope's
    assert max(by_school(cold)) <= 10 + 1


@pytest.mark.django_db(transaction=True)
def test_a_childs_marks_cost_little(client, empty_view):
    user = cast.mother()
    home = cast.household(user, pupils=42, marks=60)
    page = f"/{home.school.slug}/enfants/{home.student.pk}/"
    client.force_login(user)
    stamp = {"If-None-Match": client.get(page)["ETag"]}
    costs = {
        "a child's marks, cold (12 ms)": cpu(lambda: client.get(page), before=cache.clear),
        "a child's marks, warm (7 ms)": cpu(lambda: client.get(page)),
        "a child's marks, 304 (4 ms)": cpu(lambda: client.get(page, headers=stamp)),
    }
    show(costs, cpu(lambda: client.get(empty_view)))
    client.get(page)
    warm = statements(lambda: client.get(page))
    unchanged = statements(lambda: client.get(page, headers=stamp))
    print(f"statements: {len(warm)} warm, {len(unchanged)} for a 304")  # noqa: T201
    assert len(warm) <= 10


def by_school(sent: list[str]) -> list[int]:
    """How many statements each scope sends, its opening among them; the first entry is of no school."""
    counts = Counter()
    scope = None
    for sql in sent:
        if opened := SCOPE.search(sql):
            scope = opened[1]
        counts[scope] += 1
    return [count for scope, count in counts.items() if scope]
