"""Whoever watches the day's alerts hears that they moved: once in a while, however many did."""

from datetime import datetime, timedelta

from apps.core.events import publish_once
from apps.notifications.events import AlertsMoved

CALM = timedelta(seconds=3)


def alerts_moved(now: datetime) -> None:
    """Announced in three seconds, with all that moves until then."""
    publish_once(AlertsMoved(), at=now, due_at=now + CALM)
