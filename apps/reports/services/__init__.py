"""The verbs of reports: bulletins are issued and taken back; a worker prints them; teachers write remarks."""

from .certifying import cancel_certificate, issue_certificate
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
from .reading import acknowledge, show_to_families
from .remarks import (
    MOST_PHRASES,
    BankIsFull,
    PastRemark,
    SavedRemarks,
    forget_phrase,
    keep_phrase,
    load_past_remarks,
    save_remarks,
)

__all__ = [
    "FORGOTTEN",
    "MOST_PHRASES",
    "QUEUE",
    "BankIsFull",
    "IsReplaced",
    "Issued",
    "NothingIsIssued",
    "PastRemark",
    "PrintJob",
    "SavedRemarks",
    "TermIsOpen",
    "acknowledge",
    "cancel",
    "cancel_certificate",
    "forget_phrase",
    "issue",
    "issue_certificate",
    "keep_files",
    "keep_phrase",
    "keep_whole",
    "load_past_remarks",
    "next_to_print",
    "print_class",
    "resume_forgotten",
    "save_remarks",
    "show_to_families",
    "stop_printing",
]
