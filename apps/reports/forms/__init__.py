"""What is typed on the pages of reports."""

from .cancelling import CancellationForm
from .remarks import IS_CLOSED, NotABatch, PhraseForm, RemarkBatch, RemarksForm

__all__ = ["IS_CLOSED", "CancellationForm", "NotABatch", "PhraseForm", "RemarkBatch", "RemarksForm"]
