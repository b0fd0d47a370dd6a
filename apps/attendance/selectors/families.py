"""What a family reads of a child's attendance, for many children at once."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from functools import partial
from typing import Literal

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Aggregate, Count, F, Max, Q, QuerySet, Subquery, Sum, TextField, Value, Window
from django.db.models.functions import Cast, Coalesce, Concat, RowNumber

from apps.attendance.models import Absence, LateArrival, RollEntry
from apps.attendance.rules import Hour, Span, minutes_missed
from apps.core.prepared import Ids, Question, prepared
from apps.core.tenancy import SchoolQuerySet
from apps.schools.models import SchoolYear

LATEST = 5

Rows = Iterable[tuple]


@dataclass(frozen=True, slots=True)
class DayState:
    """Where a pupil is today, as the last roll call saw it.

    `since` begins the presence or the absence; `minutes` goes with late.
    """

    code: Literal["present", "absent", "late", "not_called"] = "not_called"
    since: time | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class AbsenceLine:
    """An absence, as a line. `minutes` missed are counted, and the reason read, where they are asked for."""

    pk: int
    held_on: date
    starts_at: time
    ends_at: time
    is_justified: bool
    minutes: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LateLine:
    """A late arrival, as a line."""

    held_on: date
    starts_at: time
    minutes: int


@dataclass(frozen=True, slots=True)
class AttendanceSummary:
    """A child's card: today, how many absences of this school year wait for a reason, the latest five."""

    today: DayState
    to_justify: int
    latest: tuple[AbsenceLine, ...]


@dataclass(frozen=True, slots=True)
class AttendanceRecord:
    """A child's whole school year, latest first."""

    absences: tuple[AbsenceLine, ...]
    late_arrivals: tuple[LateLine, ...]

    @property
    def minutes_justified(self) -> int:
        return sum(line.minutes for line in self.absences if line.is_justified)

    @property
    def minutes_unjustified(self) -> int:
        return sum(line.minutes for line in self.absences if not line.is_justified)


def summaries(student_ids: Iterable[int], *, on: date) -> Question[dict[int, AttendanceSummary]]:
    """Every child's card. Two queries, whatever their number."""
    pupils = list(student_ids)
    return Question.of(partial(_summaries, pupils), _entries.asked(pupils, on), _latest.asked(pupils, on))


def _summaries(pupils: list[int], entries: Rows, absences: Rows) -> dict[int, AttendanceSummary]:
    days = _states_of(entries)
    latest: dict[int, list[AbsenceLine]] = defaultdict(list)
    waiting: dict[int, int] = {}
    for pupil, waits, *line in absences:
        latest[pupil].append(AbsenceLine(*line))
        waiting[pupil] = waits
    nothing = DayState()
    return {
        pk: AttendanceSummary(days.get(pk, nothing), waiting.get(pk, 0), tuple(latest[pk])) for pk in pupils
    }


def _this_year(rows: SchoolQuerySet, student_ids: list[int], on: date) -> SchoolQuerySet:
    """Those of the school year of that day, or of the last one before it."""
    years = SchoolYear.objects.filter(opens_on__lte=on).order_by("-opens_on").values("opens_on")[:1]
    opens_on = Coalesce(Subquery(years), Value(date.min))
    return rows.filter(student__pk__any_of=student_ids, held_on__lte=on, held_on__gte=opens_on)


@prepared
def _latest(student_ids: Ids, on: date) -> QuerySet:
    ordered = [F("held_on").desc(), F("starts_at").desc()]
    return (
        _this_year(Absence.objects.standing(), student_ids, on)
        .annotate(
            place=Window(RowNumber(), partition_by="student", order_by=ordered),
            waiting=Window(Count("pk", filter=Q(is_justified=False)), partition_by="student"),
        )
        .filter(place__lte=LATEST)
        .order_by("student", "place")
        .values_list("student", "waiting", "pk", "held_on", "starts_at", "ends_at", "is_justified")
    )


def _line(row: Absence, minutes: int | None = None, reason: str = "") -> AbsenceLine:
    return AbsenceLine(row.pk, row.held_on, row.starts_at, row.ends_at, row.is_justified, minutes, reason)


@prepared
def _entries(student_ids: Ids, on: date) -> QuerySet:
    entries = RollEntry.objects.filter(student__pk__any_of=student_ids, roll_call__held_on=on)
    return (
        entries.exclude(roll_call__closed_at=None)
        .order_by("student", "roll_call__starts_at", "roll_call__ends_at")
        .values_list("student", "state", "roll_call__starts_at", "minutes_late")
    )


def _states_of(entries: Rows) -> dict[int, DayState]:
    """The run of same states that ends each pupil's day so far."""
    states: dict[int, DayState] = {}
    for pupil, state, starts_at, minutes in entries:
        known = states.get(pupil)
        goes_on = known is not None and (known.code == "absent") == (state == RollEntry.State.ABSENT)
        if not goes_on or state == RollEntry.State.LATE:
            states[pupil] = DayState(state, starts_at, minutes)
    return states


def absences_of(student_id: int, *, on: date, with_reasons: bool = False) -> AttendanceRecord:
    """The child's school year so far; reasons only for those who may read them. Three queries."""
    rows = _this_year(Absence.objects.standing(), [student_id], on).order_by("-held_on", "-starts_at")
    hours = _hours_by_day(student_id, [row.held_on for row in rows])
    late = _this_year(LateArrival.objects.all(), [student_id], on).order_by("-held_on", "-starts_at")
    return AttendanceRecord(
        absences=tuple(
            _line(
                row,
                minutes_missed(Span(row.starts_at, row.ends_at), hours[row.held_on]),
                row.reason if with_reasons else "",
            )
            for row in rows
        ),
        late_arrivals=tuple(LateLine(row.held_on, row.starts_at, row.minutes) for row in late),
    )


def _hours_by_day(student_id: int, days: list[date]) -> dict[date, list[Hour]]:
    entries = RollEntry.objects.filter(
        student=student_id, state=RollEntry.State.ABSENT, roll_call__held_on__in=days
    ).values_list("roll_call__held_on", "roll_call__starts_at", "roll_call__ends_at")
    hours: dict[date, list[Hour]] = defaultdict(list)
    for day, starts_at, ends_at in entries:
        hours[day].append(Hour(Span(starts_at, ends_at), is_absent=True))
    return hours


def stamp(student_ids: Iterable[int], *, on: date) -> str:
    """A short text that differs after any change of what the two functions above read. One query.

    No change of an absence or a late arrival escapes its history. Roll entries have none: those of that day
    are read, a few per child, and the absent ones of other days weighed (their hours count).
    """
    pupils = list(student_ids)
    entries = RollEntry.objects.filter(student__in=pupils)
    absent = entries.filter(state=RollEntry.State.ABSENT)
    of_the_day = entries.filter(roll_call__held_on=on, roll_call__closed_at__isnull=False)
    colon = Value(":")
    line = Concat(
        "student_id", colon, "roll_call_id", colon, "state", colon, "minutes_late", output_field=TextField()
    )
    parts = [
        *(
            _part(model.pgh_event_model.objects.filter(student__in=pupils), Max("pgh_id"))
            for model in (Absence, LateArrival)
        ),
        _part(absent, Count("pk")),
        _part(absent, Sum("roll_call_id")),
        _part(of_the_day, StringAgg(line, ",", order_by=("student_id", "roll_call_id"))),
    ]
    numbered = [
        part.annotate(place=Value(place)).values_list("place", "said") for place, part in enumerate(parts)
    ]
    said = sorted(numbered[0].union(*numbered[1:], all=True))
    return hashlib.sha256(repr((sorted(pupils), on, said)).encode()).hexdigest()[:16]


def _part(rows: SchoolQuerySet, what: Aggregate) -> SchoolQuerySet:
    """One aggregate of these rows as text; no row at all when there are none."""
    return rows.order_by().values("school_id").annotate(said=Cast(what, TextField()))
