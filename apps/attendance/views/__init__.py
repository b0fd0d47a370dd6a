"""The pages of attendance."""

from .absences import absence, absences
from .register import pupil, register, totals
from .rolls import roll_call, roll_calls

__all__ = ["absence", "absences", "pupil", "register", "roll_call", "roll_calls", "totals"]
