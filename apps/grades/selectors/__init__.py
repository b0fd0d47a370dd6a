"""What pages need to know about marks, read in a fixed number of queries."""

from .assessments import BusyDay, Copies, Offered, busy_day, copies, offered, sources_of
from .audiences import Audience
from .boards import class_stamps, reference_day, stamp
from .gradebooks import FootFigures, Gradebook, course_averages, gradebook
from .histories import Change, Trail, cell_history, cell_trail, last_changes
from .kept import Stamps
from .marks import ReadMark
from .results import (
    AnnualResults,
    ClassResults,
    PupilTerm,
    PupilYear,
    annual_results,
    class_results,
    results_of,
)
from .sheets import (
    CoursePage,
    CourseRow,
    MarkSheet,
    OpenAgain,
    Pupil,
    chosen_term,
    course_page,
    listed_on,
    mark_sheet,
    my_courses,
    open_again,
    sheet_figures,
    term_of,
)
from .summaries import StudentSummary, summaries
from .terms import ReportLine, TermReport, term_report, term_reports

__all__ = [
    "AnnualResults",
    "Audience",
    "BusyDay",
    "Change",
    "ClassResults",
    "Copies",
    "CoursePage",
    "CourseRow",
    "FootFigures",
    "Gradebook",
    "MarkSheet",
    "Offered",
    "OpenAgain",
    "Pupil",
    "PupilTerm",
    "PupilYear",
    "ReadMark",
    "ReportLine",
    "Stamps",
    "StudentSummary",
    "TermReport",
    "Trail",
    "annual_results",
    "busy_day",
    "cell_history",
    "cell_trail",
    "chosen_term",
    "class_results",
    "class_stamps",
    "copies",
    "course_averages",
    "course_page",
    "gradebook",
    "last_changes",
    "listed_on",
    "mark_sheet",
    "my_courses",
    "offered",
    "open_again",
    "reference_day",
    "results_of",
    "sheet_figures",
    "sources_of",
    "stamp",
    "summaries",
    "term_of",
    "term_report",
    "term_reports",
]
