"""Tables of reports."""

from .cards import Cancellation, ReportCard, SealingKey
from .letterheads import Letterhead
from .printing import PrintedCard, PrintRun
from .remarks import WRITABLE, Remark, RemarkPhrase

__all__ = [
    "WRITABLE",
    "Cancellation",
    "Letterhead",
    "PrintRun",
    "PrintedCard",
    "Remark",
    "RemarkPhrase",
    "ReportCard",
    "SealingKey",
]
