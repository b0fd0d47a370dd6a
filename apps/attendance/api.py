"""What the other modules may ask of attendance."""

from .past import PastLoaded, PastRollCall, load_past_roll_calls
from .selectors import (
    AbsenceFact,
    AbsenceLine,
    AttendanceRecord,
    AttendanceSummary,
    DayState,
    LateLine,
    Outcome,
    absences_of,
    facts_of,
    stamp,
    summaries,
)

__all__ = [
    "AbsenceFact",
    "AbsenceLine",
    "AttendanceRecord",
    "AttendanceSummary",
    "DayState",
    "LateLine",
    "Outcome",
    "PastLoaded",
    "PastRollCall",
    "absences_of",
    "facts_of",
    "load_past_roll_calls",
    "stamp",
    "summaries",
]
