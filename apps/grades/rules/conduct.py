"""The mark of conduct that a school's rules propose, from what happened."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from apps.classes.rules import Fault, Rubric

from .numbers import rounded


@dataclass(frozen=True, slots=True)
class RubricMark:
    """What is left of a rubric's points."""

    name: str
    out_of: Decimal
    value: Decimal


def conduct_of(rubrics: Iterable[Rubric], happened: Mapping[str, int]) -> list[RubricMark]:
    """Each rubric, its faults taken away; `happened` counts them by name."""
    return [RubricMark(rubric.name, rubric.out_of, _left(rubric, happened)) for rubric in rubrics]


def mark_of(rubrics: Iterable[RubricMark]) -> Decimal | None:
    """Their sum, the mark of conduct; None where the school has no rubric."""
    values = [rubric.value for rubric in rubrics]
    return rounded(sum(values, Decimal(0))) if values else None


def _left(rubric: Rubric, happened: Mapping[str, int]) -> Decimal:
    """Never below zero."""
    taken = sum((_taken(fault, happened.get(fault.name, 0), rubric) for fault in rubric.faults), Decimal(0))
    return max(rubric.out_of - taken, Decimal(0))


def _taken(fault: Fault, times: int, rubric: Rubric) -> Decimal:
    if fault.all_from is not None and times >= fault.all_from:
        return rubric.out_of
    return fault.points * (times // fault.every)
