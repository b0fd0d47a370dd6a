"""The verbs of reports: bulletins are issued and taken back; a worker prints them."""

from .issuing import IsReplaced, Issued, TermIsOpen, cancel, issue
from .printing import (
    FORGOTTEN,
    QUEUE,
    NothingIsIssued,
    PrintJob,
    keep_files,
    keep_whole,
    next_to_print,
    print_class,
    resume_forgotten,
    stop_printing,
)

__all__ = [
    "FORGOTTEN",
    "QUEUE",
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
    "resume_forgotten",
    "stop_printing",
]
