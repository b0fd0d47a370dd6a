"""Roll calls of the past, what was said of absences, who was excused: in bulk, announced to nobody."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction

from apps.accounts.models import Member

from .models import (
    Absence,
    AbsenceReason,
    Excusal,
    Justification,
    JustificationPhoto,
    LateArrival,
    RollCall,
    RollEntry,
)
from .rules import Hour, Period, Span, absences_in
from .services import WholeClasses, keep_whole_classes
from .services.spans import new_absence

BATCH = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRollCall:
    """A closed list: the pupils on it, those absent, and the minutes of those late, by student id."""

    group_id: int
    course_id: int | None
    held_on: date
    starts_at: time
    ends_at: time
    taken_by_id: int
    closed_at: datetime
    students: tuple[int, ...]
    absent: frozenset[int]
    late: Mapping[int, int]

    def state_of(self, student_id: int) -> str:
        if student_id in self.absent:
            return RollEntry.State.ABSENT
        return RollEntry.State.LATE if student_id in self.late else RollEntry.State.PRESENT


@dataclass(frozen=True, slots=True)
class PastLoaded:
    """What was written."""

    roll_calls: int
    absences: int
    late_arrivals: int


@transaction.atomic
def load_past_roll_calls(
    calls: Iterable[PastRollCall], *, reasons: Mapping[tuple[int, date], str] | None = None
) -> PastLoaded:
    """Write closed roll calls, each pupil's absences (one per unbroken span of a day) and late arrivals.

    `reasons`, by (student id, day), makes the absences of that day justified, by the school's list where it
    is in it. No fact is published.
    """
    past = list(calls)
    rolls = RollCall.objects.bulk_create(
        [
            RollCall(
                group_id=one.group_id,
                course_id=one.course_id,
                held_on=one.held_on,
                starts_at=one.starts_at,
                ends_at=one.ends_at,
                taken_by_id=one.taken_by_id,
                closed_at=one.closed_at,
            )
            for one in past
        ]
    )
    RollEntry.objects.bulk_create(
        [
            RollEntry(
                roll_call=roll,
                student_id=student_id,
                state=one.state_of(student_id),
                minutes_late=one.late.get(student_id),
            )
            for roll, one in zip(rolls, past, strict=True)
            for student_id in one.students
        ],
        batch_size=BATCH,
    )
    late_arrivals = LateArrival.objects.bulk_create(
        [
            LateArrival(
                student_id=student_id,
                roll_call=roll,
                held_on=one.held_on,
                starts_at=one.starts_at,
                minutes=minutes,
                recorded_at=one.closed_at,
            )
            for roll, one in zip(rolls, past, strict=True)
            for student_id, minutes in one.late.items()
        ],
        batch_size=BATCH,
    )
    listed = dict(AbsenceReason.objects.values_list("label", "pk"))
    absences = Absence.objects.bulk_create(list(_spans(past, reasons or {}, listed)), batch_size=BATCH)
    return PastLoaded(len(rolls), len(absences), len(late_arrivals))


def _spans(
    past: list[PastRollCall], reasons: Mapping[tuple[int, date], str], listed: Mapping[str, int]
) -> Iterator[Absence]:
    """The unbroken spans that each pupil missed, each recorded when its first roll call was closed."""
    days: dict[tuple[int, date], list[PastRollCall]] = defaultdict(list)
    for one in past:
        for student_id in one.students:
            days[student_id, one.held_on].append(one)
    for (student_id, day), calls in days.items():
        hours = [Hour(Span(one.starts_at, one.ends_at), student_id in one.absent) for one in calls]
        told = {one.starts_at: one.closed_at for one in calls}
        reason = reasons.get((student_id, day), "")
        for span in absences_in(hours):
            yield new_absence(
                student_id, day, span, told[span.starts_at],
                is_justified=bool(reason), reason=reason, listed_reason_id=listed.get(reason),
            )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PastJustification:
    """What was said of some days, for a reason of the school's list, and what became of it.

    `photo`: a JPEG, or nothing.
    """

    student_id: int
    period: Period
    reason: str
    line: str
    given_by_id: int
    given_at: datetime
    state: str
    answer: str = ""
    decided_by_id: int | None = None
    decided_at: datetime | None = None
    photo: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastExcusal:
    """Why a pupil was not expected (a kind of Excusal), and when."""

    student_id: int
    kind: str
    starts_on: date
    ends_on: date
    hours: Span | None
    course_id: int | None
    note: str
    recorded_by_id: int
    recorded_at: datetime


@transaction.atomic
def load_past_justifications(given: Iterable[PastJustification]) -> int:
    """Write them; the absences within those that were accepted say so. Return how many."""
    past = list(given)
    listed = dict(AbsenceReason.objects.values_list("label", "pk"))
    rows = Justification.objects.bulk_create(
        Justification(
            student_id=one.student_id,
            starts_on=one.period.starts_on,
            ends_on=one.period.ends_on,
            starts_at=one.period.starts_at,
            ends_at=one.period.ends_at,
            reason_id=listed[one.reason],
            line=one.line,
            state=one.state,
            given_by_id=one.given_by_id,
            given_at=one.given_at,
            answer=one.answer,
            decided_by_id=one.decided_by_id,
            decided_at=one.decided_at,
        )
        for one in past
    )
    JustificationPhoto.objects.bulk_create(
        JustificationPhoto(justification=row, content=one.photo)
        for row, one in zip(rows, past, strict=True)
        if one.photo
    )
    for row in rows:
        if row.state == Justification.State.ACCEPTED:
            within = Absence.objects.standing().within(row.period).filter(student=row.student_id)
            within.update(is_justified=True, listed_reason=row.reason_id, justification=row)
    return len(rows)


def load_past_excusals(excused: Iterable[PastExcusal]) -> int:
    """Write them; the roll calls are as they were loaded. Return how many."""
    rows = Excusal.objects.bulk_create(
        Excusal(
            student_id=one.student_id,
            kind=one.kind,
            starts_on=one.starts_on,
            ends_on=one.ends_on,
            starts_at=one.hours.starts_at if one.hours else None,
            ends_at=one.hours.ends_at if one.hours else None,
            course_id=one.course_id,
            note=one.note,
            recorded_by_id=one.recorded_by_id,
            recorded_at=one.recorded_at,
        )
        for one in excused
    )
    return len(rows)


@transaction.atomic
def load_past_whole_classes(what: WholeClasses, *, by: Member, at: datetime) -> int:
    """Write these classes absent, as vie scolaire did then. Return how many pupils. No fact is published."""
    _, absences = keep_whole_classes(what=what, by=by, at=at)
    return len(absences)


def past_absences(first: date, last: date) -> list[tuple[int, date, datetime]]:
    """The standing absences that roll calls found in these days: id, day, when it was recorded. One query."""
    found = Absence.objects.standing().filter(held_on__range=(first, last), whole_classes=None)
    return list(found.order_by("recorded_at", "pk").values_list("pk", "held_on", "recorded_at"))
