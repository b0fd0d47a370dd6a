"""Tables of reports."""

from .cards import Cancellation, ReportCard, SealingKey
from .printing import PrintedCard, PrintRun
from .remarks import WRITABLE, Remark, RemarkPhrase

__all__ = [
    "WRITABLE",
    "Cancellation",
    "PrintRun",
    "PrintedCard",
    "Remark",
    "RemarkPhrase",
    "ReportCard",
    "SealingKey",
]
