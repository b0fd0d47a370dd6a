"""What the other modules may ask of attendance."""

from .past import PastLoaded, PastRollCall, load_past_roll_calls
from .rules import Span, default_slots, slot_at
from .selectors import (
    AbsenceFact,
    AbsenceLine,
    AttendanceRecord,
    AttendanceSummary,
    DayFigures,
    DayState,
    ExpectedRoll,
    LateFact,
    LateLine,
    Outcome,
    absences_of,
    day_figures,
    due_rolls,
    facts_of,
    hours_called,
    late_facts_of,
    stamp,
    summaries,
)
from .services import set_up_reasons, set_up_thresholds

__all__ = [
    "AbsenceFact",
    "AbsenceLine",
    "AttendanceRecord",
    "AttendanceSummary",
    "DayFigures",
    "DayState",
    "ExpectedRoll",
    "LateFact",
    "LateLine",
    "Outcome",
    "PastLoaded",
    "PastRollCall",
    "Span",
    "absences_of",
    "day_figures",
    "default_slots",
    "due_rolls",
    "facts_of",
    "hours_called",
    "late_facts_of",
    "load_past_roll_calls",
    "set_up_reasons",
    "set_up_thresholds",
    "slot_at",
    "stamp",
    "summaries",
]
