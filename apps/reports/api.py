"""What the other modules may ask of reports."""

from .permissions import DOCUMENTED, PRINTERS
from .selectors import DueRemarks, FormClass, due_remarks, form_classes, terms_of_bulletins
from .services import PastRemark, load_past_remarks, resume_forgotten

__all__ = [
    "DOCUMENTED",
    "PRINTERS",
    "DueRemarks",
    "FormClass",
    "PastRemark",
    "due_remarks",
    "form_classes",
    "load_past_remarks",
    "resume_forgotten",
    "terms_of_bulletins",
]
