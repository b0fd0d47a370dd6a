"""What the other modules may ask of reports."""

from .permissions import DOCUMENTED, PRINTERS
from .selectors import FormClass, form_classes
from .services import PastRemark, load_past_remarks, resume_forgotten

__all__ = [
    "DOCUMENTED",
    "PRINTERS",
    "FormClass",
    "PastRemark",
    "form_classes",
    "load_past_remarks",
    "resume_forgotten",
]
