"""Daily ceilings: what they count is kept in PostgreSQL, and changes with the caller's own rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction

from .models import SmsCount

KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Call:
    """An SMS about to be given to the gateway; `per_school` is the school's own ceiling, 0 for none left."""

    number: str
    school_id: int | None = None
    per_school: int = 0


NUMBER, SCHOOL, PLATFORM = "number", "school", "platform"


def take(calls: Sequence[Call], day: date) -> list[str]:
    """For each call in turn, "" when it may leave and is counted, else the ceiling that it would pass.

    Four statements, whatever the number of calls. Whoever counts the same waits for this transaction's end.
    """
    if not calls:
        return []
    with transaction.atomic():
        wanted = sorted({what for call in calls for what, _, _ in _ceilings(call)})
        SmsCount.objects.bulk_create((SmsCount(day=day, what=one) for one in wanted), ignore_conflicts=True)
        rows = SmsCount.objects.filter(day=day, what__in=wanted).order_by("what").select_for_update()
        counts = {row.what: row for row in rows}
        answers = [_take_one(call, counts) for call in calls]
        SmsCount.objects.bulk_create(  # a hundred at once, for less than bulk_update's hundred cases
            counts.values(), update_conflicts=True, unique_fields=["id"], update_fields=["count"]
        )
    return answers


def _take_one(call: Call, counts: dict[str, SmsCount]) -> str:
    ceilings = _ceilings(call)
    for what, limit, name in ceilings:
        if counts[what].count >= limit:
            return name
    for what, _, _ in ceilings:
        counts[what].count += 1
    return ""


def _ceilings(call: Call) -> list[tuple[str, int, str]]:
    """What is counted, up to how many, and the name of that ceiling."""
    of_school = [(f"school:{call.school_id}", call.per_school, SCHOOL)] if call.school_id else []
    return [
        (f"number:{call.number}", settings.SMS_A_DAY_PER_NUMBER, NUMBER),
        *of_school,
        ("platform", settings.SMS_A_DAY, PLATFORM),
    ]


def forget_counts(today: date) -> None:
    """Numbers are not kept beyond a week."""
    SmsCount.objects.filter(day__lt=today - KEPT).delete()
