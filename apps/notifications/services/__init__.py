"""The verbs of notifications: tell, correct, prepare; lease, record. No network: tasks.py carries."""

from .bulletins import tell_of_bulletins
from .estimates import AbsencesEstimate, absences_estimate
from .families import read_alerts
from .ladders import Rule, Step, choose_wording, rules_of_school, set_up
from .mailing import NobodyToTell, recipients, write_to_families
from .money import Spent, spent
from .numbers import put_back, set_aside
from .preparing import prepare
from .previews import WORDED, mailing_preview, price_of_sms, wording_preview
from .receipts import (
    account_of,
    forget_receipts,
    hear,
    hear_operator,
    new_receipts_key,
    receipts_key,
    settle_receipts,
)
from .sending import (
    CALL,
    LEASE,
    NUDGED,
    RECEIPT_WAIT,
    Lapsed,
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
    "CALL",
    "LEASE",
    "NUDGED",
    "RECEIPT_WAIT",
    "WORDED",
    "AbsencesEstimate",
    "Lapsed",
    "Leased",
    "NeverLeft",
    "NobodyToTell",
    "Result",
    "Rule",
    "Spent",
    "Step",
    "absence_key",
    "absences_estimate",
    "account_of",
    "alert_settings",
    "as_sms",
    "choose_wording",
    "correct",
    "forget_receipts",
    "hear",
    "hear_operator",
    "lease",
    "mailing_preview",
    "new_receipts_key",
    "prepare",
    "price_of_sms",
    "put_back",
    "read_alerts",
    "receipts_key",
    "recipients",
    "record",
    "rules_of_school",
    "sample",
    "send_again",
    "set_aside",
    "set_up",
    "settle_receipts",
    "spent",
    "tell_of_absence",
    "tell_of_bulletins",
    "tell_of_late_arrival",
    "to_nudge",
    "wording_preview",
    "write_to_families",
]
