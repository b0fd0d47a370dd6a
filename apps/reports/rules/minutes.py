"""What the minutes of a class council say, as they are printed: French texts."""

from dataclasses import dataclass

from .facts import Heading


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesRow:
    """A pupil and what was said of her; "" where nothing was."""

    name: str
    average: str
    rank: str
    verdict: str
    decision: str
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """The procès-verbal: who sat, the class in figures, every pupil in register order.

    `present`, `excused`, `absent`: names and what they are there as. `counts`: how many of each verdict.
    """

    heading: Heading
    title: str
    about: str
    held: str
    present: tuple[tuple[str, str], ...]
    excused: tuple[tuple[str, str], ...]
    absent: tuple[tuple[str, str], ...]
    figures: tuple[tuple[str, str], ...]
    counts: tuple[tuple[str, str], ...]
    observations: tuple[str, ...]  # paragraphs
    is_annual: bool
    rows: tuple[MinutesRow, ...]
    signatures: tuple[tuple[str, str], ...]
    made: str
