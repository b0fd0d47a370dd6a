"""What is typed on the pages of reports."""

from .cancelling import CancellationForm, CertificateForm
from .remarks import IS_CLOSED, NotABatch, PhraseForm, RemarkBatch, RemarksForm

__all__ = [
    "IS_CLOSED",
    "CancellationForm",
    "CertificateForm",
    "NotABatch",
    "PhraseForm",
    "RemarkBatch",
    "RemarksForm",
]
