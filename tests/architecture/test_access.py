"""Who opens what: every page × every role, another school's member, and a visitor."""

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.urls import clear_url_caches, get_resolver, path, reverse

from apps.accounts.models import Role
from apps.core.tenancy import in_school
from educonnect import urls_school
from tests.architecture.pages import ANYONE, PORTAL, SCHOOL, SIGNED_IN, pages, unruled
from tests.conftest import school_with
from tests.factories.accounts import MemberFactory
from tests.factories.schools import SchoolFactory
from tests.world import build_world

GATED = {name: page for name, page in SCHOOL.items() if page.opens_for not in (ANYONE, SIGNED_IN)}


@pytest.fixture(scope="module")
def kept_school(build_once):
    return build_once(school_with(build_world))


@pytest.fixture
def world(rows):
    return rows


@pytest.fixture
def visit(client, world, path_to):
    """The answer to a page of the table; what a POST changed is undone."""

    def answer(name: str):
        page = GATED[name]
        with transaction.atomic():
            response = getattr(client, page.method)(path_to(name, *page.about(world)) + page.query)
            transaction.set_rollback(True)
        return response

    return answer


def test_every_page_is_in_the_table():
    assert set(pages(get_resolver("educonnect.urls_school"))) == SCHOOL.keys()
    assert set(pages(get_resolver("educonnect.urls"))) == PORTAL.keys()


def test_a_page_without_a_line_is_caught(monkeypatch):
    planted = path("sans-regle/", lambda request: HttpResponse("?"), name="planted")
    monkeypatch.setattr(urls_school, "urlpatterns", [*urls_school.urlpatterns, planted])
    clear_url_caches()
    try:
        assert unruled(get_resolver("educonnect.urls_school"), SCHOOL) == {"planted"}
    finally:
        clear_url_caches()


def test_each_page_opens_for_its_roles_and_no_others(client, world, visit):
    wrong, cells = [], 0
    for role, member in world.members.items():
        client.force_login(member.user)
        for name, page in GATED.items():
            expected = 302 if role in page.sent_away else page.status if role in page.opens_for else 404
            status = visit(name).status_code
            cells += 1
            if status != expected:
                wrong.append((name, role, status, "expected", expected))
    print(f"{cells} cells, {len(wrong)} wrong")  # noqa: T201
    assert wrong == []
    assert cells == len(Role) * len(GATED)


def test_to_another_schools_staff_no_page_exists(client, world, visit):
    with in_school(SchoolFactory().pk):
        client.force_login(MemberFactory(roles=list(Role)).user)
    assert {name: visit(name).status_code for name in GATED} == dict.fromkeys(GATED, 404)


def test_a_visitor_is_sent_to_sign_in(visit):
    assert [name for name in GATED if not visit(name).url.startswith("/connexion/?next=")] == []


@pytest.mark.parametrize("name", [name for name, page in PORTAL.items() if page.opens_for == SIGNED_IN])
def test_a_page_of_no_school_asks_for_a_sign_in(client, db, name):
    assert client.get(reverse(name)).url.startswith("/connexion/?next=")


@pytest.mark.parametrize("name", [name for name, page in PORTAL.items() if page.opens_for == ANYONE])
def test_the_few_public_pages_open_for_anyone(client, world, name):
    page = PORTAL[name]
    assert client.get(reverse(name, args=page.about(world))).status_code == page.status


def test_the_public_list_is_short():
    public = [name for table in (PORTAL, SCHOOL) for name, page in table.items() if page.opens_for == ANYONE]
    assert len(public) <= 15
