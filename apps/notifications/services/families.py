"""What a guardian does with what she was told."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from apps.accounts.models import Member
from apps.core.events import publish
from apps.notifications.events import AlertsRead
from apps.notifications.models import Alert
from apps.people.models import Guardian


@transaction.atomic
def read_alerts(*, alert_ids: Iterable[int], by: Member, now: datetime) -> int:
    """She has read these, of hers: nothing more is sent to say it. Return how many were new."""
    guardian = Guardian.objects.filter(member=by).first()
    if not guardian:
        return 0
    told = Alert.objects.filter(pk__in=list(alert_ids), guardian=guardian, read_at=None).exclude(text="")
    count = told.update(read_at=now)
    if count:
        publish(AlertsRead(guardian_id=guardian.pk, by_id=by.pk))
    return count
