"""The verbs of reports: bulletins are issued and taken back; a worker prints them."""

from .issuing import IsReplaced, Issued, TermIsOpen, cancel, issue
from .printing import (
    NothingIsIssued,
    PrintJob,
    keep_files,
    keep_whole,
    next_to_print,
    print_class,
    stop_printing,
)

__all__ = [
    "IsReplaced",
    "Issued",
    "NothingIsIssued",
    "PrintJob",
    "TermIsOpen",
    "cancel",
    "issue",
    "keep_files",
    "keep_whole",
    "next_to_print",
    "print_class",
    "stop_printing",
]
