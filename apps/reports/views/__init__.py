"""Pages of reports."""

from .classes import (
    cancel,
    card,
    class_term,
    classes,
    close_marks,
    issue,
    print_class,
    printed,
    stop_printing,
)
from .remarks import general_cells, general_remarks, phrase_forget, phrases, remark_cells, remarks
from .verifying import verify

__all__ = [
    "cancel",
    "card",
    "class_term",
    "classes",
    "close_marks",
    "general_cells",
    "general_remarks",
    "issue",
    "phrase_forget",
    "phrases",
    "print_class",
    "printed",
    "remark_cells",
    "remarks",
    "stop_printing",
    "verify",
]
