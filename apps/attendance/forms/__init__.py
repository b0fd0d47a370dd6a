"""What is typed on attendance's pages, read into values, with French errors."""

from .absences import AbsenceForm, AbsencesForm
from .register import ExportForm, RegisterForm
from .rolls import HourForm, RollForm, RollRow

__all__ = ["AbsenceForm", "AbsencesForm", "ExportForm", "HourForm", "RegisterForm", "RollForm", "RollRow"]
