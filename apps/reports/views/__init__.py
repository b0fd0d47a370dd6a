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
from .verifying import verify

__all__ = [
    "cancel",
    "card",
    "class_term",
    "classes",
    "close_marks",
    "issue",
    "print_class",
    "printed",
    "stop_printing",
    "verify",
]
