"""What attendance writes down: roll calls and their lines, absences, late arrivals, reasons, excusals."""

from .absences import Absence, AbsenceQuerySet, LateArrival
from .excusals import Excusal, ExcusalQuerySet, excused_at
from .justifications import HEAVIEST_PHOTO, Justification, JustificationPhoto, JustificationQuerySet
from .reasons import AbsenceReason
from .rolls import SET_ASIDE, RollCall, RollEntry, lines_of
from .whole_classes import WholeClassAbsence

__all__ = [
    "HEAVIEST_PHOTO",
    "SET_ASIDE",
    "Absence",
    "AbsenceQuerySet",
    "AbsenceReason",
    "Excusal",
    "ExcusalQuerySet",
    "Justification",
    "JustificationPhoto",
    "JustificationQuerySet",
    "LateArrival",
    "RollCall",
    "RollEntry",
    "WholeClassAbsence",
    "excused_at",
    "lines_of",
]
