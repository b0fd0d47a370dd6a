"""The register of a class, the totals of the school, a pupil's year: what is counted, for whom."""

from datetime import date, time, timedelta

import pytest
from bs4 import BeautifulSoup

from apps.accounts.models import Role
from apps.attendance.models import Excusal
from apps.attendance.rules import default_slots
from apps.attendance.selectors import WEEK, register_page, terms_of_class, totals_page, window_of
from apps.attendance.services import justify_absence
from apps.classes.models import Enrolment
from apps.core.clock import now
from apps.people.models import Student
from tests.factories.accounts import MemberFactory
from tests.factories.attendance import (
    AbsenceFactory,
    LateArrivalFactory,
    ReasonFactory,
    RollCallFactory,
    RollEntryFactory,
)
from tests.factories.classes import ClassGroupFactory, EnrolmentFactory
from tests.factories.people import GuardianFactory, GuardianshipFactory

MONDAY = date(2026, 11, 2)
SLOTS = default_slots()


@pytest.fixture
def desk(client, educator):
    client.force_login(educator.user)
    return client


def absent(student: Student, day: date = MONDAY, hours: int = 1, *, reason: str = "", rolls: int = 0):
    """Missing for so many hours from 7 h 30; `rolls` of these were called."""
    for slot in SLOTS[:rolls]:
        roll = RollCallFactory(held_on=day, starts_at=slot.starts_at, ends_at=slot.ends_at)
        RollEntryFactory(roll_call=roll, student=student, state="absent")
    return AbsenceFactory(
        student=student,
        held_on=day,
        starts_at=SLOTS[0].starts_at,
        ends_at=SLOTS[hours - 1].ends_at,
        is_justified=bool(reason),
        reason=reason,
    )


def register_of(class_group, kind: str = WEEK, on: date = MONDAY):
    return register_page(class_group, window_of(kind, on, terms_of_class(class_group), class_group.year))


def lines(page) -> dict[int, str]:
    """Each pupil's cells, as a person reads them: days apart by a bar."""
    return {
        row.student_id: "|".join(" ".join(f"{k}{n}" for k, n in cell.items()) for cell in row.cells)
        for row in page.rows
    }


def test_a_week_shows_each_day_and_what_it_comes_to(classroom):
    one, two, three = classroom.pupils
    absent(one, hours=2)
    absent(one, MONDAY + timedelta(days=1), reason="Maladie")
    LateArrivalFactory(student=two, roll_call=RollCallFactory(held_on=MONDAY + timedelta(days=4)), minutes=20)
    page = register_of(classroom.group.class_group)
    assert lines(page) == {one.pk: "A2|J1||||", two.pk: "||||R1|", three.pk: "|||||"}
    assert [column.label for column in page.columns] == [
        "Lun. 2",
        "Mar. 3",
        "Mer. 4",
        "Jeu. 5",
        "Ven. 6",
        "Sam. 7",
    ]
    assert (page.total.unjustified.hours, page.total.justified.hours) == (2, 1)
    assert (page.total.late, page.total.late_minutes) == (1, 20)


def test_what_the_roll_calls_saw_is_what_counts(classroom):
    absent(classroom.pupils[0], hours=3, rolls=1)
    assert register_of(classroom.group.class_group).total.unjustified.hours == 1


def test_a_mistake_counts_for_nothing(classroom):
    row = absent(classroom.pupils[0])
    row.cancelled_at = now()
    row.save()
    assert register_of(classroom.group.class_group).is_empty


def test_a_term_is_shown_by_weeks(classroom):
    absent(classroom.pupils[0], hours=3)
    absent(classroom.pupils[0], MONDAY + timedelta(days=2))
    page = register_of(classroom.group.class_group, "periode")
    assert "A4" in lines(page)[classroom.pupils[0].pk]
    assert page.columns[0].first == date(2026, 9, 7)
    assert len(page.columns) == 13


def test_who_left_or_came_counts_for_the_days_she_was_there(classroom):
    """Transferred on the Wednesday: Monday is the first class's, Friday the second's."""
    student, other = classroom.pupils[0], ClassGroupFactory()
    enrolment = Enrolment.objects.get(student=student)
    enrolment.until = MONDAY + timedelta(days=1)
    enrolment.save()
    EnrolmentFactory(student=student, class_group=other, since=MONDAY + timedelta(days=2))
    absent(student, hours=2)
    absent(student, MONDAY + timedelta(days=4))
    assert lines(register_of(classroom.group.class_group))[student.pk] == "A2|||||"
    assert lines(register_of(other)) == {student.pk: "||||A1|"}
    page = totals_page(
        [classroom.group.class_group, other], window_of(WEEK, MONDAY, [], classroom.group.class_group.year)
    )
    assert [line.tally.unjustified.hours for line in page.by_class] == [2, 1]
    assert page.total.tally.unjustified.hours == 3


def test_totals_by_sex_and_by_reason_add_up(classroom):
    girl, boy, _ = classroom.pupils
    Student.objects.filter(pk=girl.pk).update(sex="F")
    Student.objects.exclude(pk=girl.pk).update(sex="M")
    absent(girl, hours=3, reason="Maladie")
    absent(boy, hours=1)
    absent(boy, MONDAY + timedelta(days=1), hours=2, reason="Deuil")
    page = totals_page([classroom.group.class_group], window_of(WEEK, MONDAY, [], None))
    assert {line.name: (line.pupils, line.tally.missed.hours) for line in page.by_sex} == {
        "Féminin": (1, 3),
        "Masculin": (2, 3),
    }
    assert [(line.name, line.pupils, line.tally.missed.hours) for line in page.by_reason] == [
        ("Maladie", 1, 3), ("Deuil", 1, 2), ("", 1, 1),
    ]  # fmt: skip


def test_the_page_is_read_for_a_class_a_length_and_a_day(desk, classroom, path_to):
    absent(classroom.pupils[0], hours=2)
    its_class = classroom.group.class_group.pk
    page = desk.get(
        path_to("attendance:register"), {"classe": its_class, "duree": "semaine", "jour": "2026-11-04"}
    )
    table = BeautifulSoup(page.content, "html.parser").select_one(".reg table")
    assert table.select_one("tbody td b.a").text == "2"
    assert "A2" in table.text
    assert "jour=2026-11-01" in page.text  # the week before


@pytest.mark.parametrize(
    "asked",
    ["classe=abc", "duree=siecle", "jour=hier", "classe=999999999", "jour=0001-01-01", "jour=9999-12-31"],
)
def test_what_cannot_be_read_is_left_aside(desk, classroom, path_to, asked):
    for page in ("register", "totals"):
        assert desk.get(f"{path_to(f'attendance:{page}')}?{asked}").status_code == 200


def test_a_school_without_classes_is_told_what_to_do(client, school, path_to):
    Enrolment.objects.all().delete()
    member = MemberFactory(roles=[Role.EDUCATOR])
    client.force_login(member.user)
    for page in ("register", "totals"):
        assert client.get(path_to(f"attendance:{page}")).status_code == 200


def test_a_pupils_year_is_on_one_page(desk, educator, classroom, path_to):
    student = classroom.pupils[0]
    absent(student, hours=2)
    LateArrivalFactory(student=student, roll_call=RollCallFactory(held_on=MONDAY), minutes=15)
    Excusal.objects.create(
        student=student,
        kind=Excusal.Kind.INFIRMARY,
        starts_on=MONDAY,
        ends_on=MONDAY,
        starts_at=time(9),
        ends_at=time(10),
        note="Maux de tête",
        recorded_by=educator,
        recorded_at=now(),
    )
    mother = GuardianFactory(phone="+2250700000011")
    GuardianshipFactory(student=student, guardian=mother)
    GuardianshipFactory(student=student, guardian=GuardianFactory(phone="+2250700000012"), is_informed=False)
    listed = ReasonFactory(label="Réveil tardif", justifies=False)
    settled = AbsenceFactory(student=student, held_on=MONDAY, starts_at=time(16), ends_at=time(17))
    justify_absence(absence_id=settled.pk, listed=listed, by=educator, at=now())
    page = desk.get(path_to("attendance:pupil", student.pk)).text
    assert "Réveil tardif, non justifiée" in page
    assert "tel:+2250700000011" in page
    assert "tel:+2250700000012" not in page
    assert "Maux de tête" in page
    assert "15 min" in page
    assert "À justifier" in page
