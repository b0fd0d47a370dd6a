"""The only place that asks what time it is: everything else is told."""

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    """This instant, aware."""
    return timezone.now()


def today() -> date:
    """The date in the school's time zone (Africa/Abidjan)."""
    return timezone.localdate()
