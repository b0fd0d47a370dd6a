"""Where each person's roles lead, and what the home of a school shows to whom."""

from datetime import timedelta

import pytest
from django.urls import reverse

from apps.accounts.models import OFFICE, Role
from apps.attendance.rules import Line
from apps.core.clock import today
from apps.core.tenancy import in_school
from apps.grades.models import Assessment
from apps.schools.models import School
from tests.conftest import soup
from tests.factories.accounts import MemberFactory, UserFactory
from tests.factories.schools import SchoolFactory

from . import cast


def hold(user, *roles, school=None):
    school = school or SchoolFactory()
    with in_school(school.pk):
        return MemberFactory(user=user, roles=list(roles))


def led_to(client, user) -> str:
    client.force_login(user)
    return client.get("/").url


@pytest.mark.parametrize("role", [Role.GUARDIAN, Role.STUDENT])
def test_families_are_led_to_their_page(client, db, role):
    user = UserFactory()
    hold(user, role)
    hold(user, Role.GUARDIAN)
    assert led_to(client, user) == "/famille/"


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.GUARDIAN, Role.STUDENT}))
def test_who_works_in_one_school_is_led_to_it(client, db, role):
    user = UserFactory()
    school = SchoolFactory(slug="sainte-anne")
    hold(user, role, Role.GUARDIAN, school=school)
    assert led_to(client, user) == "/sainte-anne/"


def test_who_works_in_several_chooses(client, db):
    user = UserFactory()
    hold(user, Role.TEACHER)
    hold(user, Role.GUARDIAN)
    assert led_to(client, user) == "/etablissements/"


@pytest.mark.parametrize("page", ["/etablissements/", "/deconnexion/"])
def test_on_her_way_elsewhere_the_browser_knows_whose_work_it_may_send(client, db, page):
    user = UserFactory()
    members = [hold(user, Role.TEACHER), hold(user, Role.TEACHER)]
    client.force_login(user)
    writers = soup(client.get(page)).body["data-edu-writer"].split()
    assert set(writers) == {f"{one.school.slug}/{one.pk}" for one in members}


def test_a_person_of_no_school_is_told_so(client, db):
    assert led_to(client, UserFactory()) == "/etablissements/"


def test_a_role_that_has_ended_leads_nowhere(client, db):
    user = UserFactory()
    member = hold(user, Role.TEACHER)
    with in_school(member.school_id):
        member.held_roles.update(until=today() - timedelta(days=1))
    assert led_to(client, user) == "/etablissements/"


@pytest.mark.parametrize("role", [Role.GUARDIAN, Role.STUDENT])
def test_the_home_of_a_school_sends_families_to_their_own(client, path_to, role):
    client.force_login(MemberFactory(roles=[role]).user)
    assert client.get(path_to("portal:home")).url == "/famille/"


# A teacher's day


@pytest.fixture
def home(db):
    return cast.household(cast.mother(), marks=8)


def page_of(client, home, user):
    client.force_login(user)
    return soup(client.get(f"/{home.school.slug}/"))


def test_a_teacher_finds_each_of_her_courses_with_its_roll_and_its_marks(client, home):
    page = page_of(client, home, home.teacher.user)
    assert len(page.select(".row .acts")) == 8
    assert "pas encore d’appel" in page.text
    for link in page.select(".row .acts a"):
        assert client.get(link["href"]).status_code == 200


def test_a_roll_that_was_called_says_when(client, home):
    with in_school(home.school.pk):
        cast.call(home, today(), {})
    page = page_of(client, home, home.teacher.user)
    assert "appel fait à" in page.text
    assert "pas encore d’appel" not in page.text


def test_what_is_not_published_is_red(client, home):
    with in_school(home.school.pk):
        Assessment.objects.filter(title="Devoir 1", course__subject__code="S0").update(published_at=None)
    drafts = page_of(client, home, home.teacher.user).select(".st.a")
    assert [draft.text.strip() for draft in drafts] == ["1 évaluation à publier"]


def test_the_office_reads_the_day_in_figures(client, home):
    with in_school(home.school.pk):
        cast.call(home, today(), {home.student.pk: Line("absent")})
        head = MemberFactory(roles=[Role.PRINCIPAL])
    rows = page_of(client, home, head.user).select(".row")
    told = {row.select_one(".t").text: row.select_one(".n").text for row in rows if row.select_one(".n")}
    assert told == {
        "Élèves absents": "1",
        "Absences à justifier": "1",
        "Élèves en retard": "0",
        "Appels faits": "1",
    }


# The menu


MENUS = {
    Role.STUDENT: ["Accueil", "Mes notes", "Compte"],
    Role.GUARDIAN: ["Famille", "Alertes reçues", "Messages", "Compte"],
    Role.TEACHER: ["Accueil", "Notes", "Appel", "Documents", "Messages", "Compte"],
    Role.EDUCATOR: [
        *("Journée", "Appel", "Absences", "Documents", "Alertes", "Messages", "Compte", "Administration")
    ],
    Role.SECRETARY: ["Accueil", "Bulletins", "Compte", "Administration"],
    Role.BURSAR: ["Accueil", "Documents", "Compte", "Administration"],
    Role.DIRECTOR_OF_STUDIES: [
        "Accueil",
        "Appel",
        "Absences",
        "Bulletins",
        "Alertes",
        "Messages",
        "Compte",
        "Administration",
    ],
    Role.PRINCIPAL: [
        *("Accueil", "Appel", "Absences", "Bulletins", "Alertes", "Messages", "Compte", "Administration")
    ],
    Role.FOUNDER: ["Accueil", "Absences", "Bulletins", "Alertes", "Messages", "Compte", "Administration"],
}


@pytest.mark.parametrize("role", sorted(Role))
def test_the_menu_is_that_of_the_role_and_each_of_its_pages_opens(client, path_to, role):
    client.force_login(MemberFactory(roles=[role]).user)
    start = "/famille/" if role in (Role.GUARDIAN, Role.STUDENT) else path_to("portal:home")
    links = soup(client.get(start, follow=True)).select("header nav a")
    assert [link.text.strip() for link in links] == MENUS[role]
    for link in links:
        opens = client.get(link["href"], follow=True).status_code == 200
        assert opens or link.text.strip() == "Mes notes", link  # this one has no pupil's file
    assert [link.text.strip() for link in links if link.get("aria-current")] == MENUS[role][:1]
    assert (role in OFFICE) == ("Administration" in MENUS[role])


def test_a_teacher_who_is_a_parent_there_wears_both_hats(client, path_to):
    client.force_login(MemberFactory(roles=[Role.TEACHER, Role.GUARDIAN]).user)
    labels = [link.text.strip() for link in soup(client.get(path_to("portal:home"))).select("header nav a")]
    assert labels == [
        *("Accueil", "Notes", "Appel", "Documents", "Alertes reçues", "Messages", "Famille", "Compte")
    ]


def test_pages_of_no_school_keep_the_menu_of_the_only_one(client, path_to):
    client.force_login(MemberFactory(roles=[Role.TEACHER]).user)
    there = soup(client.get(path_to("portal:home"))).select("header nav a")
    here = soup(client.get(reverse("account"))).select("header nav a")
    assert [link["href"] for link in here] == [link["href"] for link in there]


def test_a_suspended_school_has_no_menu_but_says_why(client, home):
    School.objects.filter(pk=home.school.pk).update(suspended_at="2026-11-20T08:00:00Z")
    client.force_login(home.teacher.user)
    assert client.get(f"/{home.school.slug}/").status_code == 403
    labels = [link.text.strip() for link in soup(client.get(reverse("account"))).select("header nav a")]
    assert labels == ["Établissements", "Compte"]
