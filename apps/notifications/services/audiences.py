"""Whom a school tells of a pupil: every guardian who receives alerts, or the first whom an SMS reaches."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from enum import IntEnum

from apps.gateways.api import is_mobile
from apps.notifications.models import AlertRule, BadNumber, Delivery
from apps.notifications.rules import MISSES
from apps.people.models import Guardianship

Told = tuple[int, str]


class _Reach(IntEnum):
    """Of a number, the best first. One that receives nothing is written to all the same: phones come back."""

    KNOWN = 1
    MISSES = 2
    NONE = 3


def informed(
    student_ids: Iterable[int], on: date, audience: str, *, of_marks: bool = False
) -> dict[int, list[Told]]:
    """The guardians to tell of each pupil, with their phones; `of_marks`: of those who may see her marks.

    One query, three where only the first is.
    """
    cares = Guardianship.objects.current(on).filter(student__in=list(student_ids), is_informed=True)
    if of_marks:
        cares = cares.filter(may_see_marks=True)
    found: dict[int, list[Told]] = defaultdict(list)
    for pupil, *told in cares.order_by("pk").values_list("student", "guardian", "guardian__phone"):
        found[pupil].append(tuple(told))
    if audience == AlertRule.Audience.ALL or not found:
        return found
    reach = _reach_of({phone for told in found.values() for _, phone in told})
    return {pupil: [min(told, key=lambda one: reach[one[1]])] for pupil, told in found.items()}


def _reach_of(phones: set[str]) -> dict[str, _Reach]:
    bad = set(BadNumber.objects.filter(number__in=phones).values_list("number", flat=True))
    missed = {row["recipient"] for row in Delivery.objects.filter(recipient__in=phones).missed(MISSES)}
    return {
        phone: _Reach.NONE
        if phone in bad or not is_mobile(phone)
        else (_Reach.MISSES if phone in missed else _Reach.KNOWN)
        for phone in phones
    }
