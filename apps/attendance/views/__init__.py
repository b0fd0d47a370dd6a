"""The pages of attendance."""

from .absences import absence, absences
from .excusals import excusal_new, excusal_withdraw, excusals, excusals_of
from .exports import absences_export, register_export
from .families import answer_seen, justification_withdraw, justify, photo
from .justifications import justification, justifications
from .passes import absence_pass, entry_pass, late_pass
from .register import pupil, register, totals
from .rolls import roll_call, roll_calls, roll_history, roll_list
from .thresholds import thresholds

__all__ = [
    "absence",
    "absence_pass",
    "absences",
    "absences_export",
    "answer_seen",
    "entry_pass",
    "excusal_new",
    "excusal_withdraw",
    "excusals",
    "excusals_of",
    "justification",
    "justification_withdraw",
    "justifications",
    "justify",
    "late_pass",
    "photo",
    "pupil",
    "register",
    "register_export",
    "roll_call",
    "roll_calls",
    "roll_history",
    "roll_list",
    "thresholds",
    "totals",
]
