"""Who is not expected in class: written by vie scolaire, withdrawn; the roll calls already closed follow."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from apps.accounts.models import Member
from apps.attendance.models import Excusal, RollEntry
from apps.attendance.rules import Line, Span
from apps.classes.models import Course
from apps.core.events import publish
from apps.people.models import Student

from .rolls import correct_rolls
from .spans import keep_absences

State = RollEntry.State


@dataclass(frozen=True, slots=True)
class Excuse:
    """Why and when: some days, or the same hours of each; a dispense may be of one course only."""

    kind: Excusal.Kind
    starts_on: date
    ends_on: date
    hours: Span | None = None
    course: Course | None = None
    note: str = ""


@transaction.atomic
def excuse(*, student_id: int, why: Excuse, by: Member, at: datetime) -> Excusal:
    """The pupil is not expected then. The roll calls that missed her there say so: she was not absent.

    Whoever a roll call saw stays present. The same written twice is written once.
    """
    Student.objects.select_for_update(no_key=True).get(pk=student_id)
    hours = why.hours
    values = {
        "student_id": student_id,
        "kind": why.kind,
        "starts_on": why.starts_on,
        "ends_on": why.ends_on,
        "starts_at": hours.starts_at if hours else None,
        "ends_at": hours.ends_at if hours else None,
        "course": why.course,
        "note": why.note,
    }
    excusal = Excusal.objects.standing().filter(**values).order_by("pk").first()
    if excusal is None:
        excusal = Excusal.objects.create(**values, recorded_by=by, recorded_at=at)
        missed = _lines_within(excusal).filter(state=State.ABSENT)
        _change(dict.fromkeys(missed, State.EXCUSED), by, at)
    return excusal


@transaction.atomic
def withdraw_excusal(*, excusal_id: int, by: Member, at: datetime) -> None:
    """It was a mistake: the roll calls say again what they saw before it.

    A line that nobody ever saw absent becomes present: no family is alarmed by what nobody observed.
    """
    student_id = Excusal.objects.values_list("student", flat=True).get(pk=excusal_id)
    Student.objects.select_for_update(no_key=True).get(pk=student_id)
    excusal = Excusal.objects.select_for_update().get(pk=excusal_id)
    if excusal.cancelled_at:
        return
    excusal.cancelled_at = at
    excusal.save(update_fields=["cancelled_at"])
    others = Excusal.objects.standing().filter(student=student_id, ends_on__gte=excusal.starts_on)
    still = [entry.pk for other in others.order_by("pk") for entry in _lines_within(other)]
    excused = list(_lines_within(excusal).filter(state=State.EXCUSED).exclude(pk__in=still))
    before = _before_they_were_excused(excused)
    _change({entry: before.get(entry.pk, State.PRESENT) for entry in excused}, by, at)


def _lines_within(excusal: Excusal) -> QuerySet[RollEntry]:
    """The pupil's lines of the roll calls that begin while it holds: later than that, she was there."""
    lines = RollEntry.objects.filter(
        student=excusal.student_id, roll_call__held_on__range=(excusal.starts_on, excusal.ends_on)
    )
    if excusal.starts_at:
        begins = Q(roll_call__starts_at__gte=excusal.starts_at, roll_call__starts_at__lt=excusal.ends_at)
        lines = lines.filter(begins)
    if excusal.course_id:
        lines = lines.filter(roll_call__course=excusal.course_id)
    return lines.exclude(roll_call__closed_at=None).select_related("roll_call").order_by("pk")


def _before_they_were_excused(entries: list[RollEntry]) -> dict[int, str]:
    """What each line last said, as its history keeps it; those that always said so are left out."""
    history = RollEntry.pgh_event_model.objects.filter(pgh_obj_id__in=[entry.pk for entry in entries])
    history = history.exclude(state=State.EXCUSED).order_by("pgh_obj", "-pgh_id").distinct("pgh_obj")
    return {
        pk: State.ABSENT for pk, state in history.values_list("pgh_obj", "state") if state == State.ABSENT
    }


def _change(states: dict[RollEntry, str], by: Member, at: datetime) -> None:
    """Each of these lines of one pupil says that now, and so do the absences of those days."""
    days: dict[date, list[RollEntry]] = defaultdict(list)
    for entry, state in states.items():
        entry.state, entry.minutes_late = state, None
        days[entry.roll_call.held_on].append(entry)
    RollEntry.objects.bulk_update(states, ["state", "minutes_late"])
    facts = correct_rolls((entry.roll_call_id for entry in states), by, at)
    for day, entries in sorted(days.items()):
        absent = any(entry.state == State.ABSENT for entry in entries)
        line = Line(State.ABSENT if absent else State.PRESENT)
        facts = keep_absences({entries[0].student_id: line}, day, by, at) + facts
    if facts:
        publish(*facts)
