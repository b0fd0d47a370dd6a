"""The gradebook: a course's term, pupils by rows and assessments by columns, open at one of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from statistics import median

from django.db.models import QuerySet
from django.utils.timezone import localdate

from apps.classes import api as classes
from apps.classes.models import ClassGroup, ClassTerm, Course
from apps.core.prepared import Ids, prepared, together
from apps.grades.models import Assessment, Mark
from apps.grades.rules import (
    USUAL,
    Line,
    MarkValue,
    Score,
    class_figures,
    result_of,
    rounded,
    write_mark,
)
from apps.people.models import Student

from .boards import lines_of
from .sheets import COUNTS, MarkSheet, Pupil, sheet_of

Spells = Iterable[tuple[int, date, date | None]]


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: what its head says."""

    pk: int
    title: str
    held_on: date
    out_of: Decimal
    coefficient: Decimal
    published_at: datetime | None
    counts: str
    part_id: int | None
    is_kept_private: bool

    @property
    def remark(self) -> str:
        """How it counts, where that is not always."""
        return COUNTS[self.counts]


@dataclass(frozen=True, slots=True)
class FootFigures:
    """What the foot of a column says, on its own scale: how many marks (or averages), their middle."""

    count: int
    mean: Decimal | None
    median: Decimal | None


@dataclass(frozen=True, slots=True)
class Gradebook:
    """A course's term around the column it is open at, whose `sheet` is the form's.

    `cells` are the columns' by row, as a teacher would type them; None: not of that column. `foot` is under
    each column, then under the averages. `zero_codes` are those that a class of these pupils counts as zero.
    """

    sheet: MarkSheet
    columns: Sequence[Heading]
    pupils: Sequence[Pupil]
    cells: Mapping[int, Sequence[str | None]]
    averages: Mapping[int, Decimal | None]
    foot: Sequence[FootFigures]
    zero_codes: frozenset[str]

    @property
    def place(self) -> int:
        """Where the open column stands among all."""
        return next(n for n, column in enumerate(self.columns) if column.pk == self.sheet.assessment.pk)

    @property
    def here(self) -> Heading:
        """The open column."""
        return self.columns[self.place]

    @property
    def before(self) -> Heading | None:
        """The column on its left."""
        return self.columns[self.place - 1] if self.place else None

    @property
    def after(self) -> Heading | None:
        """The column on its right."""
        return self.columns[self.place + 1] if self.place + 1 < len(self.columns) else None


def gradebook(assessment: Assessment, at: datetime) -> Gradebook:
    """Six queries whatever the numbers of pupils and columns; two more where a term is closed."""
    columns, marks = _columns_and_marks(assessment.course_id, assessment.term_id)
    listed = _listed(columns, marks, classes.spells_in(assessment.course.group_id))
    rows = _pupils(list({pk for its in listed.values() for pk in its}))
    pupils = [Pupil(pk, number, last, first) for number, (pk, last, first) in enumerate(rows, start=1)]
    states = classes.class_term_among([pupil.pk for pupil in pupils], assessment.term_id, localdate(at))
    closed = {pk: row for pk, row in states.items() if row.is_locked}
    averages = _averages([pupil.pk for pupil in pupils], assessment.course, columns, marks, states)
    return Gradebook(
        sheet=sheet_of(
            assessment,
            [pupil for pupil in pupils if pupil.pk in listed[assessment.pk]],
            marks[assessment.pk],
            closed,
            at,
        ),
        columns=columns,
        pupils=pupils,
        cells={pupil.pk: _row(pupil.pk, columns, marks, listed) for pupil in pupils},
        averages=averages,
        foot=[_figures(values) for values in (*_values(columns, marks), averages.values())],
        zero_codes=frozenset(code for row in states.values() for code in row.grading_scheme.zero_codes),
    )


def _values(columns: Iterable[Heading], marks: Mapping) -> list[list[Decimal | None]]:
    return [[mark.value for mark in marks[column.pk].values()] for column in columns]


def _figures(values: Iterable[Decimal | None]) -> FootFigures:
    known = [value for value in values if value is not None]
    figures = class_figures(known)
    return FootFigures(len(known), figures and figures.mean, rounded(median(known)) if known else None)


def course_averages(
    assessment: Assessment, student_ids: Iterable[int], states: Mapping[int, ClassTerm]
) -> dict[int, Decimal | None]:
    """These pupils' averages in an assessment's course and term, drafts included, where `states` are what the
    term is in their classes. Two queries in one message.
    """
    columns, marks = _columns_and_marks(assessment.course_id, assessment.term_id)
    return _averages(student_ids, assessment.course, columns, marks, states)


def _columns_and_marks(
    course_id: int, term_id: int
) -> tuple[list[Heading], Mapping[int, Mapping[int, MarkValue]]]:
    """The marks by column, then by student id: a column opened between the two queries has none yet."""
    rows, given = together(_columns.asked(course_id, term_id), _marks.asked(course_id, term_id))
    marks: dict[int, dict[int, MarkValue]] = defaultdict(dict)
    for column, student, value, missing in given:
        marks[column][student] = MarkValue(value, missing)
    return [Heading(*row) for row in rows], marks


@prepared
def _columns(course_id: int, term_id: int) -> QuerySet:
    rows = Assessment.objects.filter(course=course_id, term=term_id).order_by("held_on", "pk")
    fields = (
        "pk",
        "title",
        "held_on",
        "out_of",
        "coefficient",
        "published_at",
        "counts",
        "part",
        "is_kept_private",
    )
    return rows.values_list(*fields)


@prepared
def _marks(course_id: int, term_id: int) -> QuerySet:
    given = Mark.objects.filter(assessment__course=course_id, assessment__term=term_id)
    return given.order_by("pk").values_list("assessment", "student", "value", "missing")


@prepared
def _pupils(student_ids: Ids) -> QuerySet:
    rows = Student.objects.filter(pk__any_of=student_ids).in_register_order()
    return rows.values_list("pk", "last_name", "first_name")


def _listed(columns: Iterable[Heading], marks: Mapping, spells: Spells) -> dict[int, set[int]]:
    """Who is on each column: those of the group on its date, and whoever has a mark."""
    rows = list(spells)
    return {
        column.pk: {
            student
            for student, since, until in rows
            if since <= column.held_on and (until is None or until >= column.held_on)
        }
        | set(marks[column.pk])
        for column in columns
    }


def _row(student_id: int, columns: Iterable[Heading], marks: Mapping, listed: Mapping) -> list[str | None]:
    return [
        _typed(marks[column.pk].get(student_id)) if student_id in listed[column.pk] else None
        for column in columns
    ]


def _typed(mark: MarkValue | None) -> str:
    return write_mark(mark.value, mark.missing) if mark else ""


def _averages(
    student_ids: Iterable[int],
    course: Course,
    columns: Sequence[Heading],
    marks: Mapping[int, Mapping[int, MarkValue]],
    states: Mapping[int, ClassTerm],
) -> dict[int, Decimal | None]:
    """In the course alone; from its sub-disciplines where its assessments have any (two queries more)."""
    parts = any(column.part_id for column in columns)
    plans = _plans(states.values()) if parts else {}
    return {
        pk: _average(_scores(pk, course, columns, marks), course, plans, states.get(pk)) for pk in student_ids
    }


def _average(scores: Mapping, course: Course, plans: Mapping, state: ClassTerm | None) -> Decimal | None:
    lines = plans.get(state.class_group_id, ()) if state else ()
    by = state.grading_scheme.reckoning if state else USUAL
    return result_of(scores, lines, by).averages.get(course.subject_id)


def _plans(states: Iterable[ClassTerm]) -> dict[int, list[Line]]:
    groups = ClassGroup.objects.filter(pk__in={row.class_group_id for row in states})
    return {pk: lines_of(plan) for pk, plan in classes.plans_of(groups).items()}


def _scores(student_id: int, course: Course, columns: Iterable[Heading], marks: Mapping) -> dict:
    scores: dict[int, list[Score]] = defaultdict(list)
    for column in columns:
        if mark := marks[column.pk].get(student_id):
            score = Score.of_mark(mark, column.out_of, column.coefficient, column.counts)
            scores[column.part_id or course.subject_id].append(score)
    return scores
