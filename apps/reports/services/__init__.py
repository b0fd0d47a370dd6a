"""The verbs of reports: remarks are written, a council decides, bulletins are issued, printed, taken back."""

from .certifying import cancel_certificate, issue_certificate
from .councils import CouncilIsClosed, DecidedMeanwhile, decide, hold_council
from .issuing import CouncilHasNotSat, IsReplaced, Issued, cancel, issue
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
    "CouncilHasNotSat",
    "CouncilIsClosed",
    "DecidedMeanwhile",
    "IsReplaced",
    "Issued",
    "NothingIsIssued",
    "PastRemark",
    "PrintJob",
    "SavedRemarks",
    "acknowledge",
    "cancel",
    "cancel_certificate",
    "decide",
    "forget_phrase",
    "hold_council",
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
