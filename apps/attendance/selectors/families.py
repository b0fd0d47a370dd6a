"""What a family reads of a child's attendance, for many children at once."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from functools import partial
from typing import Literal

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import (
    Aggregate,
    Count,
    Exists,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
    Value,
    Window,
)
from django.db.models.functions import Cast, Coalesce, Concat, RowNumber

from apps.attendance.models import (
    Absence,
    AbsenceReason,
    Justification,
    JustificationPhoto,
    JustificationQuerySet,
    LateArrival,
    RollEntry,
)
from apps.attendance.rules import Hour, Period, Span, minutes_missed
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
    """An absence, as a line. `minutes` missed are counted, and the reason read, where they are asked for.

    `waits`: a justification of it waits for vie scolaire; `is_settled`: vie scolaire wrote a reason that does
    not justify;
    `refusal`: why the last one was refused.
    """

    pk: int
    held_on: date
    starts_at: time
    ends_at: time
    is_justified: bool
    is_settled: bool = False
    waits: bool = False
    minutes: int | None = None
    reason: str = ""
    refusal: str = ""

    @property
    def is_due(self) -> bool:
        """Whether the family still has something to say of it."""
        return not (self.is_justified or self.is_settled or self.waits)


@dataclass(frozen=True, slots=True)
class LateLine:
    """A late arrival, as a line."""

    held_on: date
    starts_at: time
    minutes: int


@dataclass(frozen=True, slots=True)
class GivenLine:
    """What a family said of some days, and what became of it; `answer` is vie scolaire's."""

    pk: int
    period: Period
    words: str
    state: str
    answer: str
    given_by_id: int
    has_photo: bool


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
    justifications: tuple[GivenLine, ...] = ()

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
    return rows.filter(student__pk__any_of=student_ids, held_on__lte=on, held_on__gte=_year_opens_on(on))


def _year_opens_on(on: date) -> Coalesce:
    years = SchoolYear.objects.filter(opens_on__lte=on).order_by("-opens_on").values("opens_on")[:1]
    return Coalesce(Subquery(years), Value(date.min))


@prepared
def _latest(student_ids: Ids, on: date) -> QuerySet:
    ordered = [F("held_on").desc(), F("starts_at").desc()]
    return (
        _this_year(Absence.objects.standing(), student_ids, on)
        .annotate(
            place=Window(RowNumber(), partition_by="student", order_by=ordered),
            is_settled=Q(is_justified=False, listed_reason__isnull=False, whole_classes=None),
            waits=Exists(_covering().waiting()),
            waiting=Window(
                Count("pk", filter=Q(is_justified=False, is_settled=False, waits=False)),
                partition_by="student",
            ),
        )
        .filter(place__lte=LATEST)
        .order_by("student", "place")
        .values_list(
            "student", "waiting",
            "pk", "held_on", "starts_at", "ends_at", "is_justified", "is_settled", "waits",
        )
    )  # fmt: skip


def due_absences(absence_ids: Iterable[int]) -> set[int]:
    """Those of which the families still have something to say. One query."""
    due = Absence.objects.standing().filter(pk__in=list(absence_ids), is_justified=False)
    due = due.exclude(listed_reason__isnull=False, whole_classes=None)
    return set(due.exclude(Exists(_covering().waiting())).values_list("pk", flat=True))


def _covering() -> JustificationQuerySet:
    """The justifications within which an absence of the outer query falls."""
    given = Justification.objects.filter(student=OuterRef("student"))
    return given.covering(OuterRef("held_on"), OuterRef("starts_at"), OuterRef("ends_at"))


@prepared
def _entries(student_ids: Ids, on: date) -> QuerySet:
    entries = RollEntry.objects.filter(student__pk__any_of=student_ids, roll_call__held_on=on)
    return (
        entries.exclude(roll_call__closed_at=None)
        .order_by("student", "roll_call__starts_at", "roll_call__ends_at")
        .values_list("student", "state", "roll_call__starts_at", "minutes_late")
    )


def day_states(student_ids: Iterable[int], on: date) -> dict[int, DayState]:
    """Where each pupil is that day, by student id; whoever was not called yet is left out. One query."""
    return _states_of(_entries(list(student_ids), on))


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
    """The child's school year so far; reasons and what the family said only for those who may read them.

    Four queries.
    """
    rows = _this_year(Absence.objects.standing(), [student_id], on).order_by("-held_on", "-starts_at")
    hours = _hours_by_day(student_id, [row.held_on for row in rows])
    late = _this_year(LateArrival.objects.all(), [student_id], on).order_by("-held_on", "-starts_at")
    given = _given(student_id, on)
    return AttendanceRecord(
        absences=tuple(_line(row, hours[row.held_on], given, with_reasons=with_reasons) for row in rows),
        late_arrivals=tuple(LateLine(row.held_on, row.starts_at, row.minutes) for row in late),
        justifications=tuple(given) if with_reasons else (),
    )


def _line(row: Absence, hours: list[Hour], given: list[GivenLine], *, with_reasons: bool) -> AbsenceLine:
    span = Span(row.starts_at, row.ends_at)
    covering = [] if row.is_justified else [one for one in given if one.period.covers(row.held_on, span)]
    latest = covering[0] if covering else None
    return AbsenceLine(
        pk=row.pk,
        held_on=row.held_on,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        is_justified=row.is_justified,
        is_settled=not row.is_justified and bool(row.listed_reason_id) and not row.whole_classes_id,
        waits=any(one.state == Justification.State.WAITING for one in covering),
        minutes=minutes_missed(span, hours),
        reason=row.reason if with_reasons else "",
        refusal=latest.answer if latest and with_reasons else "",
    )


def _given(student_id: int, on: date) -> list[GivenLine]:
    """What was said of this school year's days and of those to come, latest first. One query."""
    photos = JustificationPhoto.objects.filter(justification=OuterRef("pk"))
    given = Justification.objects.filter(student=student_id, ends_on__gte=_year_opens_on(on))
    given = given.exclude(state=Justification.State.WITHDRAWN).select_related("reason")
    return [
        GivenLine(one.pk, one.period, one.words, one.state, one.answer, one.given_by_id, one.has_photo)
        for one in given.annotate(has_photo=Exists(photos)).order_by("-given_at", "-pk")
    ]


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

    No change of an absence, a late arrival, a justification or a reason escapes its history. Roll entries
    have none of what they were first: those of that day are read, a few per child, and the absent ones of
    other days weighed (their hours count).
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
            for model in (Absence, LateArrival, Justification)
        ),
        _part(AbsenceReason.pgh_event_model.objects.all(), Max("pgh_id")),
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
