"""What a grading scheme says, read from a row's columns. No text imposes any of it: a school's choices."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Any

from .numbers import french

TWENTY = Decimal(20)


class Weighting(StrEnum):
    """How a term's marks make a subject's average.

    By coefficient, each evaluation weighs its coefficient whatever its scale. By scale, points are added
    as they were given and divided by the total of the scales: a quiz on 10 weighs half a test on 20.
    """

    COEFFICIENT = "coef"
    SCALE = "bareme"


COEFFICIENT = Weighting.COEFFICIENT


@dataclass(frozen=True, slots=True)
class Reckoning:
    """How marks make averages: their weight, the codes that are worth zero (others leave), the scale."""

    weighting: str = COEFFICIENT
    zero_codes: tuple[str, ...] = ()
    scale: Decimal = TWENTY


@dataclass(frozen=True, slots=True)
class Word:
    """What is said of an average from that mark up, until the next word."""

    low: Decimal
    text: str


class Decision(StrEnum):
    """What the year proposes of a pupil; a council decides."""

    ADMITTED = "admitted"
    COUNCIL = "council"
    REPEATS = "repeats"
    EXCLUDED = "excluded"


DECISION_NAMES = {
    Decision.ADMITTED: "admis",
    Decision.COUNCIL: "conseil",
    Decision.REPEATS: "redouble",
    Decision.EXCLUDED: "exclu",
}


@dataclass(frozen=True, slots=True)
class Step:
    """What is proposed from that annual average up."""

    low: Decimal
    decision: Decision


@dataclass(frozen=True, slots=True)
class DecisionRule:
    """The steps of some levels, for those who repeat the year or those who do not."""

    levels: tuple[str, ...]
    is_repeating: bool
    steps: tuple[Step, ...]


TOLD_BY_ROLLS = {"heure non justifiée", "heures non justifiées"}


@dataclass(frozen=True, slots=True)
class Fault:
    """What takes points away: so many for each, or for `every` so many; from `all_from`, all of them."""

    name: str
    points: Decimal
    every: int = 1
    all_from: int | None = None

    @property
    def is_hours(self) -> bool:
        """Whether roll calls count it: unjustified hours of absence."""
        return self.name in TOLD_BY_ROLLS


@dataclass(frozen=True, slots=True)
class Rubric:
    """A part of the mark of conduct. Several are the model by rubrics; one alone, the model by points."""

    name: str
    out_of: Decimal
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which average a distinction, below which one a sanction; None: the school has no such thing.

    `refused_below`: of conduct, whoever is below is refused the tableau d’honneur she has reached.
    """

    honour_roll_from: Decimal | None = None
    encouragement_from: Decimal | None = None
    congratulations_from: Decimal | None = None
    refused_below: Decimal | None = None
    work_warning_below: Decimal | None = None
    work_blame_below: Decimal | None = None
    conduct_warning_below: Decimal | None = None
    conduct_blame_below: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Scheme:
    """All that a school says of grading, for a cycle and a year.

    `annual_weights` are those of the terms in order; terms beyond the last weigh as it does.
    """

    reckoning: Reckoning
    annual_weights: tuple[int, ...]
    thresholds: Thresholds
    words: tuple[Word, ...] = ()
    conduct_words: tuple[Word, ...] = ()
    rubrics: tuple[Rubric, ...] = ()
    decisions: tuple[DecisionRule, ...] = ()


class NotAScheme(ValueError):
    """What a row says is no scheme: `refusals` are French sentences by column."""

    def __init__(self, refusals: Mapping[str, Sequence[str]]) -> None:
        super().__init__(str(dict(refusals)))
        self.refusals = dict(refusals)


def plain(value: Any) -> Any:
    """Words, rubrics and rules as JSON keeps them; decimals as texts, never floats."""
    if is_dataclass(value):
        return {name: plain(part) for name, part in asdict(value).items()}
    if isinstance(value, Mapping):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return str(value) if isinstance(value, Decimal | StrEnum) else value


def read_scheme(columns: Mapping[str, Any]) -> Scheme:
    """The scheme that a row's columns say. Raises NotAScheme."""
    try:
        scheme = Scheme(
            reckoning=Reckoning(
                columns["weighting"], tuple(columns["zero_codes"]), Decimal(columns["scale"])
            ),
            annual_weights=tuple(columns["annual_weights"]),
            thresholds=Thresholds(**{field.name: columns[field.name] for field in fields(Thresholds)}),
            words=words_of(columns["words"]),
            conduct_words=words_of(columns["conduct_words"]),
            rubrics=rubrics_of(columns["rubrics"]),
            decisions=decisions_of(columns["decisions"]),
        )
    except (ArithmeticError, KeyError, TypeError, ValueError) as trouble:
        raise NotAScheme({"": [f"Ces règles sont illisibles ({type(trouble).__name__})."]}) from trouble
    if refusals := refusals_of(scheme):
        raise NotAScheme(refusals)
    return scheme


def words_of(rows: Iterable[Mapping]) -> tuple[Word, ...]:
    """From JSON."""
    return tuple(Word(Decimal(row["low"]), row["text"]) for row in rows)


def rubrics_of(rows: Iterable[Mapping]) -> tuple[Rubric, ...]:
    """From JSON."""
    return tuple(map(_rubric, rows))


def decisions_of(rows: Iterable[Mapping]) -> tuple[DecisionRule, ...]:
    """From JSON."""
    return tuple(map(_rule, rows))


def _rubric(row: Mapping) -> Rubric:
    faults = (Fault(**fault | {"points": Decimal(fault["points"])}) for fault in row["faults"])
    return Rubric(row["name"], Decimal(row["out_of"]), tuple(faults))


def _rule(row: Mapping) -> DecisionRule:
    steps = (Step(Decimal(step["low"]), Decision(step["decision"])) for step in row["steps"])
    return DecisionRule(tuple(row["levels"]), row["is_repeating"], tuple(steps))


def refusals_of(scheme: Scheme) -> dict[str, list[str]]:
    """Why these values cannot stand together, by column; nothing where they can."""
    found: dict[str, list[str]] = defaultdict(list)
    found["annual_weights"] += _of_weights(scheme.annual_weights)
    for name, refusal in _of_thresholds(scheme.thresholds, scheme.reckoning.scale):
        found[name].append(refusal)
    for name in ("words", "conduct_words"):
        found[name] += _of_lows([word.low for word in getattr(scheme, name)], scheme.reckoning.scale)
    found["rubrics"] += _of_rubrics(scheme.rubrics, scheme.reckoning.scale)
    found["decisions"] += _of_decisions(scheme.decisions, scheme.reckoning.scale)
    return {name: refusals for name, refusals in found.items() if refusals}


def _of_weights(weights: Sequence[int]) -> Iterable[str]:
    if not weights or weights[-1] <= 0 or min(weights) < 0:
        yield "Donnez le poids de chaque période, par exemple 1, 2, 2 ; le dernier n’est pas zéro."


LADDERS = (
    ("honour_roll_from", "encouragement_from"),
    ("encouragement_from", "congratulations_from"),
    ("work_blame_below", "work_warning_below"),
    ("conduct_blame_below", "conduct_warning_below"),
)


def _of_thresholds(thresholds: Thresholds, scale: Decimal) -> Iterable[tuple[str, str]]:
    for field in fields(Thresholds):
        value = getattr(thresholds, field.name)
        if value is not None and not 0 <= value <= scale:
            yield field.name, f"Entre 0 et {french(scale)}."
    for lower, upper in LADDERS:
        low, high = getattr(thresholds, lower), getattr(thresholds, upper)
        if low is not None and high is not None and low > high:
            yield upper, f"Ce seuil ne peut pas être plus bas que {french(low)}, celui d’avant."


def _of_lows(lows: Sequence[Decimal], scale: Decimal) -> Iterable[str]:
    """Where there are any, they go down from the scale to zero."""
    if any(high <= low for high, low in pairwise(lows)):
        yield "Les seuils vont du plus haut au plus bas, un par ligne, sans répétition."
    if lows and (lows[0] > scale or lows[-1] != 0):
        yield f"Les seuils vont de {french(scale)} au plus à 0, pour que chaque moyenne ait le sien."


def _of_rubrics(rubrics: Sequence[Rubric], scale: Decimal) -> Iterable[str]:
    total = sum(rubric.out_of for rubric in rubrics)
    if rubrics and total != scale:
        yield f"Les rubriques font {french(total)} points en tout ; il en faut {french(scale)}."
    faults = Counter(fault.name for rubric in rubrics for fault in rubric.faults)
    for name in (name for name, times in faults.items() if times > 1):
        yield f"« {name} » est compté deux fois."
    if any(fault.points <= 0 or fault.every < 1 for rubric in rubrics for fault in rubric.faults):
        yield "Une faute enlève plus de zéro point."


def _of_decisions(rules: Sequence[DecisionRule], scale: Decimal) -> Iterable[str]:
    said = Counter((level, rule.is_repeating) for rule in rules for level in rule.levels)
    for (level, is_repeating), times in said.items():
        if times > 1:
            yield f"{'Redoublants de ' if is_repeating else ''}{level} : deux règles, il en faut une."
    for rule in rules:
        yield from _of_lows([step.low for step in rule.steps], scale)
