"""What teachers type, read into domain values; what is wrong, said in French beside it."""

from .assessments import IS_BUSY, IS_TAKEN, AssessmentForm, CopyForm, PublicationForm
from .batches import Batch, NotABatch
from .sheets import IS_LOCKED, MarkSheetForm, foot, lines

__all__ = [
    "IS_BUSY",
    "IS_LOCKED",
    "IS_TAKEN",
    "AssessmentForm",
    "Batch",
    "CopyForm",
    "MarkSheetForm",
    "NotABatch",
    "PublicationForm",
    "foot",
    "lines",
]
