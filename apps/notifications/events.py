"""What notifications announces."""

from dataclasses import dataclass

from apps.core.events import Event


@dataclass(frozen=True, kw_only=True)
class AlertSentAgain(Event):
    """Somebody of the school asked for another try of an alert that had failed."""

    alert_id: int


@dataclass(frozen=True, kw_only=True)
class NumberPutBack(Event):
    """A number that an operator did not know is written to again."""

    number_id: int


@dataclass(frozen=True, kw_only=True)
class FamiliesWrittenTo(Event):
    """Somebody of the school wrote to the families of some classes."""

    mailing_id: int


@dataclass(frozen=True, kw_only=True)
class WordingChanged(Event):
    """The words of a kind of alert are others."""

    kind: str


@dataclass(frozen=True, kw_only=True)
class AlertsRead(Event):
    """A guardian has read what she was told."""

    guardian_id: int


@dataclass(frozen=True, kw_only=True)
class AlertsMoved(Event):
    """What became of some of the day's alerts changed these last seconds; never of messages to all."""
