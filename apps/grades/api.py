"""What the other modules may ask of grades."""

from .rules import ClassFigures, MarkValue, Rank
from .selectors import (
    Audience,
    CourseRow,
    ReadMark,
    ReportLine,
    Stamps,
    StudentSummary,
    TermReport,
    class_stamps,
    my_courses,
    stamp,
    summaries,
    term_report,
)
from .services import Column, PastColumn, load_past

__all__ = [
    "Audience",
    "ClassFigures",
    "Column",
    "CourseRow",
    "MarkValue",
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
    "stamp",
    "summaries",
    "term_report",
]
