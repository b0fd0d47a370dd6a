"""The verbs of notifications: tell, correct, prepare; lease, record. No network: tasks.py carries."""

from .ladders import Rule, Step, rules_of_school, set_up
from .mailing import NobodyToTell, write_to_families
from .money import Spent, spent
from .numbers import put_back, set_aside
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
from .telling import absence_key, correct, send_again, tell_of_absence, tell_of_late_arrival
from .wordings import as_sms, sample

__all__ = [
    "LEASE",
    "NUDGED",
    "RECEIPT_WAIT",
    "Leased",
    "NeverLeft",
    "NobodyToTell",
    "Result",
    "Rule",
    "Spent",
    "Step",
    "absence_key",
    "account_of",
    "alert_settings",
    "as_sms",
    "correct",
    "hear",
    "hear_operator",
    "lease",
    "prepare",
    "put_back",
    "receipts_key",
    "record",
    "rules_of_school",
    "sample",
    "send_again",
    "set_aside",
    "set_up",
    "settle_receipts",
    "spent",
    "tell_of_absence",
    "tell_of_late_arrival",
    "to_nudge",
    "write_to_families",
]
