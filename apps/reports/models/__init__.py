"""Tables of reports."""

from .cards import Cancellation, ReportCard, SealingKey
from .printing import PrintedCard, PrintRun

__all__ = ["Cancellation", "PrintRun", "PrintedCard", "ReportCard", "SealingKey"]
