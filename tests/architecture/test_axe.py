"""Every page through axe, on a phone and on a desk: no violation, no sideways scroll, nothing blocked."""

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
        (name, reverse(name, urlconf="educonnect.urls"), _who(PORTAL[name])) for name in looked_at(PORTAL)
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


@pytest.mark.parametrize("width", [360, 1366])
def test_no_page_has_a_violation(chromium, live_server, tour, width):
    from axe_playwright_python.sync_playwright import Axe

    troubles, seen = [], 0
    with chromium.new_context(
        viewport={"width": width, "height": 700}, locale="fr-FR", bypass_csp=True
    ) as context:
        page = context.new_page()
        for name, path, user in tour:
            context.clear_cookies()
            if user:
                context.add_cookies([_session(user, live_server.url)])
            answer = page.goto(live_server.url + path)
            found = Axe().run(page).response["violations"]
            troubles += [
                (name, rule["id"], [node["html"][:120] for node in rule["nodes"][:3]]) for rule in found
            ]
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                troubles.append((name, "sideways scroll", width))
            if answer.status != 200:
                troubles.append((name, "status", answer.status))
            seen += 1
    print(f"{seen} pages at {width} px")  # noqa: T201
    assert troubles == []
    assert seen == len(tour) >= 20


def is_refusal(message) -> bool:
    """What Chromium says when the policy stops something."""
    return "Content Security Policy" in message.text


def test_the_strict_policy_blocks_nothing_of_ours(chromium, live_server, tour):
    blocked = []
    with chromium.new_context(locale="fr-FR") as context:
        page = context.new_page()
        page.on("console", lambda message: blocked.append(message.text) if is_refusal(message) else None)
        page.on("pageerror", lambda error: blocked.append(str(error)))
        for _, path, user in tour:
            context.clear_cookies()
            if user:
                context.add_cookies([_session(user, live_server.url)])
            page.goto(live_server.url + path)
    assert blocked == []


def _session(user, url: str) -> dict:
    client = Client()
    client.force_login(user)
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": url,
    }
