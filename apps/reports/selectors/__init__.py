"""What the pages of reports show."""

from .papers import Paper, Worth, paper_of
from .remarks import remarks_of

__all__ = ["Paper", "Worth", "paper_of", "remarks_of"]
