"""Unbroken absences out of roll calls, and the hours of a school day."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from itertools import pairwise

SLOT_MINUTES = 55
FIRST_BELL = time(7, 30)
SLOTS_A_DAY = 11


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Hours of one day, from one time to a later one."""

    starts_at: time
    ends_at: time

    def __str__(self) -> str:
        """`0730-0825`, as in addresses."""
        return f"{self.starts_at:%H%M}-{self.ends_at:%H%M}"

    @classmethod
    def read(cls, text: str) -> "Span":
        """Raises ValueError unless the end comes after the start."""
        first, last = (time(int(part[:2]), int(part[2:])) for part in text.split("-"))
        if last <= first:
            raise ValueError(text)
        return cls(first, last)

    def overlaps(self, other: "Span") -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    @property
    def minutes(self) -> int:
        return _minutes(self.ends_at) - _minutes(self.starts_at)


@dataclass(frozen=True, slots=True)
class Hour:
    """What one roll call saw of a pupil: absent, or there (late counts as there)."""

    span: Span
    is_absent: bool


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _at(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


def absences_in(hours: Iterable[Hour]) -> list[Span]:
    """The unbroken spans a pupil missed: absences with no presence seen between them are one."""
    spans: list[Span] = []
    broken = True
    for hour in sorted(hours, key=lambda hour: (hour.span, hour.is_absent)):
        if not hour.is_absent:
            broken = True
        elif spans and (not broken or spans[-1].overlaps(hour.span)):
            spans[-1] = Span(spans[-1].starts_at, max(spans[-1].ends_at, hour.span.ends_at))
            broken = False
        else:
            spans.append(hour.span)
            broken = False
    return spans


@dataclass(slots=True)
class Reconciled:
    """What to do so that the absences written down are those that the roll calls found."""

    moved: dict[int, Span] = field(default_factory=dict)
    cancelled: list[int] = field(default_factory=list)
    found: list[Span] = field(default_factory=list)


def reconcile(
    written: Mapping[int, Span], hours: Sequence[Hour], standing: Collection[Span] = ()
) -> Reconciled:
    """Each span found keeps the first absence already written there, or is new.

    An absence that a roll call denies is cancelled; one of hours that no roll call saw is left alone.
    `standing`: what vie scolaire wrote of whole classes, and alone takes back. Whatever roll calls say of
    these hours is said already, and no other absence spans them.
    """
    result = Reconciled()
    free = dict(sorted(written.items(), key=lambda item: item[1]))
    hours = [hour for hour in hours if not any(hour.span.overlaps(one) for one in standing)]
    breaks = [Hour(one, is_absent=False) for one in standing]
    for span in absences_in([*hours, *breaks]):
        known = next((pk for pk, old in free.items() if old.overlaps(span)), None)
        if known is None:
            result.found.append(span)
        elif free.pop(known) != span:
            result.moved[known] = span
    result.cancelled = [pk for pk, old in free.items() if any(old.overlaps(hour.span) for hour in hours)]
    return result


def default_slots() -> list[Span]:
    """The hours offered while no timetable says better: 55 minutes each from 7 h 30."""
    first = _minutes(FIRST_BELL)
    bells = [_at(first + number * SLOT_MINUTES) for number in range(SLOTS_A_DAY + 1)]
    return [Span(*pair) for pair in pairwise(bells)]


def moment_at(start: time, minutes: int) -> time:
    """So many minutes later on the same day."""
    return _at(_minutes(start) + minutes)


def slot_at(moment: time) -> Span:
    """The default hour under way at that time; outside the day, the nearest."""
    slots = default_slots()
    begun = [slot for slot in slots if slot.starts_at <= moment]
    return begun[-1] if begun else slots[0]
