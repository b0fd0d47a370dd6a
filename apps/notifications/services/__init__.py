"""The verbs of notifications: tell, correct, prepare; lease, record. No network: tasks.py carries."""

from .mailing import NobodyToTell, write_to_families
from .preparing import prepare
from .sending import LEASE, NUDGED, Leased, NeverLeft, Result, alert_settings, lease, record, to_nudge
from .telling import absence_key, correct, send_again, tell_of_absence

__all__ = [
    "LEASE",
    "NUDGED",
    "Leased",
    "NeverLeft",
    "NobodyToTell",
    "Result",
    "absence_key",
    "alert_settings",
    "correct",
    "lease",
    "prepare",
    "record",
    "send_again",
    "tell_of_absence",
    "to_nudge",
    "write_to_families",
]
