"""What pupils missed in some days, ready to be counted."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from apps.attendance.models import Absence, Excusal, LateArrival, RollEntry
from apps.attendance.rules import Away, Missed, Span, Tally, lessons_missed, tally
from apps.core.tenancy import SchoolQuerySet

Days = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Record:
    """A pupil's absences, late arrivals (day, minutes) and days away."""

    absences: list[Missed] = field(default_factory=list)
    late: list[tuple[date, int]] = field(default_factory=list)
    away: list[Away] = field(default_factory=list)

    def tally(self) -> Tally:
        return tally(self.absences, (minutes for _, minutes in self.late))

    def within(self, first: date, last: date) -> "Record":
        """The same, of some of the days; who was away keeps her dates."""
        return Record(
            [one for one in self.absences if first <= one.held_on <= last],
            [one for one in self.late if first <= one[0] <= last],
            [one for one in self.away if one.starts_on <= last and first <= one.ends_on],
        )


NOTHING = Record()


def records(days: Days, students: Collection[int] | None = None) -> dict[int, Record]:
    """By student id, of these pupils or of all. Four queries."""
    found: dict[int, Record] = defaultdict(Record)
    for pupil, missed in _absences(days, students):
        found[pupil].absences.append(missed)
    late = _of(LateArrival.objects.filter(held_on__range=days), students)
    for pupil, day, minutes in late.order_by("held_on", "pk").values_list("student", "held_on", "minutes"):
        found[pupil].late.append((day, minutes))
    excusals = Excusal.objects.standing().filter(starts_on__lte=days[1], ends_on__gte=days[0])
    for pupil, kind, starts_on, ends_on, starts_at in (
        _of(excusals, students)
        .order_by("starts_on", "pk")
        .values_list("student", "kind", "starts_on", "ends_on", "starts_at")
    ):
        found[pupil].away.append(Away(kind, starts_on, ends_on, is_whole_days=starts_at is None))
    return dict(found)


def tallies(student_ids: Collection[int], days: Days) -> dict[int, Tally]:
    """What each of these pupils missed in some days, as report cards count it. Four queries."""
    found = records(days, student_ids)
    return {pk: found.get(pk, NOTHING).tally() for pk in student_ids}


def _absences(days: Days, students: Collection[int] | None) -> Iterator[tuple[int, Missed]]:
    lessons = rolls_missed(days, students)
    rows = _of(Absence.objects.standing().filter(held_on__range=days), students)
    for pupil, day, starts_at, ends_at, is_justified, reason, listed in rows.order_by(
        "held_on", "pk"
    ).values_list(
        "student", "held_on", "starts_at", "ends_at", "is_justified", "reason", "listed_reason__label"
    ):
        missed = lessons_missed(Span(starts_at, ends_at), lessons.get((pupil, day), ()))
        yield pupil, Missed(day, is_justified, missed, listed or reason)


def rolls_missed(days: Days, students: Collection[int] | None = None) -> dict[tuple[int, date], list[Span]]:
    """The hours whose roll call found a pupil absent, by student id and day. One query."""
    entries = RollEntry.objects.filter(state=RollEntry.State.ABSENT, roll_call__held_on__range=days)
    entries = _of(entries.exclude(roll_call__closed_at=None), students)
    span = cache(Span)
    hours: dict[tuple[int, date], list[Span]] = defaultdict(list)
    for pupil, day, starts_at, ends_at in entries.order_by("pk").values_list(
        "student", "roll_call__held_on", "roll_call__starts_at", "roll_call__ends_at"
    ):
        hours[pupil, day].append(span(starts_at, ends_at))
    return hours


def _of(rows: SchoolQuerySet, students: Collection[int] | None) -> SchoolQuerySet:
    return rows if students is None else rows.filter(student__pk__any_of=list(students))
