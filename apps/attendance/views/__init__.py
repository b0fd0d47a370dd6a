"""The pages of attendance."""

from .absences import absence, absences
from .rolls import roll_call, roll_calls

__all__ = ["absence", "absences", "roll_call", "roll_calls"]
