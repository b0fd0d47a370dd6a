"""A pupil's marks, how her average was made, her absences."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from apps.accounts.models import Role
from apps.attendance.models import Absence
from apps.attendance.rules import Line
from apps.classes.models import Enrolment
from apps.core.clock import today
from apps.core.tenancy import in_school
from apps.grades.models import Assessment
from apps.grades.services import stamp_classes
from tests.conftest import fresh, soup
from tests.factories.accounts import MemberFactory
from tests.factories.classes import ClassTermFactory, TermFactory

from . import cast


@pytest.fixture(scope="module")
def one_home(build_once):
    return build_once(a_home)


@pytest.fixture
def home(db, one_home):
    return fresh(one_home)


def a_home():
    home = cast.household(cast.mother(), marks=16, absences=2)
    with in_school(home.school.pk):
        second = TermFactory(
            calendar=home.class_group.calendar,
            number=2,
            name="Trimestre 2",
            starts_on=date(2026, 12, 7),
            ends_on=date(2027, 3, 19),
        )
        ClassTermFactory(class_group=home.class_group, term=second)
    return home


@pytest.fixture
def visit(client, home):
    def visit(rest="", *, browser=client, user=home.member.user):
        browser.force_login(user)
        return browser.get(f"/{home.school.slug}/enfants/{home.student.pk}/{rest}")

    return visit


def test_each_subject_shows_its_marks_and_how_the_class_did(visit):
    page = soup(visit())
    rows = page.select("table.marks tbody tr")
    assert len(rows) == 8
    assert [row.th.text for row in rows][:2] == ["Mathématiques", "Français"]
    assert [mark.text for mark in rows[0].select("summary b")] == ["15,25", "8,5"]
    assert "classe" in rows[0].select_one(".it small").text
    assert rows[0].select_one("td.end .n").text == "11,88"


def test_the_working_adds_up(visit):
    page = soup(visit())
    lines = page.select(".why tbody tr")
    points = [Decimal(line.select("td")[2].text.replace(",", ".")) for line in lines]
    total = [cell.text for cell in page.select(".why tfoot td")]
    assert f"{sum(points)}".replace(".", ",") == total[2]
    assert page.select_one(".why > p").text == f"{total[2]} ÷ {total[1]} = {page.select_one('.big .n').text}"


def test_the_place_in_the_class_is_said(visit):
    assert " ".join(soup(visit()).select_one(".hero p").text.split()).endswith("sur 4")


def test_the_current_term_is_shown_and_the_others_are_a_tap_away(visit):
    tabs = soup(visit()).select(".seg a")
    assert [(tab.text, tab["aria-label"]) for tab in tabs] == [("1", "Trimestre 1"), ("2", "Trimestre 2")]
    assert [tab["href"] for tab in tabs if tab.get("aria-current")] == ["?t=1"]
    page = soup(visit("?t=2"))
    assert "Pas encore de moyenne" in page.text
    assert "Aucune note publiée" in page.text


@pytest.mark.parametrize("typed", ["?t=99", "?t=x", "?t=-1", "?t=1.5", "?t=²", "?t=99999999999999999999"])
def test_a_term_that_does_not_exist_is_a_404(visit, typed):
    assert visit(typed).status_code == 404


def test_an_empty_term_is_the_current_one(visit):
    assert soup(visit("?t=")).select_one(".big .n").text == soup(visit()).select_one(".big .n").text


def test_by_date_the_last_mark_comes_first(visit):
    page = soup(visit("?par=date"))
    days = [time["datetime"] for time in page.select("#term li time")]
    assert len(days) == 16
    assert days == sorted(days, reverse=True)


@pytest.mark.parametrize("rest", ["", "?t=2", "?par=date", "?t=1&par=date"])
def test_a_swap_is_what_a_reload_shows(visit, htmx, rest):
    whole = soup(visit(rest)).select_one("#term")
    part = soup(visit(rest, browser=htmx)).select_one("#term")
    assert str(part) == str(whole)


def test_what_is_not_published_counts_for_nothing(visit, home):
    before = soup(visit()).select_one(".big .n").text
    with in_school(home.school.pk):
        Assessment.objects.filter(title="Devoir 2").update(published_at=None)
        stamp_classes([home.class_group.pk])
    page = soup(visit())
    assert "Devoir 2" not in page.text
    assert page.select_one(".big .n").text != before or len(page.select(".it")) == 8


def test_a_pupil_of_no_class_is_told_so(visit, home):
    with in_school(home.school.pk):
        Enrolment.objects.filter(student=home.student).update(until=today() - timedelta(days=1))
    assert "Aucune classe aujourd’hui" in soup(visit()).text


def test_an_absence_says_whether_it_waits_for_a_reason(visit, home):
    with in_school(home.school.pk):
        absence = Absence.objects.filter(student=home.student).order_by("-held_on").first()
        Absence.objects.filter(pk=absence.pk).update(is_justified=True, reason="Maladie")
    rows = soup(visit("absences/")).select("section:first-child .row:has(time)")
    assert [row.select_one(".st").text for row in rows] == ["justifiée", "à justifier"]
    assert "Maladie" in rows[0].text
    assert "due" in rows[1]["class"]


def test_a_reason_is_for_the_family_and_not_for_each_teacher(visit, home):
    with in_school(home.school.pk):
        Absence.objects.update(is_justified=True, reason="Maladie")
        educator = MemberFactory(roles=[Role.EDUCATOR])
        bursar = MemberFactory(roles=[Role.BURSAR])
    assert "Maladie" in visit("absences/").text
    assert "Maladie" in visit("absences/", user=educator.user).text
    assert "Maladie" not in visit("absences/", user=home.teacher.user).text
    assert "Maladie" not in visit("absences/", user=bursar.user).text


def test_the_hours_missed_are_added_up(visit):
    total = soup(visit("absences/")).select_one(".row.sum")
    assert total.select_one(".end").text == "1\u202fh\u202f50"
    assert "dont 1\u202fh\u202f50 sans justification" in total.text


def test_a_late_arrival_says_how_late(visit, home):
    with in_school(home.school.pk):
        cast.call(home, today(), {home.student.pk: Line("late", 12)})
    assert "12 min" in soup(visit("absences/")).select_one("section:last-child").text


def test_a_pupil_without_absence_reads_it_so(client, db):
    home = cast.household(cast.mother(), marks=0, absences=0)
    client.force_login(home.member.user)
    page = soup(client.get(f"/{home.school.slug}/enfants/{home.student.pk}/absences/"))
    assert "Aucune absence cette année" in page.text
    assert "Aucun retard cette année" in page.text
