"""What a pupil's family and the school read of her marks, all formatted figures left as decimals."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Avg, Count, Max, Min, QuerySet, Window
from django.db.models.functions import Coalesce, RowNumber

from apps.classes import api as classes
from apps.classes.api import PlanLine
from apps.classes.models import ClassTerm
from apps.core.prepared import Ids, prepared
from apps.grades.models import Assessment, Mark
from apps.grades.rules import (
    ClassFigures,
    Rank,
    Result,
    Weighed,
    make,
    overall_working,
    remark,
    result_of,
    rounded,
    weighed,
    working,
    working_of_parts,
    write_mark,
)

from .boards import SUBJECT, Audience, Board, boards_of, lines_of, readable, reference_day
from .kept import Stamps, kept, text_of

LATEST = 3
KINDS = {str(kind.value): str(kind.label) for kind in Assessment.Kind}


# Tuples, since they are kept in the cache: read back five times faster than other values.


class ReadMark(NamedTuple):
    """One mark, and how the class did. `value` is a Decimal, or the code of a missing mark ("Abs"); `remark`
    says how it counts where it is not as all do ("bonus")."""

    subject: str
    title: str
    kind: str
    held_on: date
    value: Decimal | str
    out_of: Decimal
    coefficient: Decimal
    is_published: bool
    remark: str
    figures: ClassFigures | None

    @property
    def is_value(self) -> bool:
        return isinstance(self.value, Decimal)


class StudentSummary(NamedTuple):
    """The current term in a few lines; the averages are out of 20."""

    class_term_id: int
    class_name: str
    term_name: str
    average: Decimal | None
    class_average: Decimal | None
    latest: tuple[ReadMark, ...]


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

    `rank` None is "non classé". `figures` are the class's general averages.
    """

    class_term_id: int
    class_name: str
    term_name: str
    is_locked: bool
    lines: tuple[ReportLine, ...]
    average: Decimal | None
    points: Decimal
    coefficients: Decimal
    working: str
    rank: Rank | None
    class_size: int
    figures: ClassFigures | None


def summaries(
    student_ids: Iterable[int], *, on: date, audience: Audience, stamps: Stamps | None = None
) -> dict[int, StudentSummary]:
    """By student id, those of no class left out.

    With the `class_stamps` of these pupils, what their families read is kept until one of them changes: no
    query then. Otherwise four when the classes' boards are kept, seven when they are not, one more once the
    term has ended.
    """
    students = list(student_ids)
    if stamps is None or audience != Audience.FAMILY:
        return _summaries(students, on, audience, stamps)
    stamp = text_of(stamps)
    keys = {student: (student, on, stamp) for student in students}
    return kept("summary", keys, lambda missing: _summaries(missing, on, audience, stamps))


def _summaries(
    students: list[int], on: date, audience: Audience, stamps: Stamps | None
) -> dict[int, StudentSummary]:
    found = classes.class_terms_of(students, on)
    placed = _at_reference({pk: classes.current_of(terms, on) for pk, terms in found.items()}, on)
    boards = boards_of(placed.values(), on, audience, stamps)
    latest = _latest(placed, audience)
    return {pk: _summary(pk, placed[pk], boards[placed[pk].pk], latest.get(pk, ())) for pk in placed}


def _summary(
    student_id: int, class_term: ClassTerm, board: Board, latest: Iterable[ReadMark]
) -> StudentSummary:
    return StudentSummary(
        class_term_id=class_term.pk,
        class_name=class_term.class_group.name,
        term_name=class_term.term.name,
        average=board.averages.get(student_id),
        class_average=board.overall and board.overall.mean,
        latest=tuple(latest),
    )


def term_report(
    student_id: int, class_term: ClassTerm, *, on: date, audience: Audience, stamps: Stamps | None = None
) -> TermReport:
    """A pupil's term, ranked in the class she was in when it closed.

    With her `class_stamps`, what her family reads is kept until one of them changes: no query then. Otherwise
    four when the class's board is kept, seven when it is not.
    """
    if stamps is None or audience != Audience.FAMILY:
        return _report(student_id, class_term, on, audience, stamps)
    keys = {student_id: (student_id, class_term.pk, on, text_of(stamps))}
    made = kept("report", keys, lambda _: {student_id: _report(student_id, class_term, on, audience, stamps)})
    return made[student_id]


def _report(
    student_id: int, class_term: ClassTerm, on: date, audience: Audience, stamps: Stamps | None
) -> TermReport:
    placed = _at_reference({student_id: class_term}, on, always=True)[student_id]
    board = boards_of([placed], on, audience, stamps)[placed.pk]
    rows = _rows(TERM_FOR[audience](student_id, placed.term_id))
    marks = defaultdict(list)
    for row in rows:
        marks[row.subject_id].append(row)
    result = result_of(
        {subject: [mark.weighed.score for mark in its] for subject, its in marks.items()},
        lines_of(board.plan),
        placed.scheme,
        placed.zero_codes,
    )
    figures = _figures(row.assessment_id for row in rows)
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
        points=result.points,
        coefficients=result.coefficients,
        working=str(overall_working(result) or ""),
        rank=board.ranks.get(student_id),
        class_size=board.size,
        figures=board.overall,
    )


def _at_reference(placed: Mapping[int, ClassTerm], on: date, *, always: bool = False) -> dict[int, ClassTerm]:
    """The same term of the class that each pupil was in on its reference day. One query by past day."""
    by_day: dict[date, list[int]] = defaultdict(list)
    for student, class_term in placed.items():
        day = reference_day(class_term, on)
        if day < on or always:
            by_day[day].append(student)
    moved = dict(placed)
    for day, students in by_day.items():
        for student, terms in classes.class_terms_of(students, day).items():
            same = (row for row in terms if row.term_id == placed[student].term_id)
            moved[student] = next(same, placed[student])
    return moved


@dataclass(frozen=True, slots=True)
class _Row:
    """A mark as the database gives it."""

    student_id: int
    assessment_id: int
    subject_id: int
    subject: str
    title: str
    kind: str
    held_on: date
    value: Decimal | None
    missing: str
    out_of: Decimal
    coefficient: Decimal
    counts: str
    is_published: bool

    @property
    def weighed(self) -> Weighed:
        return Weighed(self.value, self.out_of, self.coefficient, self.counts, self.missing)

    def read(self, figures: Mapping[int, ClassFigures], *, has_entered: bool | None = None) -> ReadMark:
        return ReadMark(
            subject=self.subject,
            title=self.title,
            kind=KINDS[self.kind],
            held_on=self.held_on,
            value=write_mark(None, self.missing) if self.value is None else self.value,
            out_of=self.out_of,
            coefficient=self.coefficient,
            is_published=self.is_published,
            remark=remark(self.weighed, has_entered=has_entered),
            figures=figures.get(self.assessment_id),
        )


ABOUT = "assessment__"
COLUMNS = (
    "student",
    "assessment",
    SUBJECT,
    Coalesce(f"{ABOUT}part__name", f"{ABOUT}course__subject__name"),
    f"{ABOUT}title",
    f"{ABOUT}kind",
    f"{ABOUT}held_on",
    "value",
    "missing",
    f"{ABOUT}out_of",
    f"{ABOUT}coefficient",
    f"{ABOUT}counts",
    f"{ABOUT}published_at",
)


def _rows(columns: Iterable[tuple]) -> list[_Row]:
    return [_Row(*row[:-1], row[-1] is not None) for row in columns]


def _latest_for(audience: Audience) -> prepared:
    newest = Window(RowNumber(), partition_by="student", order_by=["-assessment__held_on", "-assessment"])

    @prepared
    def rows(student_ids: Ids, calendar_ids: Ids) -> QuerySet:
        its = readable(audience).filter(term__calendar__pk__any_of=calendar_ids)
        marks = Mark.objects.filter(student__pk__any_of=student_ids, assessment__in=its)
        newest_first = marks.annotate(place=newest).filter(place__lte=LATEST).order_by("student", "place")
        return newest_first.values_list(*COLUMNS)

    return rows


def _term_for(audience: Audience) -> prepared:
    @prepared
    def rows(student_id: int, term_id: int) -> QuerySet:
        marks = Mark.objects.filter(
            student=student_id, assessment__in=readable(audience).filter(term=term_id)
        )
        return marks.order_by("assessment__held_on", "assessment").values_list(*COLUMNS)

    return rows


LATEST_FOR = {audience: _latest_for(audience) for audience in Audience}
TERM_FOR = {audience: _term_for(audience) for audience in Audience}


def _latest(placed: Mapping[int, ClassTerm], audience: Audience) -> dict[int, list[ReadMark]]:
    """The last marks of each pupil's year. Two queries."""
    calendars = {row.term.calendar_id for row in placed.values()}
    rows = _rows(LATEST_FOR[audience](list(placed), list(calendars)))
    figures = _figures(row.assessment_id for row in rows)
    latest = defaultdict(list)
    for row in rows:
        latest[row.student_id].append(row.read(figures))
    return latest


@prepared
def _spreads(assessment_ids: Ids) -> QuerySet:
    given = Mark.objects.filter(assessment__pk__any_of=assessment_ids).exclude(value=None).order_by()
    spread = (Count("value"), Min("value"), Max("value"), Avg("value"))
    return given.values_list("assessment").annotate(*spread)


def _figures(assessment_ids: Iterable[int]) -> dict[int, ClassFigures]:
    """How all who took each assessment did, on its own scale. One query."""
    rows = _spreads(list(set(assessment_ids)))
    return {
        assessment: ClassFigures(count, lowest, highest, rounded(mean))
        for assessment, count, lowest, highest, mean in rows
    }


def _in_order(plan: Iterable[PlanLine], marks: Mapping[int, list[_Row]]) -> list[PlanLine]:
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
    rows: list[_Row],
    figures: Mapping[int, ClassFigures],
    class_term: ClassTerm,
) -> ReportLine:
    average = result.averages.get(line.subject_id)
    parts = _parts(line, result, board)
    marks = [row.weighed for row in rows]
    made = make([mark.score for mark in marks], class_term.scheme, class_term.zero_codes)
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
        marks=tuple(row.read(figures, has_entered=n in entered) for n, row in enumerate(rows)),
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
    return str(working(marks, class_term.scheme, class_term.zero_codes) or "")
