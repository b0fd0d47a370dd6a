"""What the pages of reports show."""

from .papers import Paper, Worth, paper_of

__all__ = ["Paper", "Worth", "paper_of"]
