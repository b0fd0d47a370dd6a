"""What the other modules may ask of gateways."""

from .adapters import Accepted, Ambiguous, Refused, Unreachable, ask_sms, send_sms
from .rules import Cost, NotAPhone, cost_of, fold, is_mobile, read_phone, show_phone
from .services import NUMBER, PLATFORM, SCHOOL, Call, forget_counts, take

__all__ = [
    "NUMBER",
    "PLATFORM",
    "SCHOOL",
    "Accepted",
    "Ambiguous",
    "Call",
    "Cost",
    "NotAPhone",
    "Refused",
    "Unreachable",
    "ask_sms",
    "cost_of",
    "fold",
    "forget_counts",
    "is_mobile",
    "read_phone",
    "send_sms",
    "show_phone",
    "take",
]
