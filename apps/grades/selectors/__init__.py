"""What pages need to know about marks, read in a fixed number of queries."""

from .boards import Audience, Stamps, class_stamps, stamp
from .sheets import (
    CoursePage,
    CourseRow,
    MarkSheet,
    Pupil,
    course_page,
    mark_sheet,
    marks_of,
    my_courses,
    sheet_figures,
)
from .terms import ReadMark, ReportLine, StudentSummary, TermReport, summaries, term_report

__all__ = [
    "Audience",
    "CoursePage",
    "CourseRow",
    "MarkSheet",
    "Pupil",
    "ReadMark",
    "ReportLine",
    "Stamps",
    "StudentSummary",
    "TermReport",
    "class_stamps",
    "course_page",
    "mark_sheet",
    "marks_of",
    "my_courses",
    "sheet_figures",
    "stamp",
    "summaries",
    "term_report",
]
