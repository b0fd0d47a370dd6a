"""What attendance writes down: roll calls and their lines, absences, late arrivals, who is not expected."""

from .absences import Absence, AbsenceQuerySet, LateArrival
from .excusals import Excusal, ExcusalQuerySet
from .rolls import SET_ASIDE, RollCall, RollEntry, lines_of

__all__ = [
    "SET_ASIDE",
    "Absence",
    "AbsenceQuerySet",
    "Excusal",
    "ExcusalQuerySet",
    "LateArrival",
    "RollCall",
    "RollEntry",
    "lines_of",
]
