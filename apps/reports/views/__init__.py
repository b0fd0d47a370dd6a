"""Pages of reports."""

from .certificates import certificate, certificate_cancel, certify
from .classes import (
    cancel,
    card,
    class_term,
    classes,
    issue,
    print_class,
    printed,
    show_to_families,
    stop_printing,
)
from .councils import council, minutes, verdict
from .documents import (
    class_documents,
    class_list,
    class_sheet,
    class_statements,
    documents,
    honour_roll,
    mark_statement,
    statistics,
    student_documents,
)
from .families import acknowledge, read, student
from .remarks import general_cells, general_remarks, phrase_forget, phrases, remark_cells, remarks
from .steps import go_back, go_on
from .verifying import verify

__all__ = [
    "acknowledge",
    "cancel",
    "card",
    "certificate",
    "certificate_cancel",
    "certify",
    "class_documents",
    "class_list",
    "class_sheet",
    "class_statements",
    "class_term",
    "classes",
    "council",
    "documents",
    "general_cells",
    "general_remarks",
    "go_back",
    "go_on",
    "honour_roll",
    "issue",
    "mark_statement",
    "minutes",
    "phrase_forget",
    "phrases",
    "print_class",
    "printed",
    "read",
    "remark_cells",
    "remarks",
    "show_to_families",
    "statistics",
    "stop_printing",
    "student",
    "student_documents",
    "verdict",
    "verify",
]
