"""The day as vie scolaire watches it: who is missing now, late, not expected; what waits to be read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from django.db.models import Count

from apps.attendance.models import Absence, Excusal, Justification, LateArrival
from apps.attendance.rules import month_of
from apps.classes import api as classes

from .calls import Call, calls_about
from .due import ExpectedRoll, due_rolls
from .families import DayState, day_states
from .justifications import JustificationRow, justifications_page
from .reasons import reasons_that_justify

SHOWN = 40  # pupils of a list: beyond, the list of absences is the place
READ_AT_ONCE = 6  # justifications
KINDS = dict(Excusal.Kind.choices)


@dataclass(frozen=True, slots=True)
class MissingPupil:
    """Absent at this time, since an hour of today; who is to be called, first the one who is told."""

    absence_id: int
    student_id: int
    name: str
    class_name: str
    since: time
    is_justified: bool
    reason: str
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class LatePupil:
    """Late today; for the which time this month."""

    late_arrival_id: int
    student_id: int
    name: str
    class_name: str
    starts_at: time
    minutes: int
    times: int


@dataclass(frozen=True, slots=True)
class AwayPupil:
    """Not expected now, and why."""

    student_id: int
    name: str
    class_name: str
    kind: str
    starts_at: time | None
    note: str


@dataclass(frozen=True, slots=True)
class DayBoard:
    """Counts are whole, lists may be cut (SHOWN, READ_AT_ONCE)."""

    absent: int
    missing: list[MissingPupil]
    late: list[LatePupil]
    late_count: int
    rolls: list[ExpectedRoll]
    away: list[AwayPupil]
    justifications: list[JustificationRow]
    waiting: int
    reasons: list[tuple[int, str]]


def day_board(on: date, moment: time) -> DayBoard:
    """Thirteen queries at most, whatever the number of pupils."""
    absent = _absent_now(on, moment)
    late = list(_late(on))
    away = list(_away(on, moment))
    pupils = {row.student_id for row in (*absent, *late, *away)}
    class_of = {pk: one.name for pk, one in classes.class_groups_of(pupils, on).items()}
    calls = calls_about({row.student_id for row in absent[:SHOWN]}, on)
    times = _times({row.student_id for row in late[:SHOWN]}, on)
    given = justifications_page(Justification.objects.all(), words="", state="", number="1")
    return DayBoard(
        absent=len(absent),
        missing=[_missing(row, class_of, calls) for row in absent[:SHOWN]],
        late=[_late_pupil(row, class_of, times) for row in late[:SHOWN]],
        late_count=len(late),
        rolls=list(due_rolls(on, moment)),
        away=[_away_pupil(row, class_of) for row in away],
        justifications=given.rows[:READ_AT_ONCE],
        waiting=given.waiting,
        reasons=[(one.pk, one.label) for one in reasons_that_justify()],
    )


def _absent_now(on: date, moment: time) -> list[Absence]:
    """Whom the last roll call missed; and whoever nobody called, within her absence's own hours."""
    rows = list(
        Absence.objects.standing()
        .filter(held_on=on)
        .select_related("student")
        .order_by("is_justified", "student__sort_key", "student", "-starts_at", "pk")
    )
    states = day_states([row.student_id for row in rows], on)
    missing = {}
    for row in rows:
        if _is_under_way(row, states.get(row.student_id), moment):
            missing.setdefault(row.student_id, row)
    return list(missing.values())


def _is_under_way(row: Absence, state: DayState | None, moment: time) -> bool:
    """Whether it is the absence that the last roll call found, or the clock when there was none."""
    if state is None:
        return row.starts_at <= moment < row.ends_at
    return state.code == "absent" and row.starts_at <= state.since


def _missing(row: Absence, class_of: dict[int, str], calls: dict[int, list[Call]]) -> MissingPupil:
    return MissingPupil(
        row.pk, row.student_id, str(row.student), class_of.get(row.student_id, ""), row.starts_at,
        row.is_justified, row.reason, tuple(calls[row.student_id]),
    )  # fmt: skip


def _late(on: date) -> Iterable[LateArrival]:
    rows = LateArrival.objects.filter(held_on=on).select_related("student")
    return rows.order_by("-starts_at", "student__sort_key", "pk")


def _times(students: Iterable[int], on: date) -> dict[int, int]:
    late = LateArrival.objects.filter(student__in=students, held_on__range=(month_of(on)[0], on))
    return dict(late.order_by().values_list("student").annotate(Count("pk")))


def _late_pupil(row: LateArrival, class_of: dict[int, str], times: dict[int, int]) -> LatePupil:
    return LatePupil(
        row.pk, row.student_id, str(row.student), class_of.get(row.student_id, ""), row.starts_at,
        row.minutes, times[row.student_id],
    )  # fmt: skip


def _away(on: date, moment: time) -> Iterable[Excusal]:
    """Whole days, and hours under way; a dispense of a subject is no news of the day."""
    rows = Excusal.objects.standing().of_day(on).exclude(kind=Excusal.Kind.EXEMPT).select_related("student")
    for row in rows.order_by("kind", "student__sort_key", "pk"):
        if row.starts_at is None or row.starts_at <= moment < row.ends_at:
            yield row


def _away_pupil(row: Excusal, class_of: dict[int, str]) -> AwayPupil:
    its_class = class_of.get(row.student_id, "")
    return AwayPupil(row.student_id, str(row.student), its_class, KINDS[row.kind], row.starts_at, row.note)
