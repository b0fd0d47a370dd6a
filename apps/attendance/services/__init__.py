"""The verbs of attendance: a roll call is closed or corrected; an absence is justified or found a mistake."""

from .absences import AbsenceIsCancelled, cancel_absence, justify_absence, withdraw_justification
from .rolls import NotOnTheList, RollHasMoved, close_roll_call
from .spans import span_of

__all__ = [
    "AbsenceIsCancelled",
    "NotOnTheList",
    "RollHasMoved",
    "cancel_absence",
    "close_roll_call",
    "justify_absence",
    "span_of",
    "withdraw_justification",
]
