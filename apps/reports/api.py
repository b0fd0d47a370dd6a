"""What the other modules may ask of reports."""

from .permissions import PRINTERS
from .services import PastRemark, load_past_remarks, resume_forgotten

__all__ = ["PRINTERS", "PastRemark", "load_past_remarks", "resume_forgotten"]
