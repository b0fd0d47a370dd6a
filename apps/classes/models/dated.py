"""What holds from a day to a day."""

from datetime import date
from typing import Self

from django.contrib.postgres.fields import DateRangeField
from django.db.models import Func, Q

from apps.core.tenancy import SchoolQuerySet


class DatedQuerySet(SchoolQuerySet):
    def current(self, on: date) -> Self:
        """The rows that hold on that day."""
        return self.filter(Q(until=None) | Q(until__gte=on), since__lte=on)


class DateRange(Func):
    """The days from `since` to `until`, both included; for ever without `until`."""

    function = "daterange"
    output_field = DateRangeField()
