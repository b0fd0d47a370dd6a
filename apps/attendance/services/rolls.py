"""A roll call, closed or corrected."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from apps.accounts.models import Member
from apps.attendance.events import LateArrivalRecorded, RollCallClosed
from apps.attendance.models import LateArrival, RollCall, RollEntry, lines_of
from apps.attendance.rules import PRESENT, Line, Span
from apps.classes import api as classes
from apps.core.events import Event, publish
from apps.core.prepared import prepared

from .spans import keep_absences


class NotOnTheList(Exception):
    """A state was sent for someone who is not in this group on that day."""


class RollHasMoved(Exception):
    """Someone else corrected the same lines meanwhile: `lines` says what they now hold."""

    def __init__(self, lines: dict[int, Line], by: Member, at: datetime) -> None:
        super().__init__()
        self.lines, self.by, self.at = lines, by, at


@transaction.atomic
def close_roll_call(
    *,
    group_id: int,
    held_on: date,
    hours: Span,
    lines: Mapping[int, Line],
    by: Member,
    at: datetime,
    seen: Mapping[int, Line] | None = None,
    course_id: int | None = None,
) -> RollCall:
    """Close a roll call, or correct it; who is not in `lines` was there.

    `seen` is what the page showed: only the lines that differ from it are written. Raises NotOnTheList,
    and RollHasMoved when one of these was changed by someone else since.
    """
    roll_call, is_first = _roll_call(group_id, held_on, hours, course_id, by, at)
    before = lines_of(roll_call.pk)
    listed = before.keys() | {pk for (pk,) in _locked_list(group_id, held_on)}
    if not lines.keys() <= listed:
        raise NotOnTheList

    touched = _touched(roll_call, listed, lines, before, before if seen is None else seen)
    changes = {pk: line for pk, line in touched.items() if line != before.get(pk)}
    facts: list[Event] = []
    if changes:
        _write_entries(roll_call, changes)
        facts += _write_late_arrivals(roll_call, changes, before, by, at)
        facts += keep_absences(changes, held_on, by, at)
    if changes and not is_first:
        roll_call.corrected_by, roll_call.corrected_at = by, at
        roll_call.save(update_fields=["corrected_by", "corrected_at"])
    if changes or is_first:
        publish(*facts, RollCallClosed(roll_call_id=roll_call.pk, by_id=by.pk))
    return roll_call


def _roll_call(
    group_id: int, held_on: date, hours: Span, course_id: int | None, by: Member, at: datetime
) -> tuple[RollCall, bool]:
    """The roll call of that hour, locked; new if nobody took it."""
    roll_call, is_new = RollCall.objects.get_or_create(
        group_id=group_id,
        held_on=held_on,
        starts_at=hours.starts_at,
        defaults={"ends_at": hours.ends_at, "course_id": course_id, "taken_by": by, "closed_at": at},
    )
    if is_new:
        return roll_call, True
    locked = RollCall.objects.select_for_update(of=["self"]).select_related(
        "taken_by__user", "corrected_by__user"
    )
    roll_call = locked.get(pk=roll_call.pk)
    is_first = roll_call.closed_at is None
    if is_first:
        roll_call.taken_by, roll_call.closed_at = by, at
        roll_call.save(update_fields=["taken_by", "closed_at"])
    return roll_call, is_first


@prepared
def _locked_list(group_id: int, held_on: date) -> QuerySet:
    """The pupils of the list, locked in one order: two roll calls of one pupil's day wait for each other."""
    pupils = classes.students_of([group_id], held_on).order_by("pk")
    return pupils.select_for_update(no_key=True).values_list("pk")


def _touched(
    roll_call: RollCall,
    listed: Iterable[int],
    lines: Mapping[int, Line],
    before: Mapping[int, Line],
    seen: Mapping[int, Line],
) -> dict[int, Line]:
    """The lines to write: those that the sender changed, and those that nobody wrote yet."""
    touched, moved = {}, {}
    for pk in listed:
        now, wanted, shown = before.get(pk), lines.get(pk, PRESENT), seen.get(pk, PRESENT)
        if now is None:
            touched[pk] = wanted
        elif wanted != shown:
            touched[pk] = wanted
            if now not in (shown, wanted):
                moved[pk] = now
    if moved:
        by = roll_call.corrected_by or roll_call.taken_by
        raise RollHasMoved(moved, by, roll_call.corrected_at or roll_call.closed_at)
    return touched


def _write_entries(roll_call: RollCall, changes: Mapping[int, Line]) -> None:
    RollEntry.objects.bulk_create(
        [
            RollEntry(
                roll_call=roll_call,
                student_id=pk,
                state=line.state,
                minutes_late=line.minutes,
                note=line.note,
            )
            for pk, line in changes.items()
        ],
        update_conflicts=True,
        unique_fields=["roll_call", "student"],
        update_fields=["state", "minutes_late", "note"],
    )


def _write_late_arrivals(
    roll_call: RollCall, changes: Mapping[int, Line], before: Mapping[int, Line], by: Member, at: datetime
) -> list[Event]:
    """Return what is to be announced."""
    late = {pk: line for pk, line in changes.items() if line.state == RollEntry.State.LATE}
    was_late = {pk for pk, line in before.items() if line.state == RollEntry.State.LATE}
    gone = (changes.keys() & was_late) - late.keys()
    if gone:
        LateArrival.objects.filter(roll_call=roll_call, student__in=gone).delete()
    arrivals = LateArrival.objects.bulk_create(
        [
            LateArrival(
                roll_call=roll_call,
                student_id=pk,
                held_on=roll_call.held_on,
                starts_at=roll_call.starts_at,
                minutes=line.minutes,
                recorded_at=at,
            )
            for pk, line in late.items()
        ],
        update_conflicts=True,
        unique_fields=["roll_call", "student"],
        update_fields=["minutes"],
    )
    return [
        LateArrivalRecorded(late_arrival_id=arrival.pk, student_id=arrival.student_id, by_id=by.pk)
        for arrival in arrivals
        if arrival.student_id not in was_late
    ]
