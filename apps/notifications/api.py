"""What the other modules may ask of notifications."""

from .past import PastAlert, load_past_alerts
from .selectors import FateCount, Told, alerts_of_day, told_of_absences
from .services import AbsencesEstimate, absences_estimate, set_up

__all__ = [
    "AbsencesEstimate",
    "FateCount",
    "PastAlert",
    "Told",
    "absences_estimate",
    "alerts_of_day",
    "load_past_alerts",
    "set_up",
    "told_of_absences",
]
