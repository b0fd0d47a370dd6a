"""What a school's rules propose to a council of teachers, who decide."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from apps.classes.rules import Decision, DecisionRule, Thresholds, Word


class Distinction(StrEnum):
    """The boxes of a report card; REFUSED: the tableau d’honneur was reached, and conduct refuses it."""

    HONOUR_ROLL = "honour_roll"
    ENCOURAGEMENT = "encouragement"
    CONGRATULATIONS = "congratulations"
    REFUSED = "refused"


class Sanction(StrEnum):
    """The boxes of a report card; a blame stands for the warning before it."""

    WORK_WARNING = "work_warning"
    WORK_BLAME = "work_blame"
    CONDUCT_WARNING = "conduct_warning"
    CONDUCT_BLAME = "conduct_blame"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a term proposes of a pupil."""

    distinction: Distinction | None = None
    sanctions: tuple[Sanction, ...] = ()


def proposal(general: Decimal | None, conduct: Decimal | None, by: Thresholds) -> Proposal:
    """From the printed averages. Nothing is said of one that is missing, nor by a threshold that is None."""
    work = _sanction(
        general,
        (by.work_blame_below, Sanction.WORK_BLAME),
        (by.work_warning_below, Sanction.WORK_WARNING),
    )
    behaviour = _sanction(
        conduct,
        (by.conduct_blame_below, Sanction.CONDUCT_BLAME),
        (by.conduct_warning_below, Sanction.CONDUCT_WARNING),
    )
    sanctions = tuple(one for one in (work, behaviour) if one)
    return Proposal(_distinction(general, conduct, by), sanctions)


def _distinction(general: Decimal | None, conduct: Decimal | None, by: Thresholds) -> Distinction | None:
    ladder = (
        (by.congratulations_from, Distinction.CONGRATULATIONS),
        (by.encouragement_from, Distinction.ENCOURAGEMENT),
        (by.honour_roll_from, Distinction.HONOUR_ROLL),
    )
    reached = (one for low, one in ladder if general is not None and low is not None and general >= low)
    best = next(reached, None)
    return Distinction.REFUSED if best and _is_below(conduct, by.refused_below) else best


def _sanction(value: Decimal | None, *ladder: tuple[Decimal | None, Sanction]) -> Sanction | None:
    return next((sanction for high, sanction in ladder if _is_below(value, high)), None)


def _is_below(value: Decimal | None, high: Decimal | None) -> bool:
    return value is not None and high is not None and value < high


def decision_of(
    average: Decimal | None, *, level: str, is_repeating: bool, rules: Iterable[DecisionRule]
) -> Decision | None:
    """What the year's average proposes at that level; None without one, or without a rule."""
    if average is None:
        return None
    its = (rule for rule in rules if level in rule.levels and rule.is_repeating == is_repeating)
    steps = (step for rule in its for step in rule.steps)
    return next((step.decision for step in steps if average >= step.low), None)


def word_of(average: Decimal | None, words: Iterable[Word]) -> str:
    """What is said of an average, in the school's words; nothing without one."""
    if average is None:
        return ""
    return next((word.text for word in words if average >= word.low), "")
