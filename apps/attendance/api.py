"""What the other modules may ask of attendance."""

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
    "absences_of",
    "facts_of",
    "stamp",
    "summaries",
]
