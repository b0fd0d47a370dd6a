"""What the other modules may ask of grades."""

from .rules import ClassFigures, MarkValue, Rank
from .selectors import (
    Audience,
    ReadMark,
    ReportLine,
    Stamps,
    StudentSummary,
    TermReport,
    class_stamps,
    stamp,
    summaries,
    term_report,
)
from .services import Column, PastColumn, load_past

__all__ = [
    "Audience",
    "ClassFigures",
    "Column",
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
    "stamp",
    "summaries",
    "term_report",
]
