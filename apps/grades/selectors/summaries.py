"""The current term of a pupil in a few lines: her average, her latest marks. No need of her class's board."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db.models import Avg, Count, DecimalField, Func, Max, Min, OuterRef, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber

from apps.classes import api as classes
from apps.classes.models import ClassTerm
from apps.core.prepared import Ids, Question, prepared, together
from apps.grades.models import Mark
from apps.grades.rules import result_of

from .audiences import Audience, readable
from .boards import at_reference, lines_of
from .kept import Stamps, kept, text_of
from .marks import COLUMNS, MarkRow, ReadMark, figures_of
from .piles import piles_of, scores_in

LATEST = 3


class StudentSummary(NamedTuple):
    """The current term. A tuple: it is kept in the cache, and read back at once."""

    class_term_id: int
    class_name: str
    term_name: str
    average: Decimal | None
    out_of: int
    latest: tuple[ReadMark, ...]


def summaries(
    student_ids: Iterable[int], *, on: date, audience: Audience, stamps: Stamps | None = None
) -> dict[int, StudentSummary]:
    """By student id, those of no class left out.

    With the `class_stamps` of these pupils, what their families read is kept until one of them changes: no
    query then. Otherwise four, one more once the term has ended.
    """
    students = list(student_ids)
    if stamps is None or audience != Audience.FAMILY:
        return _summaries(students, on, audience)
    return kept("summaries", (students, on, text_of(stamps)), lambda: _summaries(students, on, audience))


def _summaries(students: list[int], on: date, audience: Audience) -> dict[int, StudentSummary]:
    found = classes.class_terms_of(students, on)
    placed = at_reference({pk: classes.current_of(terms, on) for pk, terms in found.items()}, on)
    plans, piles, latest = together(
        classes.plans({row.class_group for row in placed.values()}),
        piles_of(((row, [pk]) for pk, row in placed.items()), audience),
        _latest(placed, audience),
    )
    lines = {pk: lines_of(plan) for pk, plan in plans.items()}
    return {
        pk: StudentSummary(
            class_term_id=row.pk,
            class_name=row.class_group.name,
            term_name=row.term.name,
            average=result_of(
                scores_in(piles, row, pk), lines[row.class_group_id], row.grading_scheme.reckoning
            ).overall,
            out_of=row.grading_scheme.scale,
            latest=tuple(latest[pk]),
        )
        for pk, row in placed.items()
    }


class _Array(Func):
    """Some numbers as one value."""

    template = "ARRAY[%(expressions)s]"
    output_field = ArrayField(DecimalField())


def _latest_for(audience: Audience) -> prepared:
    newest = Window(RowNumber(), partition_by="student", order_by=["-assessment__held_on", "-assessment"])
    spread = _Array(Count("value"), Min("value"), Max("value"), Avg("value"))

    @prepared
    def rows(student_ids: Ids, calendar_ids: Ids) -> QuerySet:
        its = readable(audience).filter(term__calendar__pk__any_of=calendar_ids)
        hers = Mark.objects.filter(student__pk__any_of=student_ids, assessment__in=its)
        latest = hers.annotate(place=newest).filter(place__lte=LATEST)
        given = Mark.objects.filter(assessment=OuterRef("assessment")).exclude(value=None).order_by()
        figures = Subquery(given.values("assessment").annotate(spread=spread).values("spread"))
        marks = Mark.objects.filter(pk__in=latest.values("pk"))
        newest_first = marks.order_by("student", "-assessment__held_on", "-assessment")
        return newest_first.values_list(*COLUMNS, figures)

    return rows


LATEST_FOR = {audience: _latest_for(audience) for audience in Audience}


def _latest(placed: Mapping[int, ClassTerm], audience: Audience) -> Question[dict[int, list[ReadMark]]]:
    """The last marks of each pupil's year, and how all who took the assessment did. One query."""
    calendars = {row.term.calendar_id for row in placed.values()}
    return Question.of(_by_student, LATEST_FOR[audience].asked(list(placed), list(calendars)))


def _by_student(rows: Iterable[tuple]) -> dict[int, list[ReadMark]]:
    latest = defaultdict(list)
    for *row, spread in rows:
        mark = MarkRow.of(row)
        latest[mark.student_id].append(mark.read(figures_of(*spread) if spread else None))
    return latest
