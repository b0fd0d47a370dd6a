"""Tables of reports."""

from .cards import Cancellation, ReportCard, ReportCardQuerySet, SealingKey
from .letterheads import Letterhead
from .printing import PrintedCard, PrintRun, PrintRunQuerySet
from .remarks import WRITABLE, PhraseQuerySet, Remark, RemarkPhrase

__all__ = [
    "WRITABLE",
    "Cancellation",
    "Letterhead",
    "PhraseQuerySet",
    "PrintRun",
    "PrintRunQuerySet",
    "PrintedCard",
    "Remark",
    "RemarkPhrase",
    "ReportCard",
    "ReportCardQuerySet",
    "SealingKey",
]
