"""The arithmetic of attendance: hours of a day, unbroken absences, what they come to. Plain Python."""

from .periods import Period
from .spans import (
    PRESENT,
    SLOT_MINUTES,
    Hour,
    Line,
    Reconciled,
    Span,
    absences_in,
    default_slots,
    minutes_missed,
    reconcile,
    slot_at,
)

__all__ = [
    "PRESENT",
    "SLOT_MINUTES",
    "Hour",
    "Line",
    "Period",
    "Reconciled",
    "Span",
    "absences_in",
    "default_slots",
    "minutes_missed",
    "reconcile",
    "slot_at",
]
