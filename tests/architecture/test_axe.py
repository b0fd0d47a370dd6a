"""Every page through axe, on a phone and on a desk: no violation, no sideways scroll, nothing blocked."""

from collections.abc import Iterator
from itertools import product

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Role, User
from apps.core.tenancy import in_school
from tests.architecture.pages import ANYONE, PORTAL, SCHOOL, SIGNED_IN
from tests.factories.schools import SchoolFactory
from tests.world import build_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


PHONE, DESK = {"width": 360, "height": 700}, {"width": 1366, "height": 700}
PARTS = 3


def looked_at(table):
    return [
        name for name, page in table.items() if page.looks and page.method == "get" and page.status == 200
    ]


@pytest.fixture
def tour(transactional_db) -> list[tuple[str, str, User | None]]:
    """Each page of a small school: its name, its path, and who looks at it."""
    school = SchoolFactory(name="Collège Sainte-Anne")
    with in_school(school.pk):
        world = build_world(pupils=5)
        return [
            (name, path, world.members[role].user if role else None)
            for name, path, role in addresses(school, world)
        ]


def addresses(school, world) -> list[tuple[str, str, Role | None]]:
    """Each page's name, its path, and the role that opens it; in the school's scope."""
    tour = [
        (name, reverse(name, urlconf="educonnect.urls", args=PORTAL[name].about(world)), _who(PORTAL[name]))
        for name in looked_at(PORTAL)
    ]
    for name in looked_at(SCHOOL):
        if name in PORTAL:
            continue
        path = reverse(name, urlconf="educonnect.urls_school", args=SCHOOL[name].about(world))
        tour.append((name, f"/{school.slug}{path}{SCHOOL[name].query}", _who(SCHOOL[name])))
    return tour


def _who(page) -> Role | None:
    if page.opens_for == ANYONE:
        return None
    return (
        Role.GUARDIAN
        if page.opens_for == SIGNED_IN
        else next(role for role in Role if role in page.opens_for)
    )


@pytest.fixture
def page(chromium) -> Iterator:
    """A page under our own policy, with axe in it before anything else."""
    from axe_playwright_python.base import AXE_FILE_PATH

    with chromium.new_context(locale="fr-FR") as context:
        context.add_init_script(path=AXE_FILE_PATH)
        yield context.new_page()


VIOLATIONS = """async () => {
  const found = (await axe.run({resultTypes: ["violations"], preload: false})).violations;
  return found.map(rule => [rule.id, rule.nodes.slice(0, 3).map(node => node.html.slice(0, 120))]);
}"""


def is_refusal(message) -> bool:
    """What Chromium says when the policy stops something."""
    return "Content Security Policy" in message.text


LOOKS = {"phone": PHONE, "desk": DESK}
IN_THE_SUITE = ("phone", 0)


@pytest.mark.parametrize(
    ("size", "part"),
    [
        pytest.param(*look, marks=[] if look == IN_THE_SUITE else pytest.mark.long)
        for look in product(LOOKS, range(PARTS))
    ],
)
def test_no_page_has_a_violation_nor_anything_blocked(page, live_server, tour, size, part):
    """Each third page, on a phone; the build makes the long runs too: all of them, on both."""
    troubles, seen, cookies, size = [], 0, {}, LOOKS[size]
    page.on("console", lambda message: troubles.append(message.text) if is_refusal(message) else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    for name, path, user in tour[part::PARTS]:
        page.context.clear_cookies()
        if user:
            cookies[user.pk] = cookies.get(user.pk) or _session(user, live_server.url)
            page.context.add_cookies([cookies[user.pk]])
        page.set_viewport_size(size)
        answer = page.goto(live_server.url + path)
        if answer.status != 200:
            troubles.append((name, "status", answer.status))
        troubles += [(name, size, found) for found in page.evaluate(VIOLATIONS)]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            troubles.append((name, size, "sideways scroll"))
        seen += 1
    print(f"{seen} pages at {size['width']} px")  # noqa: T201
    assert troubles == []
    assert seen == len(tour[part::PARTS])
    assert len(tour) >= 20


def test_a_violation_is_found(page):
    page.goto(
        "data:text/html,<html lang=fr><title>Photo</title><main><h1>Photo</h1><img src='data:,'></main>"
    )
    assert [rule for rule, _ in page.evaluate(VIOLATIONS)] == ["image-alt"]


def _session(user, url: str) -> dict:
    client = Client()
    client.force_login(user)
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": url,
    }
