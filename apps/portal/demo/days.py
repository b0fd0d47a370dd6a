"""The days and hours of the demo."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from apps.schools.models import SchoolYear

SATURDAY = 5


def class_days(year: SchoolYear, first: date, last: date) -> list[date]:
    """The days with class from `first` to `last`: no week-end, no congé."""
    holidays = list(year.holidays.order_by("last_class_day"))
    return [
        day
        for day in _days(first, last)
        if day.weekday() < SATURDAY and not any(one.last_class_day < day < one.resumes_on for one in holidays)
    ]


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """That instant, where the schools are."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))
