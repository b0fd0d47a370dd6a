"""What the other modules may ask of reports."""

from .permissions import PRINTERS
from .services import resume_forgotten

__all__ = ["PRINTERS", "resume_forgotten"]
