"""How marks are read, averaged and ranked. Plain Python: no database, no clock, no settings.

Rounding is half-up on decimals, to the hundredth, at each level that is printed (sub-discipline, subject,
average × coefficient, general average), so that whoever adds up a report card finds its total.
"""

from apps.classes.rules import TWENTY, Reckoning, Weighting, french

from .averages import (
    USUAL,
    Counts,
    Line,
    Made,
    Result,
    Score,
    Total,
    average,
    make,
    overall,
    result_of,
    weighed,
)
from .conduct import RubricMark, conduct_of, mark_of
from .councils import Distinction, Proposal, Sanction, decision_of, proposal, word_of
from .numbers import HUNDREDTH, rounded
from .ranking import ClassFigures, Fifth, Rank, class_figures, fifths, ranks, spread
from .reading import ABBREVIATIONS, CODES, EXEMPT, MarkValue, NotAMark, Reason, read_mark, write_mark
from .standings import Standing, Standings, stand
from .workings import Weighed, Working, overall_working, remark, working, working_of_parts
from .years import Year, Years, annual, year_of

__all__ = [
    "ABBREVIATIONS",
    "CODES",
    "EXEMPT",
    "HUNDREDTH",
    "TWENTY",
    "USUAL",
    "ClassFigures",
    "Counts",
    "Distinction",
    "Fifth",
    "Line",
    "Made",
    "MarkValue",
    "NotAMark",
    "Proposal",
    "Rank",
    "Reason",
    "Reckoning",
    "Result",
    "RubricMark",
    "Sanction",
    "Score",
    "Standing",
    "Standings",
    "Total",
    "Weighed",
    "Weighting",
    "Working",
    "Year",
    "Years",
    "annual",
    "average",
    "class_figures",
    "conduct_of",
    "decision_of",
    "fifths",
    "french",
    "make",
    "mark_of",
    "overall",
    "overall_working",
    "proposal",
    "ranks",
    "read_mark",
    "remark",
    "result_of",
    "rounded",
    "spread",
    "stand",
    "weighed",
    "word_of",
    "working",
    "working_of_parts",
    "write_mark",
    "year_of",
]
