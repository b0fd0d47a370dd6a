"""The month's SMS: what they cost, counted as they leave; above the budget, nothing leaves."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F
from django.db.models.functions import Greatest

from apps.notifications.models import AlertSettings, Delivery, SmsMonth

from .days import local_day

WARN_AT = 80  # per cent of the budget


def month_of(day: date) -> date:
    """Its first day."""
    return day.replace(day=1)


def charge(deliveries: Iterable[tuple[Delivery, int]], settings: AlertSettings, now: datetime) -> set[int]:
    """Count each of these at its price, in turn, while the month's budget lasts; return who is left out.

    Three statements, whatever their number. Who charges the same school meanwhile waits.
    """
    this_month = month_of(local_day(now))
    SmsMonth.objects.bulk_create([SmsMonth(month=this_month)], ignore_conflicts=True)
    month = SmsMonth.objects.select_for_update().get(month=this_month)
    left_out = set()
    for delivery, price in deliveries:
        cost = delivery.segments * price
        if settings.budget is not None and month.francs + cost > settings.budget:
            left_out.add(delivery.pk)
        else:
            delivery.cost, delivery.charged_to = cost, this_month
            month.francs += cost
            month.messages += 1
    month.save(update_fields=["francs", "messages"])
    return left_out


def give_back(deliveries: Iterable[Delivery]) -> None:
    """What certainly did not leave costs nothing: to the month that was charged, a statement each."""
    spared = defaultdict(list)
    for delivery in deliveries:
        if delivery.cost:
            spared[delivery.charged_to].append(delivery.cost)
            delivery.cost = 0
    for month, costs in sorted(spared.items(), key=str):  # in turn, whoever else does the same
        SmsMonth.objects.filter(month=month).update(
            francs=Greatest(F("francs") - sum(costs), 0), messages=Greatest(F("messages") - len(costs), 0)
        )


@dataclass(frozen=True, slots=True)
class Spent:
    """Of a month's budget. `percent` is None where there is no budget."""

    francs: int
    budget: int | None

    @property
    def percent(self) -> int | None:
        if self.budget is None:
            return None
        return 100 if not self.budget else min(100, 100 * self.francs // self.budget)

    @property
    def left(self) -> int | None:
        return None if self.budget is None else max(0, self.budget - self.francs)

    @property
    def is_near_the_end(self) -> bool:
        return self.percent is not None and self.percent >= WARN_AT


def spent(settings: AlertSettings, now: datetime) -> Spent:
    """This month so far. One query."""
    month = SmsMonth.objects.filter(month=month_of(local_day(now))).first()
    return Spent(month.francs if month else 0, settings.budget)
