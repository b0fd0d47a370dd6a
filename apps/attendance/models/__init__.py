"""What attendance writes down: roll calls and their lines, absences, late arrivals, reasons, excusals."""

from .absences import Absence, AbsenceQuerySet, LateArrival
from .excusals import Excusal, ExcusalQuerySet, excused_at
from .justifications import HEAVIEST_PHOTO, Justification, JustificationPhoto, JustificationQuerySet
from .passes import EntryPass
from .reasons import AbsenceReason
from .rolls import SET_ASIDE, RollCall, RollEntry, lines_of
from .thresholds import AttendanceThreshold, ThresholdAnswer
from .whole_classes import WholeClassAbsence

__all__ = [
    "HEAVIEST_PHOTO",
    "SET_ASIDE",
    "Absence",
    "AbsenceQuerySet",
    "AbsenceReason",
    "AttendanceThreshold",
    "EntryPass",
    "Excusal",
    "ExcusalQuerySet",
    "Justification",
    "JustificationPhoto",
    "JustificationQuerySet",
    "LateArrival",
    "RollCall",
    "RollEntry",
    "ThresholdAnswer",
    "WholeClassAbsence",
    "excused_at",
    "lines_of",
]
