"""What the other modules may ask of grades."""

from .rules import ClassFigures, MarkValue, Rank
from .selectors import (
    Audience,
    CourseRow,
    OpenAgain,
    ReadMark,
    ReportLine,
    Stamps,
    StudentSummary,
    TermReport,
    class_stamps,
    my_courses,
    open_again,
    stamp,
    summaries,
    term_report,
)
from .services import Column, PastColumn, load_past, reopen

__all__ = [
    "Audience",
    "ClassFigures",
    "Column",
    "CourseRow",
    "MarkValue",
    "OpenAgain",
    "PastColumn",
    "Rank",
    "ReadMark",
    "ReportLine",
    "Stamps",
    "StudentSummary",
    "TermReport",
    "class_stamps",
    "load_past",
    "my_courses",
    "open_again",
    "reopen",
    "stamp",
    "summaries",
    "term_report",
]
