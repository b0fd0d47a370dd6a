"""From marks to averages: of a subject, of its parts, of all."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum
from math import prod
from typing import NamedTuple

from apps.classes.rules import TWENTY, Reckoning, Weighting

from .numbers import EXACT, rounded
from .reading import EXEMPT, MarkValue

ZERO, ONE = Decimal(0), Decimal(1)
USUAL = Reckoning()


class Counts(StrEnum):
    """How an assessment weighs on its subject's average. Optional ones never lower it, and alone make none.

    A bonus adds its points above half of its scale, and nothing to the divisor; the highest average stays
    that of the scale. That is how a subject taken as an option counts in many schools; no text imposes it.
    If better: the best first, each enters when it is above the average so far. What is left out would not
    have raised it, so no other choice gives more.
    """

    ALWAYS = "always"
    BONUS = "bonus"
    IF_BETTER = "if_better"


ALWAYS = Counts.ALWAYS


class Score(NamedTuple):
    """A mark, or a pile of marks that all always count on one scale: `points` = Σ value × coefficient,
    `weight` = Σ coefficient. `missing` is the code it has instead, worth zero points if anything.
    """

    points: Decimal
    out_of: Decimal = TWENTY
    weight: Decimal = ONE
    counts: str = Counts.ALWAYS
    missing: str = ""

    @classmethod
    def of(
        cls,
        value: Decimal,
        out_of: Decimal = TWENTY,
        coefficient: Decimal = ONE,
        counts: str = Counts.ALWAYS,
    ) -> "Score":
        return cls(value * coefficient, out_of, coefficient, counts)

    @classmethod
    def of_mark(
        cls, mark: MarkValue, out_of: Decimal, coefficient: Decimal, counts: str = Counts.ALWAYS
    ) -> "Score":
        """Of a value or a code."""
        points = ZERO if mark.value is None else mark.value * coefficient
        return cls(points, out_of, coefficient, counts, mark.missing)

    @property
    def surplus(self) -> Decimal:
        """Its points above half of the scale."""
        return max(self.points - self.out_of / 2 * self.weight, ZERO)


@dataclass(frozen=True, slots=True)
class Made:
    """An average on the scheme's scale, rounded once, at the end; and which scores entered, by their place.

    `is_capped`: a bonus would have led beyond the scale.
    """

    average: Decimal | None
    entered: frozenset[int] = frozenset()
    is_capped: bool = False


def average(scores: Iterable[Score], by: Reckoning = USUAL) -> Decimal | None:
    """A subject's average on the scheme's scale; None when nothing counts."""
    known = list(scores)
    for _, _, weight, counts, missing in known:
        if not weight or missing or counts != ALWAYS:
            return make(known, by).average
    return _plain(known, by)  # nearly all of a class: 28,000 of a school are made at once


def _plain(scores: Sequence[Score], by: Reckoning) -> Decimal | None:
    """As `make` does, where nothing is left out: few digits need no other context."""
    if not scores:
        return None
    if len(scores) == 1:
        points, out_of, weight, *_ = scores[0]
        return rounded(points * by.scale / (out_of * weight))
    if by.weighting == Weighting.SCALE:
        above = sum((score.points for score in scores), ZERO)
        return rounded(above * by.scale / sum(score.out_of * score.weight for score in scores))
    scales = {score.out_of for score in scores}
    if len(scales) > 2:
        return make(scores, by).average
    one, other = (*scales, ONE)[:2]
    above, weights = ZERO, ZERO
    for points, out_of, weight, *_ in scores:
        above, weights = above + points * (other if out_of == one else one), weights + weight
    return rounded(above * by.scale / (one * other * weights))


def make(scores: Sequence[Score], by: Reckoning = USUAL) -> Made:
    """An average and what it is made of.

    Whoever is exempt each time, of what always counts, is exempt from the subject: she has no average,
    even where that code is worth zero.
    """
    heard = [n for n, score in enumerate(scores) if not score.missing or score.missing in by.zero_codes]
    entered = [n for n in heard if scores[n].counts != Counts.IF_BETTER]
    always = [scores[n] for n in entered if scores[n].counts == Counts.ALWAYS and scores[n].weight]
    if all(score.missing == EXEMPT for score in always):
        return Made(None)
    with localcontext(EXACT):
        shares = _shares(scores, by.weighting)
        above = sum((shares[n][0] for n in entered), ZERO)
        below = sum((shares[n][1] for n in entered), ZERO)
        spare = [n for n in heard if scores[n].counts == Counts.IF_BETTER and scores[n].weight]
        for n in sorted(spare, key=lambda n: shares[n][0] / shares[n][1], reverse=True):
            its_above, its_below = shares[n]
            if its_above * below <= above * its_below:
                break
            above, below = above + its_above, below + its_below
            entered.append(n)
        exact = above * by.scale / below
        return Made(rounded(min(exact, by.scale)), frozenset(entered), exact > by.scale)


def _shares(scores: Sequence[Score], weighting: str) -> list[tuple[Decimal, Decimal]]:
    """What each adds above and below the fraction bar: over one common scale by coefficient, so that
    thirds never lose a half; as they are by scale.
    """
    common = prod({score.out_of for score in scores}) if weighting == Weighting.COEFFICIENT else None
    return [_share(score, common) for score in scores]


def _share(score: Score, common: Decimal | None) -> tuple[Decimal, Decimal]:
    is_bonus = score.counts == Counts.BONUS
    points = score.surplus if is_bonus else score.points
    weight = ZERO if is_bonus else score.weight
    if common is None:
        return points, score.out_of * weight
    return points * (common / score.out_of), common * weight


class Line(NamedTuple):
    """What a subject weighs on a report card; `parent_id` makes it a sub-discipline, `group` is its bilan."""

    subject_id: int
    coefficient: Decimal
    parent_id: int | None = None
    group: str = ""


class Total(NamedTuple):
    """Σ (average × coefficient), Σ coefficients, and the one over the other; None without coefficient."""

    points: Decimal
    coefficients: Decimal
    average: Decimal | None

    @classmethod
    def of(cls, points: Decimal, coefficients: Decimal) -> "Total":
        return cls(points, coefficients, rounded(points / coefficients) if coefficients else None)


NO_POINTS = (ZERO, ZERO)
NOTHING = Total(*NO_POINTS, None)


@dataclass(frozen=True, slots=True)
class Result:
    """A pupil’s term: averages by subject (of those that have one), and what the general one is made of.

    `bilans` are the totals of the groups of subjects where she has an average: lettres, sciences, autres.
    """

    averages: Mapping[int, Decimal]
    points: Decimal
    coefficients: Decimal
    overall: Decimal | None
    bilans: Mapping[str, Total]


def result_of(scores: Mapping[int, Iterable[Score]], plan: Sequence[Line], by: Reckoning = USUAL) -> Result:
    """A pupil's averages, sub-disciplines first, then subjects, then the general one."""
    own = {subject: average(its_scores, by) for subject, its_scores in scores.items()}
    return overall({subject: value for subject, value in own.items() if value is not None}, plan)


def overall(averages: Mapping[int, Decimal], plan: Sequence[Line]) -> Result:
    """Σ (average × coefficient) ÷ Σ coefficients, over the subjects that have an average.

    A subject with sub-disciplines takes its average from theirs, whatever marks of its own it has, and only
    it counts in the total: never both. A subject without mark, or that the curriculum does not weigh, leaves
    the divisor.
    """
    known = dict(averages)
    parts: dict[int, list[Score]] = defaultdict(list)
    for subject, coefficient, parent, _ in plan:
        if parent is not None and coefficient and subject in known:
            parts[parent].append(Score.of(known[subject], coefficient=coefficient))
    known |= {subject: average(its) for subject, its in parts.items()}
    sums: dict[str, tuple[Decimal, Decimal]] = {}
    for subject, coefficient, parent, group in plan:
        if parent is None and coefficient and subject in known:
            points, coefficients = sums.get(group, NO_POINTS)
            sums[group] = points + weighed(known[subject], coefficient), coefficients + coefficient
    total = Total.of(*(sum(column, ZERO) for column in zip(*sums.values(), strict=True))) if sums else NOTHING
    bilans = {group: Total.of(*its) for group, its in sums.items() if group}
    return Result(known, *total, bilans)


def weighed(value: Decimal, coefficient: Decimal) -> Decimal:
    """M × C, as printed."""
    return rounded(value * coefficient)
