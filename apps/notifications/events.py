"""What notifications announces."""

from dataclasses import dataclass

from apps.core.events import Event


@dataclass(frozen=True, kw_only=True)
class AlertSentAgain(Event):
    """Somebody of the school asked for another try of an alert that had failed."""

    alert_id: int
