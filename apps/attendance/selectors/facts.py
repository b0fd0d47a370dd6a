"""What became of an absence that was announced: asked by those who react to the fact."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from enum import Enum

from apps.attendance.models import Absence, LateArrival, RollEntry


class Outcome(Enum):
    """What an absence is by now."""

    STANDING = "standing"
    JUSTIFIED = "justified"
    LATE = "late"  # the pupil arrived late after all
    EXCUSED = "excused"  # the pupil was not expected
    MERGED = "merged"  # part of another absence of that day
    MISTAKE = "mistake"  # the pupil was there

    @property
    def is_an_absence(self) -> bool:
        return self not in (Outcome.LATE, Outcome.EXCUSED, Outcome.MISTAKE)


@dataclass(frozen=True, slots=True)
class AbsenceFact:
    """An absence as it stands now."""

    pk: int
    student_id: int
    held_on: date
    starts_at: time
    ends_at: time
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class LateFact:
    """A late arrival as it stands now."""

    pk: int
    student_id: int
    held_on: date
    starts_at: time
    minutes: int


def late_facts_of(late_arrival_ids: Iterable[int]) -> dict[int, LateFact]:
    """These late arrivals by id; one that was a mistake is there no more. One query."""
    rows = LateArrival.objects.filter(pk__in=list(late_arrival_ids))
    return {row.pk: LateFact(row.pk, row.student_id, row.held_on, row.starts_at, row.minutes) for row in rows}


def facts_of(absence_ids: Iterable[int]) -> dict[int, AbsenceFact]:
    """These absences by id. One query, four when some were cancelled."""
    rows = list(Absence.objects.filter(pk__in=list(absence_ids)))
    cancelled = [row for row in rows if row.cancelled_at]
    outcomes = _outcomes(cancelled) if cancelled else {}
    return {
        row.pk: AbsenceFact(
            row.pk, row.student_id, row.held_on, row.starts_at, row.ends_at,
            outcomes.get(row.pk, Outcome.JUSTIFIED if row.is_justified else Outcome.STANDING),
        )
        for row in rows
    }  # fmt: skip


def facts_of_day(absence_id: int) -> dict[int, AbsenceFact]:
    """Those of its pupil's day, by id: what becomes of one may change what others were.

    Five queries at most.
    """
    one = Absence.objects.get(pk=absence_id)
    same_day = Absence.objects.filter(student=one.student_id, held_on=one.held_on)
    return facts_of(same_day.order_by("pk").values_list("pk", flat=True))


def _outcomes(cancelled: list[Absence]) -> dict[int, Outcome]:
    """Why each was cancelled, as the rows of that day tell."""
    pupils, days = {row.student_id for row in cancelled}, {row.held_on for row in cancelled}
    standing = list(Absence.objects.standing().filter(student__in=pupils, held_on__in=days))
    late = list(LateArrival.objects.filter(student__in=pupils, held_on__in=days))
    lines = RollEntry.objects.filter(student__in=pupils, roll_call__held_on__in=days)
    excused = list(lines.filter(state=RollEntry.State.EXCUSED).select_related("roll_call"))
    return {row.pk: _outcome(row, standing, late, excused) for row in cancelled}


def _outcome(
    row: Absence, standing: list[Absence], late: list[LateArrival], excused: list[RollEntry]
) -> Outcome:
    whose = (row.student_id, row.held_on)
    others = [one for one in standing if (one.student_id, one.held_on) == whose]
    arrivals = [one for one in late if (one.student_id, one.held_on) == whose]
    if any(one.starts_at < row.ends_at and row.starts_at < one.ends_at for one in others):
        return Outcome.MERGED
    if any(row.starts_at <= one.starts_at < row.ends_at for one in arrivals):
        return Outcome.LATE
    rolls = [one.roll_call for one in excused if (one.student_id, one.roll_call.held_on) == whose]
    if any(roll.starts_at < row.ends_at and row.starts_at < roll.ends_at for roll in rolls):
        return Outcome.EXCUSED
    return Outcome.MISTAKE
