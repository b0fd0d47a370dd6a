"""What is typed on attendance's pages, read into values, with French errors."""

from .absences import AbsenceForm, AbsencesForm
from .excusals import NATURES, ExcusalForm, PupilsForm
from .justifications import DecisionForm, JustificationsForm, JustifyForm
from .queued import QueuedRoll, kept_instead
from .register import ExportForm, RegisterForm
from .rolls import HourForm, RollForm, RollRow, written_change
from .thresholds import ThresholdAnswerForm

__all__ = [
    "NATURES",
    "AbsenceForm",
    "AbsencesForm",
    "DecisionForm",
    "ExcusalForm",
    "ExportForm",
    "HourForm",
    "JustificationsForm",
    "JustifyForm",
    "PupilsForm",
    "QueuedRoll",
    "RegisterForm",
    "RollForm",
    "RollRow",
    "ThresholdAnswerForm",
    "kept_instead",
    "written_change",
]
