"""A class's bulletins say what its marks, its absences and its school say."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial

import pypdfium2
import pytest

from apps.accounts.models import Role
from apps.classes.models import ClassTerm, Course, CourseTeacher, Enrolment, SubjectPlan
from apps.core.clock import now, today
from apps.core.tenancy import in_school
from apps.grades.api import Audience, term_report
from apps.grades.models import Mark
from apps.reports import press, selectors
from apps.reports.models import Letterhead, Remark
from apps.reports.rules import Sheet
from apps.schools.models import School
from tests.conftest import school_with
from tests.factories.classes import EnrolmentFactory
from tests.factories.schools import ImprintFactory, SchoolFactory
from tests.world import build_world

LAST = date(2027, 5, 1)


@pytest.fixture(scope="module")
def kept_school(build_once):
    return build_once(school_with(partial(build_world, pupils=4, subjects=3)))


@pytest.fixture
def world(rows):
    return rows


def term_of(world) -> ClassTerm:
    rows = ClassTerm.objects.with_reckoning().select_related(
        "term",
        "class_group__calendar",
        "class_group__level",
        "class_group__year",
        "class_group__form_teacher__user",
    )
    return rows.get(pk=world.class_term.pk)


def test_averages_and_places_are_those_that_families_read(world):
    said = selectors.facts_of_class(term_of(world), on=today())
    assert len(said) == 4
    for pk, one in said.items():
        read = term_report(pk, world.class_term, on=today(), audience=Audience.STAFF)
        assert one.average == f"{read.average:.2f}".replace(".", ",")
        lines = {line.subject: line.average for group in one.groups for line in group.lines}
        assert lines == {line.name: f"{line.average:.2f}".replace(".", ",") for line in read.lines}


def test_the_page_fits_the_pupils_the_class_and_the_school(world):
    School.objects.filter(pk=world.class_term.school_id).update(
        city="Abidjan", drena="DRENA Abidjan 1", code="018427", address="Cocody"
    )
    one = selectors.facts_of_class(term_of(world), on=date(2026, 12, 1))[world.student.pk]
    assert one.pupil.name == f"{world.student.last_name.upper()} {world.student.first_name}"
    assert one.pupil.class_size == "4"
    assert one.rank.endswith(" / 4")
    assert one.heading.authorities[-1] == "DRENA Abidjan 1"
    assert one.heading.details[0] == "Cocody · Abidjan"
    assert "code 018427 · établissement privé" in one.heading.details
    assert one.made == "Fait à Abidjan, le 1er décembre 2026"
    assert [name for name, is_ticked in one.distinctions if is_ticked] == ["Tableau d’honneur"]
    assert not any(is_ticked for _, is_ticked in one.sanctions)


def test_the_schools_words_replace_the_usual_ones(world):
    Letterhead.objects.create(ministry="Ministère de demain", principal_title="La directrice", place="Bouaké")
    signature = ImprintFactory()
    one = selectors.facts_of_class(term_of(world), on=today())[world.student.pk]
    assert one.heading.authorities[0] == "Ministère de demain"
    assert one.made.startswith("Fait à Bouaké")
    assert one.signatures[one.signed] == ("La directrice", "")
    assert (one.signature, one.stamp) == (signature.digest, "")


def test_the_last_term_has_the_years_columns(world):
    one = selectors.facts_of_class(term_of(world), on=LAST)[world.student.pk]
    assert one.annual.average == one.average
    assert all(line.annual_average == line.average for group in one.groups for line in group.lines)


def test_whoever_has_no_mark_is_not_placed_and_not_counted(world):
    newcomer = EnrolmentFactory(class_group=world.class_group).student
    said = selectors.facts_of_class(term_of(world), on=today())
    assert (said[newcomer.pk].average, said[newcomer.pk].rank) == ("non classé", "")
    assert said[newcomer.pk].coefficients == ""
    assert said[world.student.pk].rank.endswith(" / 4")
    assert said[world.student.pk].pupil.class_size == "5"


def test_a_subjects_teachers_are_named(world):
    course = Course.objects.get(pk=world.course.pk)
    names = {str(row.member) for row in CourseTeacher.objects.filter(course=course)}
    one = selectors.facts_of_class(term_of(world), on=today())[world.student.pk]
    lines = {line.subject: line.teacher for group in one.groups for line in group.lines}
    assert set(lines[course.subject.name].split(", ")) == names


def test_what_teachers_wrote_is_on_its_line(world):
    Remark.objects.filter(pk=world.remark.pk).update(text="Sérieuse et régulière.")
    Remark.objects.create(
        class_term=world.class_term,
        student=world.student,
        author=world.members[Role.TEACHER],
        text="Bon trimestre.",
        written_at=now(),
    )
    said = selectors.facts_of_class(term_of(world), on=today())
    one = said[world.remark.student_id]
    lines = {line.subject: line.remark for group in one.groups for line in group.lines}
    assert lines[world.remark.subject.name] == "Sérieuse et régulière."
    assert said[world.student.pk].remark == "Bon trimestre."


def test_the_same_marks_say_the_same_another_day_but_for_the_day(world):
    first = selectors.facts_of_class(term_of(world), on=date(2026, 12, 7))
    again = selectors.facts_of_class(term_of(world), on=date(2026, 12, 9))
    assert {pk: replace(one, made="") for pk, one in first.items()} == {
        pk: replace(one, made="") for pk, one in again.items()
    }


def printed(one) -> str:
    pdf = press.report_card(Sheet(one, "000001", "https://ecole.example/v/x"))
    [page] = pypdfium2.PdfDocument(pdf)
    return " ".join(page.get_textpage().get_text_bounded().split())


def test_a_class_without_a_single_mark_prints_its_lines_empty(world):
    Mark.objects.all().delete()
    said = selectors.facts_of_class(term_of(world), on=today())
    one = said[world.student.pk]
    assert {one.average, one.highest, one.mean, one.rank, one.points} == {"non classé", ""}
    assert all(not line.average and not line.rank for group in one.groups for line in group.lines)
    assert "non classé" in printed(one)


def test_a_class_of_one_is_first_of_one(db):
    with in_school(SchoolFactory().pk):
        world = build_world(pupils=1)
        one = selectors.facts_of_class(term_of(world), on=today())[world.student.pk]
    assert one.rank == "1er / 1"
    assert one.average == one.highest == one.lowest == one.mean


def test_whoever_left_before_the_end_has_no_bulletin_of_that_class(world):
    left = Enrolment.objects.exclude(student=world.student).first()
    Enrolment.objects.filter(pk=left.pk).update(until=left.since)
    said = selectors.facts_of_class(term_of(world), on=today())
    assert left.student_id not in said
    assert said[world.student.pk].pupil.class_size == "3"


def test_a_subject_that_the_curriculum_does_not_weigh_is_neither_printed_nor_counted(world):
    before = selectors.facts_of_class(term_of(world), on=today())[world.student.pk]
    SubjectPlan.objects.filter(subject=world.course.subject).update(coefficient=0)
    after = selectors.facts_of_class(term_of(world), on=today())[world.student.pk]
    name = world.course.subject.name
    assert name in {line.subject for group in before.groups for line in group.lines}
    assert name not in {line.subject for group in after.groups for line in group.lines}
    assert Decimal(after.coefficients) < Decimal(before.coefficients)
