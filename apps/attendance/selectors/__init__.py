"""What the pages of attendance show, each in a fixed number of queries."""

from .absences import AbsencePage, AbsenceRow, AbsencesPage, absence_page, absences_page
from .day import DayFigures, day_figures, hours_called
from .facts import AbsenceFact, LateFact, Outcome, facts_of, late_facts_of
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
    "DayFigures",
    "DayState",
    "GroupRow",
    "LateFact",
    "LateLine",
    "Outcome",
    "RollLine",
    "RollPage",
    "RollsPage",
    "TakenRoll",
    "absence_page",
    "absences_of",
    "absences_page",
    "day_figures",
    "facts_of",
    "hours_called",
    "late_facts_of",
    "recent_hours",
    "roll_page",
    "rolls_page",
    "stamp",
    "summaries",
    "taken_at",
]
