"""The pages of attendance."""

from .absences import absence, absences
from .exports import absences_export, register_export
from .families import justification_withdraw, justify, photo
from .justifications import justification, justifications
from .register import pupil, register, totals
from .rolls import roll_call, roll_calls, roll_list

__all__ = [
    "absence",
    "absences",
    "absences_export",
    "justification",
    "justification_withdraw",
    "justifications",
    "justify",
    "photo",
    "pupil",
    "register",
    "register_export",
    "roll_call",
    "roll_calls",
    "roll_list",
    "totals",
]
