"""What is typed on the pages of reports."""

from .cancelling import CancellationForm, CertificateForm
from .councils import BackForm, SittingForm, VerdictForm
from .remarks import IS_CLOSED, NotABatch, PhraseForm, RemarkBatch, RemarksForm

__all__ = [
    "IS_CLOSED",
    "BackForm",
    "CancellationForm",
    "CertificateForm",
    "NotABatch",
    "PhraseForm",
    "RemarkBatch",
    "RemarksForm",
    "SittingForm",
    "VerdictForm",
]
