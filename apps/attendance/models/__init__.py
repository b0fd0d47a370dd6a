"""What attendance writes down: roll calls and their lines, absences and late arrivals."""

from .absences import Absence, AbsenceQuerySet, LateArrival
from .rolls import RollCall, RollEntry, lines_of

__all__ = ["Absence", "AbsenceQuerySet", "LateArrival", "RollCall", "RollEntry", "lines_of"]
