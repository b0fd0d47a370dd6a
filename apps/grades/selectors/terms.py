"""What a pupil's family and the school read of her marks, all formatted figures left as decimals."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Avg, Count, Max, Min, QuerySet

from apps.classes.api import PlanLine
from apps.classes.models import ClassTerm
from apps.core.prepared import Ids, prepared
from apps.grades.models import Mark
from apps.grades.rules import (
    ClassFigures,
    Rank,
    Result,
    Weighed,
    make,
    overall_working,
    result_of,
    weighed,
    working,
    working_of_parts,
)

from .audiences import Audience, readable
from .boards import Board, at_reference, board_of, lines_of
from .kept import Stamps, kept, text_of
from .marks import COLUMNS, MarkRow, ReadMark, figures_of

# Tuples, since they are kept in the cache: read back five times faster than other values.


class ReportLine(NamedTuple):
    """A subject in a term; `is_part` makes it a sub-discipline of the line above it that is not one.

    `coefficient` is 0 for a subject that the curriculum does not weigh. `working` is "" without average.
    """

    subject_id: int
    name: str
    group_name: str
    is_part: bool
    coefficient: Decimal
    average: Decimal | None
    points: Decimal | None
    figures: ClassFigures | None
    working: str
    marks: tuple[ReadMark, ...]


class TermReport(NamedTuple):
    """A pupil's term: its lines, the general average and how it was made, the place in the class.

    The average is out of `out_of`. `rank` None is "non classé". `figures` are the class's general averages.
    """

    class_term_id: int
    class_name: str
    term_name: str
    is_locked: bool
    lines: tuple[ReportLine, ...]
    average: Decimal | None
    out_of: int
    points: Decimal
    coefficients: Decimal
    working: str
    rank: Rank | None
    class_size: int
    figures: ClassFigures | None


def term_report(
    student_id: int, class_term: ClassTerm, *, on: date, audience: Audience, stamps: Stamps | None = None
) -> TermReport:
    """A pupil's term, ranked in the class she was in when it closed.

    With her `class_stamps`, what her family reads is kept until one of them changes: no query then. Otherwise
    four when the class's board is kept, seven when it is not.
    """
    if stamps is None or audience != Audience.FAMILY:
        return _report(student_id, class_term, on, audience, stamps)
    key = (student_id, class_term.pk, on, text_of(stamps))
    return kept("report", key, lambda: _report(student_id, class_term, on, audience, stamps))


def term_reports(class_term: ClassTerm, *, on: date, audience: Audience) -> dict[int, TermReport]:
    """The same of each pupil of a class on its reference day, by student id; `class_term` has its class, its
    term and its rules. Five queries, whatever their number.
    """
    board = board_of(class_term, on, audience)
    marks: dict[int, list[MarkRow]] = {pk: [] for pk in board.ranks}
    for row in map(MarkRow.of, CLASS_FOR[audience](list(marks), class_term.term_id)):
        marks[row.student_id].append(row)
    figures = _figures(row.assessment_id for rows in marks.values() for row in rows)
    return {pk: _report_of(pk, class_term, board, rows, figures) for pk, rows in marks.items()}


def _report(
    student_id: int, class_term: ClassTerm, on: date, audience: Audience, stamps: Stamps | None
) -> TermReport:
    placed = at_reference({student_id: class_term}, on, always=True)[student_id]
    board = board_of(placed, on, audience, stamps)
    rows = [MarkRow.of(row) for row in TERM_FOR[audience](student_id, placed.term_id)]
    return _report_of(student_id, placed, board, rows, _figures(row.assessment_id for row in rows))


def _report_of(
    student_id: int,
    placed: ClassTerm,
    board: Board,
    rows: list[MarkRow],
    figures: Mapping[int, ClassFigures],
) -> TermReport:
    marks = defaultdict(list)
    for row in rows:
        marks[row.subject_id].append(row)
    result = result_of(
        {subject: [mark.weighed.score for mark in its] for subject, its in marks.items()},
        lines_of(board.plan),
        placed.grading_scheme.reckoning,
    )
    return TermReport(
        class_term_id=placed.pk,
        class_name=placed.class_group.name,
        term_name=placed.term.name,
        is_locked=placed.is_locked,
        lines=tuple(
            _line(line, result, board, marks[line.subject_id], figures, placed)
            for line in _in_order(board.plan, dict(marks))
        ),
        average=result.overall,
        out_of=placed.grading_scheme.scale,
        points=result.points,
        coefficients=result.coefficients,
        working=str(overall_working(result) or ""),
        rank=board.ranks.get(student_id),
        class_size=board.size,
        figures=board.overall,
    )


def _term_for(audience: Audience) -> prepared:
    @prepared
    def rows(student_id: int, term_id: int) -> QuerySet:
        marks = Mark.objects.filter(
            student=student_id, assessment__in=readable(audience).filter(term=term_id)
        )
        return marks.order_by("assessment__held_on", "assessment").values_list(*COLUMNS)

    return rows


TERM_FOR = {audience: _term_for(audience) for audience in Audience}


def _class_for(audience: Audience) -> prepared:
    @prepared
    def rows(student_ids: Ids, term_id: int) -> QuerySet:
        its = readable(audience).filter(term=term_id)
        marks = Mark.objects.filter(student__pk__any_of=student_ids, assessment__in=its)
        return marks.order_by("student", "assessment__held_on", "assessment").values_list(*COLUMNS)

    return rows


CLASS_FOR = {audience: _class_for(audience) for audience in Audience}


@prepared
def _spreads(assessment_ids: Ids) -> QuerySet:
    given = Mark.objects.filter(assessment__pk__any_of=assessment_ids).exclude(value=None).order_by()
    spread = (Count("value"), Min("value"), Max("value"), Avg("value"))
    return given.values_list("assessment").annotate(*spread)


def _figures(assessment_ids: Iterable[int]) -> dict[int, ClassFigures]:
    """How all who took each assessment did, on its own scale. One query."""
    rows = _spreads(list(set(assessment_ids)))
    return {assessment: figures_of(*spread) for assessment, *spread in rows}


def _in_order(plan: Iterable[PlanLine], marks: Mapping[int, list[MarkRow]]) -> list[PlanLine]:
    """Each subject, its sub-disciplines below it, then what has marks and no place in the curriculum."""
    lines = list(plan)
    known = {line.subject_id for line in lines}
    parts = defaultdict(list)
    for line in lines:
        parts[line.parent_id if line.parent_id in known else None].append(line)
    ordered = [line for parent in parts[None] for line in (parent, *parts[parent.subject_id])]
    unknown = sorted((rows[0].subject, subject) for subject, rows in marks.items() if subject not in known)
    return ordered + [_unweighed(subject, name) for name, subject in unknown]


def _unweighed(subject_id: int, name: str) -> PlanLine:
    return PlanLine(
        subject_id=subject_id,
        code="",
        name=name,
        position=0,
        parent_id=None,
        coefficient=Decimal(0),
        group_name="",
        group_position=0,
        is_optional=True,
    )


def _line(
    line: PlanLine,
    result: Result,
    board: Board,
    rows: list[MarkRow],
    figures: Mapping[int, ClassFigures],
    class_term: ClassTerm,
) -> ReportLine:
    average = result.averages.get(line.subject_id)
    parts = _parts(line, result, board)
    marks = [row.weighed for row in rows]
    made = make([mark.score for mark in marks], class_term.grading_scheme.reckoning)
    entered = frozenset() if parts else made.entered
    return ReportLine(
        subject_id=line.subject_id,
        name=line.name,
        group_name=line.group_name,
        is_part=line.parent_id is not None,
        coefficient=line.coefficient,
        average=average,
        points=None if average is None else weighed(average, line.coefficient),
        figures=board.subjects.get(line.subject_id),
        working=_working(parts, marks, class_term),
        marks=tuple(
            row.read(figures.get(row.assessment_id), has_entered=n in entered) for n, row in enumerate(rows)
        ),
    )


def _parts(line: PlanLine, result: Result, board: Board) -> list[Weighed]:
    """The averages of its sub-disciplines, where it has any: they make its own."""
    return [
        Weighed(result.averages[part.subject_id], coefficient=part.coefficient)
        for part in board.plan
        if part.parent_id == line.subject_id and part.coefficient and part.subject_id in result.averages
    ]


def _working(parts: list[Weighed], marks: list[Weighed], class_term: ClassTerm) -> str:
    if parts:
        return str(working_of_parts(parts, has_own_marks=bool(marks)))
    return str(working(marks, class_term.grading_scheme.reckoning) or "")
