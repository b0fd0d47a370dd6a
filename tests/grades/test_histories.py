"""The history of a cell: who wrote what, when, from where; for its teachers and the direction alone."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin

import pytest
import time_machine

from apps.accounts.models import DIRECTION, Role
from apps.classes.models import ClassTerm
from apps.core.clock import today
from tests.conftest import soup
from tests.factories.accounts import MemberFactory
from tests.factories.classes import EnrolmentFactory
from tests.factories.grades import AssessmentFactory, MarkFactory

MORNING = datetime(2026, 11, 24, 10, 42, tzinfo=UTC)
PHONE = "Mozilla/5.0 (Linux; Android 13; SM-A047F) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"


@pytest.fixture(autouse=True)
def a_school_day():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def assessment(school):
    return AssessmentFactory(pupils=1, title="Fractions")


@pytest.fixture
def pupil(assessment):
    return assessment.course.group.class_group.enrolments.get().student


@pytest.fixture
def page(assessment, pupil, path_to):
    return path_to("grades:mark_history", assessment.pk, pupil.pk)


@pytest.fixture
def teacher(assessment, client):
    client.force_login(assessment.course.teacher.user)
    return assessment.course.teacher


@pytest.fixture
def write(client, teacher, assessment, pupil, path_to):
    """Write in the cell as the browser's queue does, from a phone."""

    def write(seen: str, typed: str) -> None:
        cells = json.dumps({f"{assessment.pk}.{pupil.pk}": [seen, typed]})
        client.post(path_to("grades:cells"), cells, "application/json", headers={"User-Agent": PHONE})

    return write


def lines(response) -> list[str]:
    return [" ".join(row.get_text(" ").split()) for row in soup(response).select("ol.rows > li")]


def test_each_change_says_from_what_to_what_by_whom_and_from_where(client, teacher, write, page):
    write("", "12")
    write("12", "A")
    write("Abs", "")
    emptied, coded, first = lines(client.get(page))
    assert "vide → puis 12" in first
    assert f"{teacher}, Chrome, Android" in first
    assert "12 → puis Abs" in coded
    assert "Abs → puis vide" in emptied


def test_what_no_page_wrote_says_so(client, teacher, assessment, pupil, page):
    MarkFactory(assessment=assessment, student=pupil, value=12)
    assert "Reprise d’un fichier" in lines(client.get(page))[0]


def test_an_untouched_cell_has_a_page_that_says_so(client, teacher, page):
    assert "Rien n’y a encore été écrit." in client.get(page).text


@pytest.mark.parametrize("role", sorted(DIRECTION))
def test_the_direction_reads_it_and_comes_back_to_its_own_pages(client, write, page, path_to, role):
    write("", "12")
    client.force_login(MemberFactory(roles=[role]).user)
    answer = client.get(page)
    assert len(lines(answer)) == 1
    assert soup(answer).select_one(".top.work > a")["href"] == path_to("admin:grades_mark_changelist")


@pytest.mark.parametrize("role", sorted(set(Role) - DIRECTION))
def test_to_anyone_else_it_does_not_exist(client, write, page, role):
    write("", "12")
    client.force_login(MemberFactory(roles=[role]).user)
    assert client.get(page).status_code == 404


def test_who_no_longer_teaches_the_course_reads_it_no_more(client, teacher, assessment, page):
    assessment.course.teachers.update(until=today() - timedelta(days=1))
    assert client.get(page).status_code == 404


def test_a_stranger_to_the_sheet_has_no_cell_there(client, teacher, assessment, path_to):
    stranger = EnrolmentFactory().student
    assert client.get(path_to("grades:mark_history", assessment.pk, stranger.pk)).status_code == 404


def test_whoever_left_keeps_the_history_of_her_mark(client, teacher, assessment, path_to):
    guest = EnrolmentFactory().student
    MarkFactory(assessment=assessment, student=guest, value=9)
    assert client.get(path_to("grades:mark_history", assessment.pk, guest.pk)).status_code == 200


def test_the_admin_s_page_of_a_mark_leads_to_it_for_the_direction(client, assessment, pupil, page, path_to):
    mark = MarkFactory(assessment=assessment, student=pupil, value=12)
    seen = path_to("admin:grades_mark_change", mark.pk)
    for role, leads in [(Role.PRINCIPAL, True), (Role.SECRETARY, False)]:
        client.force_login(MemberFactory(roles=[role]).user)
        assert (page in client.get(seen).text) == leads


def test_a_mark_of_a_closed_term_leads_to_its_history(client, teacher, write, assessment, page, path_to):
    write("", "12")
    ClassTerm.objects.filter(term=assessment.term).update(state="locked")
    sheet = path_to("grades:mark_sheet", assessment.pk)
    link = soup(client.get(sheet)).select_one("td.cur a")
    assert link.text == "12"
    assert urljoin(sheet, link["href"]) == page
