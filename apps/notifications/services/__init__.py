"""The verbs of notifications: tell, correct, prepare; lease, record. No network: tasks.py carries."""

from .mailing import NobodyToTell, write_to_families
from .preparing import prepare
from .receipts import account_of, hear, hear_operator, receipts_key, settle_receipts
from .sending import (
    LEASE,
    NUDGED,
    RECEIPT_WAIT,
    Leased,
    NeverLeft,
    Result,
    alert_settings,
    lease,
    record,
    to_nudge,
)
from .telling import absence_key, correct, send_again, tell_of_absence

__all__ = [
    "LEASE",
    "NUDGED",
    "RECEIPT_WAIT",
    "Leased",
    "NeverLeft",
    "NobodyToTell",
    "Result",
    "absence_key",
    "account_of",
    "alert_settings",
    "correct",
    "hear",
    "hear_operator",
    "lease",
    "prepare",
    "receipts_key",
    "record",
    "send_again",
    "settle_receipts",
    "tell_of_absence",
    "to_nudge",
    "write_to_families",
]
