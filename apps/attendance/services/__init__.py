"""The verbs of attendance: a roll call is closed or corrected; an absence is justified or found a mistake."""

from .absences import AbsenceIsCancelled, cancel_absence, justify_absence, withdraw_justification
from .excusals import Excuse, excuse, withdraw_excusal
from .exports import note_export
from .justifications import (
    HasBeenDecided,
    ReasonDoesNotJustify,
    Said,
    TooManyToday,
    accept_justification,
    give_justification,
    refuse_justification,
    see_answer,
    withdraw_given,
    write_justification,
)
from .passes import admit_after_absence, admit_late
from .reasons import set_up_reasons
from .rolls import Closed, NotOnTheList, close_roll_call
from .spans import span_of
from .thresholds import answer_threshold, set_up_thresholds
from .whole_classes import (
    NobodyIsAbsent,
    NoSuchEntry,
    WhoIsAbsent,
    WholeClasses,
    keep_whole_classes,
    undo_whole_classes,
    who_is_absent,
    write_whole_classes,
)

__all__ = [
    "AbsenceIsCancelled",
    "Closed",
    "Excuse",
    "HasBeenDecided",
    "NoSuchEntry",
    "NobodyIsAbsent",
    "NotOnTheList",
    "ReasonDoesNotJustify",
    "Said",
    "TooManyToday",
    "WhoIsAbsent",
    "WholeClasses",
    "accept_justification",
    "admit_after_absence",
    "admit_late",
    "answer_threshold",
    "cancel_absence",
    "close_roll_call",
    "excuse",
    "give_justification",
    "justify_absence",
    "keep_whole_classes",
    "note_export",
    "refuse_justification",
    "see_answer",
    "set_up_reasons",
    "set_up_thresholds",
    "span_of",
    "undo_whole_classes",
    "who_is_absent",
    "withdraw_excusal",
    "withdraw_given",
    "withdraw_justification",
    "write_justification",
    "write_whole_classes",
]
