"""What the other modules may ask of grades."""

from .rules import MarkValue
from .services import Column, PastColumn, load_past

__all__ = ["Column", "MarkValue", "PastColumn", "load_past"]
