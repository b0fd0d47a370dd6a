"""How marks are read, averaged and ranked. Plain Python: no database, no clock, no settings.

Rounding is half-up on decimals, to the hundredth, at each level that is printed (sub-discipline, subject,
average × coefficient, general average), so that whoever adds up a report card finds its total.
"""

from apps.classes.rules import TWENTY, Reckoning, Weighting, french

from .averages import USUAL, Counts, Line, Made, Result, Score, average, make, overall, result_of, weighed
from .numbers import HUNDREDTH, rounded
from .ranking import ClassFigures, Fifth, Rank, class_figures, fifths, ranks, spread
from .reading import ABBREVIATIONS, CODES, EXEMPT, MarkValue, NotAMark, Reason, read_mark, write_mark
from .workings import Weighed, Working, overall_working, remark, working, working_of_parts

__all__ = [
    "ABBREVIATIONS",
    "CODES",
    "EXEMPT",
    "HUNDREDTH",
    "TWENTY",
    "USUAL",
    "ClassFigures",
    "Counts",
    "Fifth",
    "Line",
    "Made",
    "MarkValue",
    "NotAMark",
    "Rank",
    "Reason",
    "Reckoning",
    "Result",
    "Score",
    "Weighed",
    "Weighting",
    "Working",
    "average",
    "class_figures",
    "fifths",
    "french",
    "make",
    "overall",
    "overall_working",
    "ranks",
    "read_mark",
    "remark",
    "result_of",
    "rounded",
    "spread",
    "weighed",
    "working",
    "working_of_parts",
    "write_mark",
]
