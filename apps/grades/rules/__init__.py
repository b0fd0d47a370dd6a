"""How marks are read, averaged and ranked. Plain Python: no database, no clock, no settings.

Rounding is half-up on decimals, to the hundredth, at each level that is printed (sub-discipline, subject,
average × coefficient, general average), so that whoever adds up a report card finds its total.
"""

from .averages import Line, Result, Scheme, Score, average, overall, result_of, weighed
from .numbers import HUNDREDTH, TWENTY, french, rounded
from .ranking import ClassFigures, Rank, class_figures, ranks
from .reading import ABBREVIATIONS, CODES, MarkValue, NotAMark, Reason, read_mark, write_mark
from .workings import Weighed, Working, overall_working, working

__all__ = [
    "ABBREVIATIONS",
    "CODES",
    "HUNDREDTH",
    "TWENTY",
    "ClassFigures",
    "Line",
    "MarkValue",
    "NotAMark",
    "Rank",
    "Reason",
    "Result",
    "Scheme",
    "Score",
    "Weighed",
    "Working",
    "average",
    "class_figures",
    "french",
    "overall",
    "overall_working",
    "ranks",
    "read_mark",
    "result_of",
    "rounded",
    "weighed",
    "working",
    "write_mark",
]
