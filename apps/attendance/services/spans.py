"""The absences of a pupil’s day, kept as its roll calls found them."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from apps.accounts.models import Member
from apps.attendance.models import Absence, Justification, RollEntry
from apps.attendance.rules import Hour, Line, Span, reconcile
from apps.core.events import Event
from apps.core.prepared import Ids, prepared, together

from .covered import REASON, accepted_of, justify_covered, unjustify_outgrown
from .facts import amended, recorded


def keep_absences(changes: Mapping[int, Line], held_on: date, by: Member, at: datetime) -> list[Event]:
    """Make the absences of these pupils' day those that its roll calls found; return what is news.

    One within an accepted justification is justified from its birth, or once it is short enough; when it
    outgrows it, that is news.
    """
    written: dict[int, dict[int, Absence]] = defaultdict(dict)
    standing: dict[int, list[Span]] = defaultdict(list)
    for absence in _absences_of(list(changes), held_on):
        if absence.whole_classes_id:
            standing[absence.student_id].append(span_of(absence))
        else:
            written[absence.student_id][absence.pk] = absence
    missing = {pk for pk, line in changes.items() if line.state == RollEntry.State.ABSENT}
    pupils = sorted(missing | written.keys())
    hours, accepted = _hours_and_reasons_of(pupils, held_on) if pupils else ({}, [])

    new, moved, cancelled = [], [], []
    for pupil in pupils:
        known = {pk: span_of(row) for pk, row in written[pupil].items()}
        todo = reconcile(known, hours[pupil], standing[pupil])
        for pk, span in todo.moved.items():
            row = written[pupil][pk]
            row.starts_at, row.ends_at = span.starts_at, span.ends_at
            moved.append(row)
        cancelled += [written[pupil][pk] for pk in todo.cancelled]
        new += [new_absence(pupil, held_on, span, at) for span in todo.found]

    outgrown = unjustify_outgrown(moved, accepted)
    justify_covered(new, accepted)
    covered = justify_covered(moved, accepted)  # by another one, or short enough by now
    untold = [*new, *(row for row in outgrown if not row.is_justified)]
    if cancelled:
        Absence.objects.filter(pk__in=[row.pk for row in cancelled]).update(cancelled_at=at)
    if moved:
        Absence.objects.bulk_update(moved, ["starts_at", "ends_at", *REASON])
    Absence.objects.bulk_create(new)
    found = [recorded(absence, by, at) for absence in untold]
    return found + [amended(absence, by) for absence in [*cancelled, *covered]]


@prepared
def _absences_of(student_ids: Ids, held_on: date) -> QuerySet[Absence]:
    return Absence.objects.standing().filter(student__pk__any_of=student_ids, held_on=held_on).order_by("pk")


def _hours_and_reasons_of(
    student_ids: list[int], held_on: date
) -> tuple[dict[int, list[Hour]], list[Justification]]:
    """What the roll calls saw of these pupils, and the reasons already accepted for that day."""
    entries, accepted = together(
        _entries_of.asked(student_ids, held_on), accepted_of.asked(student_ids, held_on)
    )
    hours: dict[int, list[Hour]] = defaultdict(list)
    for student_id, state, starts_at, ends_at in entries:
        hours[student_id].append(Hour(Span(starts_at, ends_at), state == RollEntry.State.ABSENT))
    return hours, accepted


@prepared
def _entries_of(student_ids: Ids, held_on: date) -> QuerySet:
    entries = RollEntry.objects.filter(student__pk__any_of=student_ids, roll_call__held_on=held_on)
    entries = entries.exclude(roll_call__closed_at=None)
    return entries.order_by("pk").values_list(
        "student", "state", "roll_call__starts_at", "roll_call__ends_at"
    )


def span_of(absence: Absence) -> Span:
    """Its hours, as rules know them."""
    return Span(absence.starts_at, absence.ends_at)


def new_absence(student_id: int, held_on: date, span: Span, at: datetime, **reason: Any) -> Absence:
    """To be written: its hours that day, when it was found; its reason if there is one."""
    return Absence(
        student_id=student_id,
        held_on=held_on,
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        recorded_at=at,
        **reason,
    )
