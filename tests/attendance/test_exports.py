"""What vie scolaire takes away in a spreadsheet, and who is told that it left."""

import csv
import io

import pytest

from apps.accounts.models import OfficeAction, Role
from apps.attendance import selectors
from apps.core import sheets
from apps.people.models import Student
from tests.factories.accounts import MemberFactory

from .test_register import MONDAY, absent

DAYS = {"du": MONDAY.isoformat(), "au": MONDAY.isoformat(), "format": "csv"}


@pytest.fixture
def desk(client, educator):
    client.force_login(educator.user)
    return client


def cells_of(response) -> list[list[str]]:
    text = response.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def test_the_register_leaves_as_the_page_shows_it(desk, classroom, path_to):
    student = classroom.pupils[0]
    Student.objects.filter(pk=student.pk).update(last_name='=HYPERLINK("http://x")')
    absent(student, hours=2)
    asked = {"classe": classroom.group.class_group.pk, "duree": "semaine", "jour": MONDAY, "format": "csv"}
    heads, *lines = cells_of(desk.post(path_to("attendance:register_export"), asked))
    (line,) = [line for line in lines if line[3] != "0"]
    assert line[1] == '\'=HYPERLINK("HTTP://X")'
    assert dict(zip(heads, line, strict=True))["02/11/2026"] == "A2"
    assert len(lines) == 3


def test_the_absences_leave_with_their_class_and_reason(desk, classroom, path_to):
    absent(classroom.pupils[0], hours=3, reason="Maladie", rolls=2)
    absent(classroom.pupils[1])
    heads, one, two = cells_of(desk.post(path_to("attendance:absences_export"), DAYS))
    assert heads == list(selectors.ABSENCES)
    assert one[3] == classroom.group.class_group.name
    assert sorted((line[7], line[8], line[9]) for line in (one, two)) == [
        ("1", "à justifier", ""), ("2", "justifiée", "Maladie"),
    ]  # fmt: skip


def test_the_list_is_narrowed_as_on_the_page(desk, classroom, path_to):
    absent(classroom.pupils[0], reason="Maladie")
    absent(classroom.pupils[1])
    lines = cells_of(desk.post(path_to("attendance:absences_export"), DAYS | {"etat": "unjustified"}))
    assert len(lines) == 2


def test_the_journal_keeps_who_took_it(desk, educator, classroom, path_to):
    desk.post(path_to("attendance:register_export"), {"format": "xlsx"})
    note = OfficeAction.objects.get(member=educator)
    assert note.model == "classes.classgroup"
    assert note.detail.startswith("Export XLSX : registre")


@pytest.mark.parametrize("page", ["register_export", "absences_export"])
def test_a_file_of_an_unknown_kind_is_no_page(desk, classroom, path_to, page):
    assert desk.post(path_to(f"attendance:{page}"), {"format": "exe"}).status_code == 404
    assert desk.get(path_to(f"attendance:{page}")).status_code == 405


@pytest.mark.parametrize("role", [Role.TEACHER, Role.GUARDIAN, Role.SECRETARY])
def test_nobody_else_takes_anything(client, classroom, path_to, role):
    client.force_login(MemberFactory(roles=[role]).user)
    assert client.post(path_to("attendance:absences_export"), DAYS).status_code == 404
    assert not OfficeAction.objects.exists()


def test_too_much_is_refused_with_a_word(desk, classroom, path_to, monkeypatch):
    monkeypatch.setattr("apps.attendance.selectors.sheets.MOST_ROWS", 1)
    absent(classroom.pupils[0])
    absent(classroom.pupils[1])
    answer = desk.post(path_to("attendance:absences_export"), DAYS, follow=True)
    assert "choisissez moins de jours" in answer.text
    assert sheets.MOST_ROWS > 1


def test_sixty_pupils_cost_no_more_queries_than_three(desk, school, classroom, path_to, count_queries):
    def cost() -> int:
        return count_queries(desk.post, path_to("attendance:absences_export"), DAYS)

    absent(classroom.pupils[0])
    few = cost()
    for pupil in classroom.pupils[1:]:
        absent(pupil, rolls=1)
    assert cost() == few
