"""What is typed on attendance's pages, read into values, with French errors."""

from .absences import AbsenceForm, AbsencesForm
from .justifications import DecisionForm, JustificationsForm, JustifyForm
from .queued import QueuedRoll, kept_instead
from .register import ExportForm, RegisterForm
from .rolls import HourForm, RollForm, RollRow
from .thresholds import ThresholdAnswerForm

__all__ = [
    "AbsenceForm",
    "AbsencesForm",
    "DecisionForm",
    "ExportForm",
    "HourForm",
    "JustificationsForm",
    "JustifyForm",
    "QueuedRoll",
    "RegisterForm",
    "RollForm",
    "RollRow",
    "ThresholdAnswerForm",
    "kept_instead",
]
