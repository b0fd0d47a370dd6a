"""What the pages of reports show."""

from .assembling import facts_of_class
from .classes import CardRow, ClassCards, ClassLine, class_cards, class_lines, with_files
from .papers import Paper, Worth, paper_of
from .remarks import remarks_of

__all__ = [
    "CardRow",
    "ClassCards",
    "ClassLine",
    "Paper",
    "Worth",
    "class_cards",
    "class_lines",
    "facts_of_class",
    "paper_of",
    "remarks_of",
    "with_files",
]
