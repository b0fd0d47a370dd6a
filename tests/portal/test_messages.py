"""A parent's way to her discussions, in all her schools."""

import gzip

import pytest

from apps.accounts.models import Role
from apps.core.clock import now
from apps.core.tenancy import in_school
from apps.messaging.models import Participation
from apps.schools.models import School
from tests.conftest import soup
from tests.factories.accounts import MemberFactory, UserFactory

from . import cast
from .test_family import write

PAGE = "/famille/messages/"


@pytest.fixture
def user(db):
    return cast.mother()


@pytest.fixture
def homes(user):
    return [cast.household(user, name, marks=4, absences=0) for name in ("Aya", "Yao")]


@pytest.fixture
def signed_in(client, user):
    client.force_login(user)
    return client


def menu_of(answer) -> dict[str, str]:
    """Each entry of the menu: its address."""
    return {link.text.split()[0]: link["href"] for link in soup(answer).select("header nav a")}


def unread_in_menu(answer) -> str:
    count = soup(answer).select_one("header nav .cnt")
    return count.text if count else ""


def write_in(home, count: int) -> None:
    with in_school(home.school.pk):
        write(home, count)


@pytest.mark.parametrize("page", ["/famille/", PAGE, "/compte/"])
def test_a_parent_of_two_schools_has_one_entry_with_what_is_unread_in_both(signed_in, homes, page):
    write_in(homes[0], 2)
    write_in(homes[1], 1)
    answer = signed_in.get(page)
    assert menu_of(answer) == {"Famille": "/famille/", "Messages": PAGE, "Compte": "/compte/"}
    assert unread_in_menu(answer) == "3 non lus"


def test_each_school_has_its_part_and_each_discussion_its_address(signed_in, homes):
    for home in homes:
        write_in(home, 1)
    page = soup(signed_in.get(PAGE))
    assert [" ".join(h.text.split()) for h in page.select("h2")] == [
        f"{home.school.name} 1 non lu" for home in sorted(homes, key=lambda one: one.school.name)
    ]
    for home in homes:
        (thread,) = page.select(f"a.row[href^='/{home.school.slug}/messages/']")
        opened = signed_in.get(thread["href"].partition("#")[0])
        assert opened.status_code == 200
        assert "Bonjour Madame." in opened.text
        assert page.select_one(f"a[href='/{home.school.slug}/messages/nouveau/']")


def test_the_entry_is_the_page_of_the_menu_and_the_family_is_not(signed_in, homes):
    current = soup(signed_in.get(PAGE)).select("header nav [aria-current]")
    assert [link["href"] for link in current] == [PAGE]


def test_a_parent_of_one_school_keeps_her_school_s_own_page(client, db):
    user = cast.mother()
    home = cast.household(user, marks=4, absences=0)
    client.force_login(user)
    assert menu_of(client.get("/famille/"))["Messages"] == f"/{home.school.slug}/messages/"
    assert client.get(PAGE).status_code == 200


def test_a_suspended_school_is_silent(signed_in, homes):
    write_in(homes[0], 2)
    School.objects.filter(pk=homes[0].school.pk).update(suspended_at=now())
    answer = signed_in.get(PAGE)
    assert homes[0].school.name not in soup(answer).select_one("main").text
    assert unread_in_menu(answer) == ""


def test_reading_is_counted_at_once_on_the_family_page(signed_in, homes):
    write_in(homes[0], 2)
    first = signed_in.get("/famille/")
    with in_school(homes[0].school.pk):
        Participation.objects.filter(member=homes[0].member).update(last_read=2, read_at=now())
    again = signed_in.get("/famille/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, unread_in_menu(again)) == (200, "")


def test_a_pupil_of_two_schools_writes_to_nobody(client, homes):
    pupil = UserFactory()
    for home in homes:
        with in_school(home.school.pk):
            MemberFactory(user=pupil, roles=[Role.STUDENT])
    client.force_login(pupil)
    assert "Messages" not in menu_of(client.get("/famille/"))
    assert "Aucun établissement ne vous écrit" in client.get(PAGE).text


def test_many_discussions_cost_no_more_queries_and_stay_light(signed_in, homes, count_queries):
    def visit(threads: int) -> int:
        for home in homes:
            with in_school(home.school.pk):
                for _ in range(threads):
                    write(home, 1)
        return count_queries(signed_in.get, PAGE)

    signed_in.get(PAGE)
    few, many = visit(1), visit(25)
    print(f"{few} statements for two schools")  # noqa: T201
    assert few == many <= 24
    answer = signed_in.get(PAGE)
    assert len(gzip.compress(answer.content)) <= 8_000
    assert "Toutes les discussions" in answer.text
