"""The days and hours of the demo."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from django.utils import timezone

SATURDAY = 5


def class_days(first: date, last: date, holidays: Iterable[tuple[date, date]]) -> list[date]:
    """The days with class from `first` to `last`: no week-end, no congé (last class day, day of return)."""
    breaks = list(holidays)
    return [
        day
        for day in _days(first, last)
        if day.weekday() < SATURDAY and not any(before < day < back for before, back in breaks)
    ]


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """That instant, where the schools are."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))
