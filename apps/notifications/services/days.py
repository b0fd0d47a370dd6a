"""Days, as the school counts them."""

from datetime import date, datetime

from django.utils.timezone import localdate


def local_day(now: datetime) -> date:
    """The school's date at that instant."""
    return localdate(now)
