"""How a number was made, for whoever wants to check it with a pencil."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from .averages import Result, Scheme, Score, average
from .numbers import TWENTY, french


@dataclass(frozen=True, slots=True)
class Working:
    """How a number was made, for whoever wants to check it with a pencil."""

    above: str
    below: str
    result: Decimal

    def __str__(self) -> str:
        """ "(14 × 1 + 9,5 × 2) ÷ 3 = 11,00"."""
        return f"{self.above} ÷ {self.below} = {french(self.result, places=2)}"


@dataclass(frozen=True, slots=True)
class Weighed:
    """One number of a working: 7 out of 10, weighing 1."""

    value: Decimal
    out_of: Decimal = TWENTY
    coefficient: Decimal = Decimal(1)


def working(marks: Sequence[Weighed], scheme: str = Scheme.COEFFICIENT) -> Working | None:
    """The line that leads from the marks to their average; None when nothing counts."""
    counted = [mark for mark in marks if mark.coefficient]
    result = average((Score.of(mark.value, mark.out_of, mark.coefficient) for mark in counted), scheme)
    if result is None:
        return None
    plain = all(mark.coefficient == 1 for mark in counted)
    if scheme == Scheme.SCALE:
        above = [_times(french(mark.value), mark.coefficient, plain) for mark in counted]
        below = [_times(french(mark.out_of), mark.coefficient, plain) for mark in counted]
        return Working(_sum(above), f"{_sum(below)} × 20", result)
    above = [_times(_on_twenty(mark), mark.coefficient, plain) for mark in counted]
    weight = sum((mark.coefficient for mark in counted), Decimal(0))
    return Working(_sum(above), french(weight), result)


def overall_working(result: Result) -> Working | None:
    """ "262,81 ÷ 19 = 13,83"; None without general average."""
    if result.overall is None:
        return None
    return Working(french(result.points, places=2), french(result.coefficients), result.overall)


def _on_twenty(mark: Weighed) -> str:
    """A mark of another scale shows how it comes to 20: nothing is rescaled unsaid."""
    own = french(mark.value)
    return own if mark.out_of == TWENTY else f"{own}/{french(mark.out_of)} × 20"


def _times(number: str, coefficient: Decimal, plain: bool) -> str:
    return number if plain else f"{number} × {french(coefficient)}"


def _sum(terms: Sequence[str]) -> str:
    return terms[0] if len(terms) == 1 else f"({' + '.join(terms)})"
