"""The pages of alerts: vie scolaire's, the office's, the families'; and the door of operators."""

from .alerts import alert, deliveries, send_again
from .families import received
from .office import costs, numbers
from .operators import receipts
from .writing import mailing, wording

__all__ = [
    "alert",
    "costs",
    "deliveries",
    "mailing",
    "numbers",
    "receipts",
    "received",
    "send_again",
    "wording",
]
