"""From marks to averages: of a subject, of its parts, of all."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum

from .numbers import EXACT, TWENTY, rounded


class Scheme(StrEnum):
    """How a term's marks make a subject's average: a school's choice, no text imposes either."""

    COEFFICIENT = "coef"
    SCALE = "bareme"


@dataclass(frozen=True, slots=True)
class Score:
    """A mark that counts, or a pile of marks of one scale: `points` = Σ value × coefficient, `weight` = Σ
    coefficient.

    Only values count. Absent, exempt and not marked leave the divisor; so does not handed in: whether it is
    worth zero is the teacher's decision, who then types 0.
    """

    points: Decimal
    out_of: Decimal = TWENTY
    weight: Decimal = Decimal(1)

    @classmethod
    def of(cls, value: Decimal, out_of: Decimal = TWENTY, coefficient: Decimal = Decimal(1)) -> "Score":
        return cls(value * coefficient, out_of, coefficient)

    def and_(self, other: "Score") -> "Score":
        """One pile of two marks of the same scale."""
        return Score(self.points + other.points, self.out_of, self.weight + other.weight)


def average(scores: Iterable[Score], scheme: str = Scheme.COEFFICIENT) -> Decimal | None:
    """A subject's average out of 20, rounded once, at the end; None when nothing counts.

    By coefficient, each evaluation weighs its coefficient whatever its scale. By scale, points are added
    as they were given and divided by the total of the scales: a quiz on 10 weighs half a test on 20.
    """
    piles: dict[Decimal, Score] = {}
    for score in scores:
        pile = piles.get(score.out_of)
        piles[score.out_of] = pile.and_(score) if pile else score
    if not any(pile.weight for pile in piles.values()):
        return None
    if scheme == Scheme.SCALE:
        points = sum(pile.points for pile in piles.values())
        return rounded(points * TWENTY / sum(pile.out_of * pile.weight for pile in piles.values()))
    weight = sum(pile.weight for pile in piles.values())
    return _over_one_scale(piles.values(), weight)


def _over_one_scale(piles: Iterable[Score], weight: Decimal) -> Decimal:
    """Σ points ÷ scale over one common scale, exact until the one division: thirds never lose a half."""
    with localcontext(EXACT):
        points, scale = Decimal(0), Decimal(1)
        for pile in piles:
            points, scale = points * pile.out_of + pile.points * scale, scale * pile.out_of
        return rounded(points * TWENTY / (scale * weight))


@dataclass(frozen=True, slots=True)
class Line:
    """What a subject weighs on a report card; `parent_id` makes it a sub-discipline."""

    subject_id: int
    coefficient: Decimal
    parent_id: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """A pupil’s term: averages by subject (of those that have one), and what the general one is made of."""

    averages: Mapping[int, Decimal]
    points: Decimal
    coefficients: Decimal
    overall: Decimal | None


def result_of(scores: Mapping[int, Iterable[Score]], plan: Sequence[Line], scheme: str) -> Result:
    """A pupil's averages, sub-disciplines first, then subjects, then the general one."""
    own = {subject: average(its_scores, scheme) for subject, its_scores in scores.items()}
    return overall({subject: value for subject, value in own.items() if value is not None}, plan)


def overall(averages: Mapping[int, Decimal], plan: Sequence[Line]) -> Result:
    """Σ (average × coefficient) ÷ Σ coefficients, over the subjects that have an average.

    A subject with sub-disciplines takes its average from theirs, and only it counts in the total: never
    both. A subject without mark, or that the curriculum does not weigh, leaves the divisor.
    """
    known = dict(averages)
    parts: dict[int, list[Line]] = defaultdict(list)
    for line in plan:
        if line.parent_id is not None and line.coefficient and line.subject_id in known:
            parts[line.parent_id].append(line)
    for subject, lines in parts.items():
        known[subject] = average(
            Score.of(known[line.subject_id], coefficient=line.coefficient) for line in lines
        )
    counted = [line for line in plan if line.parent_id is None and line.coefficient]
    counted = [line for line in counted if line.subject_id in known]
    points = sum((weighed(known[line.subject_id], line.coefficient) for line in counted), Decimal(0))
    coefficients = sum((line.coefficient for line in counted), Decimal(0))
    return Result(known, points, coefficients, rounded(points / coefficients) if counted else None)


def weighed(value: Decimal, coefficient: Decimal) -> Decimal:
    """M × C, as printed."""
    return rounded(value * coefficient)
