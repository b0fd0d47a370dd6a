"""A roll call, closed or corrected."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache, partial

from django.db import transaction
from django.db.models import Q, QuerySet

from apps.accounts.models import Member
from apps.attendance.events import LateArrivalRecorded, RollCallClosed
from apps.attendance.models import SET_ASIDE, LateArrival, RollCall, RollEntry, excused_at, lines_of
from apps.attendance.rules import EXCUSED, PRESENT, Fate, Line, Seen, Span, fate_of
from apps.classes import api as classes
from apps.core.events import Event, publish
from apps.core.history import keep_beside
from apps.core.prepared import prepared
from apps.people.models import Student

from .spans import keep_absences


class NotOnTheList(Exception):
    """A state was sent for someone who is not in this group on that day."""


@dataclass(frozen=True, slots=True)
class Closed:
    """A roll call that was closed: its lines by now, what was sent but yields to a later correction, and who
    had written last.
    """

    roll_call: RollCall
    lines: Mapping[int, Line]
    set_aside: Mapping[int, Line]
    written_by: Member
    written_at: datetime


@transaction.atomic
def close_roll_call(
    *,
    group_id: int,
    held_on: date,
    hours: Span,
    lines: Mapping[int, Line],
    by: Member,
    at: datetime,
    seen: Seen | None = None,
    course_id: int | None = None,
) -> Closed:
    """Close a roll call, or correct it; who is not in `lines` was there, unless excused.

    `seen` is what the page showed: only the lines that differ from it are written, and those that someone
    else corrected since stand; what was sent instead is kept in their history. Raises NotOnTheList.
    """
    listed = {pk for (pk,) in _locked_list(group_id, held_on, hours.starts_at)}
    roll_call, is_first = _roll_call(group_id, held_on, hours, course_id, by, at)
    before = lines_of(roll_call.pk)
    if not lines.keys() <= listed:
        raise NotOnTheList

    written_by, written_at = roll_call.last_by, roll_call.last_at
    changes, aside = _sorted_out(roll_call, listed, lines, before, seen)
    facts: list[Event] = []
    if changes:
        _write_entries(roll_call, changes)
        facts += _write_late_arrivals(roll_call, changes, before, by, at)
        facts += keep_absences(changes, held_on, by, at)
    if aside:
        _remember(roll_call, aside)
    if changes and not is_first:
        roll_call.corrected_by, roll_call.corrected_at = by, at
        roll_call.save(update_fields=["corrected_by", "corrected_at"])
    if changes or is_first:
        publish(*facts, RollCallClosed(roll_call_id=roll_call.pk, by_id=by.pk))
    return Closed(roll_call, before | changes, aside, written_by, written_at)


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


def correct_rolls(roll_call_ids: Iterable[int], by: Member, at: datetime) -> list[RollCallClosed]:
    """Lines of them were corrected elsewhere than on their own page; return what is to be announced."""
    rolls = RollCall.objects.filter(pk__in=set(roll_call_ids)).order_by("pk")
    locked = list(rolls.select_for_update(no_key=True).values_list("pk", flat=True))  # in one order
    RollCall.objects.filter(pk__in=locked).update(corrected_by=by, corrected_at=at)
    return [RollCallClosed(roll_call_id=pk, by_id=by.pk) for pk in locked]


@prepared
def _locked_list(group_id: int, held_on: date, starts_at: time) -> QuerySet:
    """The pupils of the list, and those who have left it with a line.

    Locked in one order and before their roll call, as by whoever corrects their absences: two roll calls of
    one pupil's day wait for each other, and nobody waits for somebody who waits for him.
    """
    belong = classes.students_of([group_id], held_on).order_by()
    lines = RollEntry.objects.filter(
        roll_call__group=group_id, roll_call__held_on=held_on, roll_call__starts_at=starts_at
    )
    pupils = Student.objects.filter(Q(pk__in=belong.values("pk")) | Q(pk__in=lines.values("student")))
    return pupils.order_by("pk").select_for_update(no_key=True).values_list("pk")


def _sorted_out(
    roll_call: RollCall,
    listed: Set[int],
    sent: Mapping[int, Line],
    before: Mapping[int, Line],
    seen: Seen | None,
) -> tuple[dict[int, Line], dict[int, Line]]:
    """The lines to write, and those to set aside."""
    expected = _expected(roll_call, listed - before.keys())
    page = seen or Seen(before, is_taken=True)
    corrected = cache(partial(_corrected, roll_call.pk))
    changes, aside = {}, {}
    for pk in sorted(listed if page.listed is None else listed & page.listed):
        now, shown = before.get(pk), page.of(pk)
        line = sent.get(pk, PRESENT)
        if now is None:
            changes[pk] = expected.get(pk, PRESENT) if line == shown else line
            continue
        fate = fate_of(
            line, shown, now, was_taken=page.is_taken, is_corrected=lambda pk=pk: pk in corrected()
        )
        if fate is Fate.WRITTEN:
            changes[pk] = line
        elif fate is Fate.SET_ASIDE:
            aside[pk] = line
    return changes, aside


def _expected(roll_call: RollCall, student_ids: Set[int]) -> dict[int, Line]:
    """The lines of those who are excused at that hour."""
    asked = excused_at(student_ids, roll_call.held_on, roll_call.starts_at, roll_call.course_id)
    return dict.fromkeys(asked, EXCUSED) if student_ids else {}


def _corrected(roll_call_id: int) -> frozenset[int]:
    """Whose line was changed after it was first written."""
    changes = RollEntry.pgh_event_model.objects.filter(roll_call=roll_call_id, pgh_label="update")
    return frozenset(changes.values_list("student", flat=True))


def _remember(roll_call: RollCall, aside: Mapping[int, Line]) -> None:
    """In the history of each line: what someone sent, and was not taken."""
    entries = list(RollEntry.objects.filter(roll_call=roll_call, student__in=aside))
    for entry in entries:
        line = aside[entry.student_id]
        entry.state, entry.minutes_late, entry.note = line.state, line.minutes, line.note
    keep_beside(entries, SET_ASIDE)


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
