"""What the pages of attendance show, each in a fixed number of queries."""

from .absences import AbsencePage, AbsenceRow, AbsencesPage, absence_page, absences_found, absences_page
from .answers import Answer, refusal_of, unseen_answers
from .board import AwayPupil, DayBoard, LatePupil, MissingPupil, day_board
from .calls import Call
from .counting import tallies
from .day import DayFigures, day_figures, hours_called
from .due import ExpectedRoll, due_rolls, expected_rolls
from .excusals import ExcusalsPage, PupilExcusals, courses_of, excusals_of, excusals_page
from .facts import AbsenceFact, LateFact, Outcome, facts_of, late_facts_of
from .families import (
    AbsenceLine,
    AttendanceRecord,
    AttendanceSummary,
    DayState,
    LateLine,
    absences_of,
    due_absences,
    stamp,
    summaries,
)
from .justifications import (
    JustificationRow,
    JustificationsPage,
    absence_to_justify,
    absences_within,
    justification_row,
    justifications_of_absence,
    justifications_page,
    photo_of,
)
from .pupil import PupilPage, pupil_page
from .reasons import all_reasons, reasons_for_families, reasons_that_justify
from .register import Column, RegisterPage, RegisterRow, TotalLine, TotalsPage, register_page, totals_page
from .roll_history import RollChange, roll_changes
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
from .sheets import ABSENCES, absences_sheet, register_sheet
from .thresholds import PastLine, PastThreshold, ThresholdsPage, counted, thresholds_page
from .whole_classes import latest_whole_classes
from .windows import MONTH, TERM, WEEK, YEAR, Window, terms_of_class, terms_of_year, window_of, year_of

__all__ = [
    "ABSENCES",
    "MONTH",
    "TERM",
    "WEEK",
    "YEAR",
    "AbsenceFact",
    "AbsenceLine",
    "AbsencePage",
    "AbsenceRow",
    "AbsencesPage",
    "Answer",
    "AttendanceRecord",
    "AttendanceSummary",
    "AwayPupil",
    "Call",
    "Column",
    "DayBoard",
    "DayFigures",
    "DayState",
    "ExcusalsPage",
    "ExpectedRoll",
    "GroupRow",
    "JustificationRow",
    "JustificationsPage",
    "LateFact",
    "LateLine",
    "LatePupil",
    "MissingPupil",
    "Outcome",
    "PastLine",
    "PastThreshold",
    "PupilExcusals",
    "PupilPage",
    "RegisterPage",
    "RegisterRow",
    "RollChange",
    "RollLine",
    "RollPage",
    "RollsPage",
    "TakenRoll",
    "ThresholdsPage",
    "TotalLine",
    "TotalsPage",
    "Window",
    "absence_page",
    "absence_to_justify",
    "absences_found",
    "absences_of",
    "absences_page",
    "absences_sheet",
    "absences_within",
    "all_reasons",
    "counted",
    "courses_of",
    "day_board",
    "day_figures",
    "due_absences",
    "due_rolls",
    "excusals_of",
    "excusals_page",
    "expected_rolls",
    "facts_of",
    "hours_called",
    "justification_row",
    "justifications_of_absence",
    "justifications_page",
    "late_facts_of",
    "latest_whole_classes",
    "photo_of",
    "pupil_page",
    "reasons_for_families",
    "reasons_that_justify",
    "recent_hours",
    "refusal_of",
    "register_page",
    "register_sheet",
    "roll_changes",
    "roll_page",
    "rolls_page",
    "stamp",
    "summaries",
    "taken_at",
    "tallies",
    "terms_of_class",
    "terms_of_year",
    "thresholds_page",
    "totals_page",
    "unseen_answers",
    "window_of",
    "year_of",
]
