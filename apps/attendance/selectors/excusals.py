"""Who is not expected, as vie scolaire reads and writes it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from apps.attendance.models import Excusal, ExcusalQuerySet
from apps.classes import api as classes
from apps.classes.models import ClassGroup, Course, TeachingGroup
from apps.people.models import Student, StudentQuerySet, sort_key

FOUND = 20


@dataclass(frozen=True, slots=True)
class ExcusalLine:
    """One, as its line says it; `class_name` is the pupil's."""

    excusal: Excusal
    class_name: str


@dataclass(frozen=True, slots=True)
class PupilFound:
    """A pupil whose name was looked for."""

    pk: int
    name: str
    class_name: str


@dataclass(frozen=True, slots=True)
class ExcusalsPage:
    """Those of a day; and the pupils of the name that was typed."""

    on: date
    rows: list[ExcusalLine]
    found: list[PupilFound]
    is_cut: bool


def excusals_page(excusals: ExcusalQuerySet, *, on: date, words: str, among: StudentQuerySet) -> ExcusalsPage:
    """Two queries, four when a name is looked for."""
    rows = list(_shown(excusals.standing().of_day(on)).order_by("student__sort_key", "starts_at", "pk"))
    found = list(_named(among, words)[: FOUND + 1]) if words else []
    class_of = classes.class_groups_of({row.student_id for row in rows} | {one.pk for one in found}, on)
    return ExcusalsPage(
        on=on,
        rows=[ExcusalLine(row, _name(class_of.get(row.student_id))) for row in rows],
        found=[PupilFound(one.pk, str(one), _name(class_of.get(one.pk))) for one in found[:FOUND]],
        is_cut=len(found) > FOUND,
    )


def _named(students: StudentQuerySet, words: str) -> StudentQuerySet:
    for word in sort_key(words).split():
        students = students.filter(sort_key__contains=word)
    return students.in_register_order()


def _shown(excusals: ExcusalQuerySet) -> ExcusalQuerySet:
    return excusals.select_related("student", "course__subject", "recorded_by__user")


def _name(class_group: ClassGroup | None) -> str:
    return class_group.name if class_group else ""


@dataclass(frozen=True, slots=True)
class PupilExcusals:
    """A pupil's, latest first, those withdrawn left out."""

    student: Student
    class_name: str
    rows: list[Excusal]


def excusals_of(student: Student, excusals: ExcusalQuerySet, on: date) -> PupilExcusals:
    """Two queries."""
    rows = _shown(excusals.standing().filter(student=student)).order_by("-starts_on", "-pk")
    class_of = classes.class_groups_of([student.pk], on)
    return PupilExcusals(student, _name(class_of.get(student.pk)), list(rows[:50]))


def courses_of(student: Student, on: date) -> QuerySet[Course]:
    """What a pupil is taught on that day, by subject. Three queries, with those that find her groups."""
    taught = classes.groups_of([student.pk], on).get(student.pk, [])
    groups = TeachingGroup.objects.filter(pk__in=taught)
    return (
        Course.objects.filter(group__in=groups).select_related("subject").order_by("subject__position", "pk")
    )
