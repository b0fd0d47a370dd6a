"""What pages need to know about marks, read in a fixed number of queries."""

from .boards import Audience, Stamps, class_stamps, stamp
from .terms import ReadMark, ReportLine, StudentSummary, TermReport, summaries, term_report

__all__ = [
    "Audience",
    "ReadMark",
    "ReportLine",
    "Stamps",
    "StudentSummary",
    "TermReport",
    "class_stamps",
    "stamp",
    "summaries",
    "term_report",
]
