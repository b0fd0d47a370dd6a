"""The day of a school in figures, for its home."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from apps.attendance.models import Absence, LateArrival, RollCall
from apps.attendance.rules import Span


@dataclass(frozen=True, slots=True)
class DayFigures:
    """A day so far: pupils found absent, absences without a reason, pupils late, roll calls closed."""

    absent: int
    to_justify: int
    late: int
    roll_calls: int


def day_figures(on: date) -> DayFigures:
    """Three queries."""
    absences = Absence.objects.standing().filter(held_on=on)
    found = absences.aggregate(
        absent=Count("student", distinct=True), to_justify=Count("pk", filter=Q(is_justified=False))
    )
    late = LateArrival.objects.filter(held_on=on).aggregate(late=Count("student", distinct=True))
    rolls = RollCall.objects.filter(held_on=on).exclude(closed_at=None).count()
    return DayFigures(**found, **late, roll_calls=rolls)


def hours_called(group_ids: Iterable[int], on: date) -> dict[int, list[Span]]:
    """The hours of that day whose roll each group has had, in order. One query."""
    rolls = RollCall.objects.filter(group__in=list(group_ids), held_on=on).exclude(closed_at=None)
    called: dict[int, list[Span]] = defaultdict(list)
    for group, starts_at, ends_at in rolls.order_by("starts_at").values_list("group", "starts_at", "ends_at"):
        called[group].append(Span(starts_at, ends_at))
    return dict(called)
