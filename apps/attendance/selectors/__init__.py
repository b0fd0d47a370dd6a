"""What the pages of attendance show, each in a fixed number of queries."""

from .absences import AbsencePage, AbsenceRow, AbsencesPage, absence_page, absences_page
from .facts import AbsenceFact, Outcome, facts_of
from .families import (
    AbsenceLine,
    AttendanceRecord,
    AttendanceSummary,
    DayState,
    LateLine,
    absences_of,
    stamp,
    summaries,
)
from .rolls import (
    GroupRow,
    RollLine,
    RollPage,
    RollsPage,
    TakenRoll,
    recent_hours,
    roll_page,
    rolls_page,
    taken_at,
)

__all__ = [
    "AbsenceFact",
    "AbsenceLine",
    "AbsencePage",
    "AbsenceRow",
    "AbsencesPage",
    "AttendanceRecord",
    "AttendanceSummary",
    "DayState",
    "GroupRow",
    "LateLine",
    "Outcome",
    "RollLine",
    "RollPage",
    "RollsPage",
    "TakenRoll",
    "absence_page",
    "absences_of",
    "absences_page",
    "facts_of",
    "recent_hours",
    "roll_page",
    "rolls_page",
    "stamp",
    "summaries",
    "taken_at",
]
