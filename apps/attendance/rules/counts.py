"""What absences come to: hours, half-days and days, justified or not; late arrivals; who was away, and why.

A register counts hours of class, as report cards print them. Someone is missed for each roll call that found
her absent; where no roll was taken (a whole day written by vie scolaire), for as many lessons as her absence
is long.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum
from itertools import pairwise

from .spans import SLOT_MINUTES, Hour, Span, moment_at

NOON = time(13)  # classes stop at 12 h 15 and begin again at 14 h 30, or go straight on
SUNDAY = 6


class Letter(StrEnum):
    """What a register writes of a day."""

    UNJUSTIFIED = "A"
    JUSTIFIED = "J"
    LATE = "R"


def hours_in(minutes: int) -> int:
    """Minutes as hours of class: to the nearest, one at least. A double lesson of 110 minutes is two."""
    return max(1, (2 * minutes + SLOT_MINUTES) // (2 * SLOT_MINUTES))


def lessons_missed(absence: Span, rolls: Iterable[Span]) -> tuple[Span, ...]:
    """The lessons that an absence costs, out of the roll calls that found the pupil absent that day.

    Two roll calls of the same hour (a class and a group) are one lesson. Without any, the absence is cut into
    equal lessons.
    """
    missed: list[Span] = []
    for roll in sorted(roll for roll in rolls if roll.overlaps(absence)):
        if missed and missed[-1].overlaps(roll):
            missed[-1] = Span(missed[-1].starts_at, max(missed[-1].ends_at, roll.ends_at))
        else:
            missed.append(roll)
    return tuple(missed) or _cut(absence)


def _cut(absence: Span) -> tuple[Span, ...]:
    number = hours_in(absence.minutes)
    bells = [moment_at(absence.starts_at, absence.minutes * place // number) for place in range(number + 1)]
    return tuple(Span(*pair) for pair in pairwise(bells))


def minutes_missed(absence: Span, hours: Iterable[Hour]) -> int:
    """The length of the lessons that an absence costs, as the day's roll calls saw them."""
    missed = lessons_missed(absence, (hour.span for hour in hours if hour.is_absent))
    return sum(lesson.minutes for lesson in missed)


@dataclass(frozen=True, slots=True)
class Missed:
    """An absence as it counts."""

    held_on: date
    is_justified: bool
    lessons: tuple[Span, ...]
    reason: str = ""

    @property
    def hours(self) -> int:
        return sum(hours_in(lesson.minutes) for lesson in self.lessons)

    @property
    def minutes(self) -> int:
        return sum(lesson.minutes for lesson in self.lessons)

    @property
    def half_days(self) -> set[tuple[date, bool]]:
        """Each day with whether it is the afternoon; a lesson is of the half in which it begins."""
        return {(self.held_on, lesson.starts_at >= NOON) for lesson in self.lessons}


@dataclass(frozen=True, slots=True)
class Count:
    """Absences in each of the ways in which schools count them."""

    hours: int = 0
    minutes: int = 0
    half_days: int = 0
    days: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.hours + other.hours,
            self.minutes + other.minutes,
            self.half_days + other.half_days,
            self.days + other.days,
        )


@dataclass(frozen=True, slots=True)
class Tally:
    """What a pupil, or many, missed in some days."""

    unjustified: Count = field(default_factory=Count)
    justified: Count = field(default_factory=Count)
    late: int = 0
    late_minutes: int = 0

    @property
    def missed(self) -> Count:
        return self.unjustified + self.justified

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.unjustified + other.unjustified,
            self.justified + other.justified,
            self.late + other.late,
            self.late_minutes + other.late_minutes,
        )


def tally(absences: Iterable[Missed], late: Iterable[int] = ()) -> Tally:
    """One pupil's count; `late`: the minutes of each late arrival.

    A half-day (a day) counts as soon as one lesson of it is missed, and as not justified as soon as one of
    these has no reason: justified and not add up to what was missed.
    """
    without, with_reason = [], []
    for one in absences:
        (with_reason if one.is_justified else without).append(one)
    minutes = list(late)
    halves = _halves(without)
    return Tally(
        _count(without, halves, set()), _count(with_reason, _halves(with_reason), halves), len(minutes),
        sum(minutes),
    )  # fmt: skip


def _halves(absences: Iterable[Missed]) -> set[tuple[date, bool]]:
    return {half for one in absences for half in one.half_days}


def _count(absences: Sequence[Missed], halves: set, counted: set) -> Count:
    days = {day for day, _ in halves} - {day for day, _ in counted}
    return Count(
        hours=sum(one.hours for one in absences),
        minutes=sum(one.minutes for one in absences),
        half_days=len(halves - counted),
        days=len(days),
    )


def letters(absences: Iterable[Missed], late: Iterable[int] = ()) -> dict[Letter, int]:
    """What the register writes in a cell: hours without a reason, with one, late arrivals; none that is 0."""
    written: Counter[Letter] = Counter()
    for one in absences:
        written[Letter.JUSTIFIED if one.is_justified else Letter.UNJUSTIFIED] += one.hours
    written[Letter.LATE] += len(list(late))
    return {letter: written[letter] for letter in Letter if written[letter]}


@dataclass(frozen=True, slots=True)
class Away:
    """Days, or some hours of them, on which a pupil was not expected (an Excusal of that kind)."""

    kind: str
    starts_on: date
    ends_on: date
    is_whole_days: bool


@dataclass(frozen=True, slots=True)
class AwayCount:
    """How often, and on how many whole days of class."""

    times: int = 0
    days: int = 0


def aways(rows: Iterable[Away], first: date, last: date) -> dict[str, AwayCount]:
    """By kind, within these days; Sundays are no days of class."""
    found: dict[str, AwayCount] = {}
    for row in rows:
        begins, ends = max(row.starts_on, first), min(row.ends_on, last)
        if begins > ends:
            continue
        known = found.get(row.kind, AwayCount())
        days = sum(day.weekday() != SUNDAY for day in days_in(begins, ends)) if row.is_whole_days else 0
        found[row.kind] = AwayCount(known.times + 1, known.days + days)
    return found


def days_in(first: date, last: date) -> list[date]:
    """Each of them, both ends included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def week_of(on: date) -> tuple[date, date]:
    """Monday to Sunday."""
    monday = on - timedelta(days=on.weekday())
    return monday, monday + timedelta(days=6)


def month_of(on: date) -> tuple[date, date]:
    """From the first to the last."""
    first = on.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def weeks_in(first: date, last: date) -> list[tuple[date, date]]:
    """The weeks of these days; the first and the last may be cut."""
    mondays = [day for day in days_in(first, last) if day == first or not day.weekday()]
    return [(monday, min(week_of(monday)[1], last)) for monday in mondays]
