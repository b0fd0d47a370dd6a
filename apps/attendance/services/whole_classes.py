"""Absences of whole classes: a strike, a storm. Written at once, taken back at once."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from apps.accounts.models import Member
from apps.attendance.events import WholeClassesAbsent
from apps.attendance.models import Absence, AbsenceReason, Excusal, RollEntry, WholeClassAbsence
from apps.attendance.rules import Line, Span
from apps.classes import api as classes
from apps.core.events import publish
from apps.people.models import Student, StudentQuerySet

from .covered import accepted_of, justify_covered
from .facts import amended, recorded
from .spans import keep_absences, new_absence


class NobodyIsAbsent(Exception):
    """Every pupil of these classes is absent already, was seen, or is not expected."""


class NoSuchEntry(LookupError):
    """The school wrote no such absence of whole classes."""


@dataclass(frozen=True, slots=True)
class WholeClasses:
    """Which classes (ids of their whole groups, and their names), when, and why."""

    group_ids: tuple[int, ...]
    audience: str
    held_on: date
    hours: Span
    reason: AbsenceReason
    line: str = ""
    is_justified: bool = False
    tells_families: bool = False


@dataclass(frozen=True, slots=True)
class WhoIsAbsent:
    """The pupils to be written absent, by id; and how many are left out, and why."""

    student_ids: tuple[int, ...]
    absent_already: int
    seen: int
    excused: int


def who_is_absent(what: WholeClasses) -> WhoIsAbsent:
    """Everyone but those whom these hours' roll calls saw, who are absent already, or are not expected.

    Four queries.
    """
    pupils = set(classes.students_of(what.group_ids, what.held_on).values_list("pk", flat=True))
    hours = {"starts_at__lt": what.hours.ends_at, "ends_at__gt": what.hours.starts_at}
    absent = Absence.objects.standing().filter(held_on=what.held_on, **hours)
    lines = RollEntry.objects.filter(
        roll_call__held_on=what.held_on,
        roll_call__closed_at__isnull=False,
        **{f"roll_call__{name}": value for name, value in hours.items()},
    )
    seen = lines.filter(state__in=[RollEntry.State.PRESENT, RollEntry.State.LATE])
    excusals = Excusal.objects.standing().of_day(what.held_on).filter(course=None)
    excused = excusals.filter(starts_at=None) | excusals.filter(**hours)
    known = [
        pupils & set(rows.filter(student__in=pupils).values_list("student", flat=True))
        for rows in (absent, seen, excused)
    ]
    absent_already, were_seen, are_excused = known
    return WhoIsAbsent(
        student_ids=tuple(sorted(pupils - absent_already - were_seen - are_excused)),
        absent_already=len(absent_already),
        seen=len(were_seen - absent_already),
        excused=len(are_excused - were_seen - absent_already),
    )


@transaction.atomic
def write_whole_classes(*, what: WholeClasses, by: Member, at: datetime) -> WholeClassAbsence:
    """Each of these pupils is absent.

    Families are told one by one, as of any absence, where they are to be and it is not justified. Written
    twice, the second finds everybody absent already. Raises NobodyIsAbsent.
    """
    entry, absences = keep_whole_classes(what=what, by=by, at=at)
    told = [recorded(one, by, at) for one in absences if what.tells_families and not one.is_justified]
    publish(WholeClassesAbsent(entry_id=entry.pk, by_id=by.pk), *told)
    return entry


def keep_whole_classes(
    *, what: WholeClasses, by: Member, at: datetime
) -> tuple[WholeClassAbsence, list[Absence]]:
    """The rows alone, one statement per table, whatever the number of pupils. Raises NobodyIsAbsent."""
    _lock(classes.students_of(what.group_ids, what.held_on))
    who = who_is_absent(what)
    if not who.student_ids:
        raise NobodyIsAbsent
    entry = WholeClassAbsence.objects.create(
        audience=what.audience[:200],
        held_on=what.held_on,
        starts_at=what.hours.starts_at,
        ends_at=what.hours.ends_at,
        listed_reason=what.reason,
        line=what.line,
        is_justified=what.is_justified,
        tells_families=what.tells_families,
        count=len(who.student_ids),
        recorded_by=by,
        recorded_at=at,
    )
    absences = [_absence(pk, entry, at) for pk in who.student_ids]
    justify_covered(absences, accepted_of(list(who.student_ids), what.held_on))
    Absence.objects.bulk_create(absences)
    return entry, absences


@transaction.atomic
def undo_whole_classes(*, entry_id: int, by: Member, at: datetime) -> int:
    """All of them were a mistake: families who were told are told so; the roll calls speak again.

    Returns how many pupils; 0 when it was undone before. Raises NoSuchEntry.
    """
    entry = WholeClassAbsence.objects.select_for_update().filter(pk=entry_id).first()
    if entry is None:
        raise NoSuchEntry
    if entry.cancelled_at:
        return 0
    written = Absence.objects.standing().filter(whole_classes=entry)
    _lock(Student.objects.filter(pk__in=written.values("student")))
    absences = list(written.order_by("pk"))
    pupils = [absence.student_id for absence in absences]
    entry.cancelled_at = at
    entry.save(update_fields=["cancelled_at"])
    Absence.objects.filter(pk__in=[one.pk for one in absences]).update(cancelled_at=at)
    missed = RollEntry.objects.filter(
        student__in=pupils, state=RollEntry.State.ABSENT, roll_call__held_on=entry.held_on
    )
    lines = {pk: Line(RollEntry.State.ABSENT) for pk in missed.values_list("student", flat=True)}
    publish(
        *(amended(one, by) for one in absences),
        *keep_absences(lines, entry.held_on, by, at),
    )
    return len(absences)


def _lock(students: StudentQuerySet) -> None:
    """In one order, as roll calls do: they wait for each other."""
    list(students.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))


def _absence(student_id: int, entry: WholeClassAbsence, at: datetime) -> Absence:
    hours = Span(entry.starts_at, entry.ends_at)
    return new_absence(
        student_id, entry.held_on, hours, at,
        is_justified=entry.is_justified, reason=entry.words, listed_reason=entry.listed_reason,
        whole_classes=entry,
    )  # fmt: skip
