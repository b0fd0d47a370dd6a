"""Vie scolaire's pages of absences: the list of some days, one of them and what is decided of it."""

from datetime import timedelta

import pytest

from apps.accounts.models import Role
from apps.attendance.models import Absence
from apps.core.clock import today
from tests.conftest import soup
from tests.factories.accounts import MemberFactory
from tests.factories.attendance import AbsenceFactory
from tests.factories.classes import EnrolmentFactory
from tests.factories.people import GuardianshipFactory

from .conftest import classroom_of


@pytest.fixture
def desk(client, educator, classroom, path_to):
    """Vie scolaire's list, with one absence of today in it."""
    classroom.call("a")
    client.force_login(educator.user)
    return path_to("attendance:absences")


def rows_of(response) -> list[str]:
    return [" ".join(row.text.split()) for row in soup(response).select("a.row")]


def test_the_list_shows_the_day(client, desk, classroom):
    (row,) = rows_of(client.get(desk))
    assert str(classroom.pupils[0]) in row
    assert "à justifier" in row


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 1),
        ({"du": "2020-01-01", "au": "2020-01-02"}, 0),
        ({"du": "2020-01-01"}, 1),
        ({"etat": "justified"}, 0),
        ({"etat": "unjustified"}, 1),
        ({"etat": "cancelled"}, 0),
        ({"etat": "nonsense", "du": "hier", "page": "x"}, 1),
        ({"q": "kouâssi AYA"}, 1),
        ({"q": "traoré"}, 0),
    ],
)
def test_the_list_is_narrowed(client, desk, query, count):
    page = client.get(desk, query)
    assert page.status_code == 200
    assert len(rows_of(page)) == count


def test_the_class_is_that_of_the_day(client, desk, classroom):
    """The list of last year, read this one."""
    pupil = classroom.pupils[0]
    then = today() - timedelta(days=300)
    before = EnrolmentFactory(student=pupil, since=then - timedelta(days=90), until=then + timedelta(days=30))
    AbsenceFactory(student=pupil, held_on=then)
    (shown,) = rows_of(client.get(desk, {"du": then, "au": then}))
    assert before.class_group.name in shown
    latest, oldest = rows_of(client.get(desk, {"du": then, "au": today()}))
    assert classroom.group.name in latest
    assert before.class_group.name in oldest


def test_a_long_list_is_paged(client, school, educator, path_to):
    classroom_of(60).call("a" * 60)
    client.force_login(educator.user)
    desk = path_to("attendance:absences")
    assert len(rows_of(client.get(desk))) == 50
    assert len(rows_of(client.get(desk, {"page": 2}))) == 10


@pytest.fixture
def one_absence(desk, path_to):
    return path_to("attendance:absence", Absence.objects.get().pk)


def test_whom_to_call_is_one_touch_away(client, one_absence, path_to):
    student = Absence.objects.get().student
    care = GuardianshipFactory(student=student, relation="mother")
    GuardianshipFactory(student=student, is_informed=False)
    for page in (one_absence, path_to("attendance:pupil", student.pk)):
        (call,) = soup(client.get(page)).select("main a[href^=tel]")
        assert call["href"] == f"tel:{care.guardian.phone}"
        assert call.text.strip() == f"{care.guardian}, mère"


def test_a_reason_justifies(client, one_absence):
    assert client.post(one_absence, {"act": "justify", "reason": " Malade "}).status_code == 302
    assert "Justifiée" in client.get(one_absence).text
    absence = Absence.objects.get()
    assert (absence.is_justified, absence.reason) == (True, "Malade")
    client.post(one_absence, {"act": "withdraw"})
    assert not Absence.objects.get().is_justified


@pytest.mark.parametrize("act", [{"act": "justify", "reason": "Malade"}, {"act": "cancel"}])
def test_htmx_gets_the_absence_alone_and_a_reload_would_show_the_same(
    client, htmx, educator, one_absence, act
):
    htmx.force_login(educator.user)
    part = htmx.post(one_absence, act)
    assert part.text.strip().startswith('<section id="absence">')
    page = soup(client.get(one_absence))
    page.select_one("#absence").replace_with(soup(part).select_one("#absence"))
    assert page.prettify() == soup(client.get(one_absence)).prettify()


def test_a_mistake_is_cancelled(client, one_absence):
    client.post(one_absence, {"act": "cancel"})
    assert Absence.objects.get().cancelled_at
    page = client.get(one_absence)
    assert "Annulée" in page.text
    assert not soup(page).select("form")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"act": "justify", "reason": "  "}, "Choisissez un motif"),
        ({"act": "justify", "reason": "x" * 121}, "120"),
        ({"act": "burn"}, "Choisissez"),
        ({}, "Choisissez"),
    ],
)
def test_a_wrong_decision_comes_back(client, one_absence, typed, said):
    page = client.post(one_absence, typed)
    assert page.status_code == 422
    assert said in page.text
    assert not Absence.objects.get().is_justified


def test_a_decision_about_a_cancelled_absence_is_refused(client, one_absence):
    client.post(one_absence, {"act": "cancel"})
    page = client.post(one_absence, {"act": "justify", "reason": "Malade"})
    assert page.status_code == 422
    assert "vient d’être annulée" in page.text


@pytest.mark.parametrize("role", [Role.TEACHER, Role.GUARDIAN, Role.STUDENT, Role.SECRETARY, Role.BURSAR])
def test_absences_are_vie_scolaires(client, desk, one_absence, role):
    client.force_login(MemberFactory(roles=[role]).user)
    assert client.get(desk).status_code == 404
    assert client.get(one_absence).status_code == 404
    assert client.post(one_absence, {"act": "cancel"}).status_code == 404
    assert not Absence.objects.get().cancelled_at
