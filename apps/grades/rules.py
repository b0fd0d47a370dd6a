"""How marks are read, averaged and ranked. Plain Python: no database, no clock, no settings.

Rounding is half-up on decimals, to the hundredth, at each level that is printed (sub-discipline, subject,
average × coefficient, general average), so that whoever adds up a report card finds its total.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from enum import StrEnum
from typing import TypeVar

K = TypeVar("K")

TWENTY = Decimal(20)
HUNDREDTH = Decimal("0.01")
_EXACT = Context(prec=200)


def rounded(value: Decimal) -> Decimal:
    """To the hundredth, halves up: 8.495 is 8.50."""
    return value.quantize(HUNDREDTH, ROUND_HALF_UP)


# Reading

CODES = {"abs": "absent", "disp": "exempt", "nrdu": "not_handed_in", "nnot": "not_marked"}
CODES |= {"a": "absent", "d": "exempt", "n": "not_handed_in", "z": "not_marked"}
ABBREVIATIONS = {"absent": "Abs", "exempt": "Disp", "not_handed_in": "N.Rdu", "not_marked": "N.Not"}
_NUMBER = re.compile(r"(-?)([0-9]{0,6})(?:[.,]([0-9]{0,6}))?")


class Reason(StrEnum):
    """Why what was typed is no mark."""

    UNREADABLE = "unreadable"
    NEGATIVE = "negative"
    ABOVE_SCALE = "above_scale"
    TOO_PRECISE = "too_precise"


class NotAMark(ValueError):
    """What was typed is neither a number on the scale nor a known code; `reason` says which."""

    def __init__(self, typed: str, reason: Reason) -> None:
        super().__init__(f"{typed!r} is no mark ({reason})")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class MarkValue:
    """A value, or the reason why there is none."""

    value: Decimal | None = None
    missing: str = ""


def read_mark(typed: str, *, out_of: Decimal) -> MarkValue | None:
    """Read a cell as teachers type it: "14,5", "14.5", "abs" or "A", or nothing at all (None).

    Raises NotAMark. A third decimal is refused rather than rounded: a mark is never changed unsaid.
    """
    text = typed.strip().lower()
    if not text:
        return None
    if missing := CODES.get(text.replace(".", "")):
        return MarkValue(missing=missing)
    return MarkValue(_read_number(text, out_of))


def _read_number(text: str, out_of: Decimal) -> Decimal:
    found = _NUMBER.fullmatch(text)
    if not found or not (found[2] or found[3]):
        raise NotAMark(text, Reason.UNREADABLE)
    decimals = (found[3] or "").rstrip("0")
    value = Decimal(f"{found[2] or 0}.{decimals or 0}")
    if found[1]:
        raise NotAMark(text, Reason.NEGATIVE)
    if len(decimals) > 2:
        raise NotAMark(text, Reason.TOO_PRECISE)
    if value > out_of:
        raise NotAMark(text, Reason.ABOVE_SCALE)
    return value.quantize(HUNDREDTH)


def write_mark(value: Decimal | None, missing: str = "") -> str:
    """The reverse, as a cell shows it: "14,5", "Abs"; nothing without mark."""
    if value is None:
        return ABBREVIATIONS.get(missing, "")
    return french(value)


def french(value: Decimal, *, places: int | None = None) -> str:
    """14.50 → "14,5"; with two places "14,50"."""
    text = f"{value:.{places}f}" if places is not None else f"{value.normalize():f}"
    return text.replace(".", ",")


# Averages


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
    with localcontext(_EXACT):
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


# The class


@dataclass(frozen=True, slots=True)
class Rank:
    """A place among those who have an average; `None` in its stead is "non classé"."""

    place: int
    is_shared: bool = False

    def __str__(self) -> str:
        """ "1er", "2e ex"."""
        return f"{self.place}{'er' if self.place == 1 else 'e'}{' ex' if self.is_shared else ''}"


def ranks(averages: Mapping[K, Decimal | None]) -> dict[K, Rank | None]:
    """Best first, on the rounded averages. Equals share a rank and the next is skipped: 1, 2, 2, 4."""
    having = Counter(value for value in averages.values() if value is not None)
    places: dict[Decimal, int] = {}
    place = 1
    for value in sorted(having, reverse=True):
        places[value] = place
        place += having[value]
    return {
        key: None if value is None else Rank(places[value], having[value] > 1)
        for key, value in averages.items()
    }


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """Over those who have a mark or an average; whoever has none is left out."""

    count: int
    lowest: Decimal
    highest: Decimal
    mean: Decimal


def class_figures(values: Iterable[Decimal | None]) -> ClassFigures | None:
    """The class's lowest, highest and mean (rounded half-up); None when nobody has any."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    mean = rounded(sum(known, Decimal(0)) / len(known))
    return ClassFigures(len(known), min(known), max(known), mean)


# The working


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
