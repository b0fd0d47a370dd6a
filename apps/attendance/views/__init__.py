"""The pages of attendance."""

from .absences import absence, absences
from .exports import absences_export, register_export
from .register import pupil, register, totals
from .rolls import roll_call, roll_calls

__all__ = [
    "absence",
    "absences",
    "absences_export",
    "pupil",
    "register",
    "register_export",
    "roll_call",
    "roll_calls",
    "totals",
]
