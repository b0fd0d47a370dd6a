"""Numbers that nobody has: set aside when an operator says so, put back by a person."""

from datetime import datetime

from django.db import transaction

from apps.accounts.models import Member
from apps.core.events import publish
from apps.notifications.events import NumberPutBack
from apps.notifications.models import BadNumber
from apps.notifications.rules import without_persons


def set_aside(number: str, reason: str, now: datetime) -> None:
    """No SMS goes there any more. Twice is once."""
    BadNumber.objects.bulk_create(
        [BadNumber(number=number, reason=without_persons(reason)[:100], found_at=now)], ignore_conflicts=True
    )


@transaction.atomic
def put_back(*, number_id: int, by: Member) -> None:
    """Somebody of the school says that it is right."""
    gone, _ = BadNumber.objects.filter(pk=number_id).delete()
    if gone:
        publish(NumberPutBack(number_id=number_id, by_id=by.pk))
