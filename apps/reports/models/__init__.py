"""Tables of reports."""

from .acknowledgements import Acknowledgement
from .cards import Cancellation, ReportCard, ReportCardQuerySet, SealingKey
from .certificates import Certificate, CertificateCancellation, CertificateQuerySet
from .councils import ClassCouncil, Verdict
from .letterheads import Letterhead
from .printing import PrintedCard, PrintRun, PrintRunQuerySet
from .remarks import WRITABLE, PhraseQuerySet, Remark, RemarkPhrase

__all__ = [
    "WRITABLE",
    "Acknowledgement",
    "Cancellation",
    "Certificate",
    "CertificateCancellation",
    "CertificateQuerySet",
    "ClassCouncil",
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
    "Verdict",
]
