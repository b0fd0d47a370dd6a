"""A class in a term, whole: what each pupil has, and her place in everything that is ranked."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from .averages import Result
from .ranking import ClassFigures, Rank, class_figures, ranks

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Standing:
    """A pupil's term and her places; what she has no average in, she is not ranked in.

    `rank` None is "non classé".
    """

    result: Result
    rank: Rank | None
    subject_ranks: Mapping[int, Rank]
    bilan_ranks: Mapping[str, Rank]


@dataclass(frozen=True, slots=True)
class Standings(Generic[K]):
    """By pupil; and the figures of the class, over those who have an average."""

    pupils: Mapping[K, Standing]
    overall: ClassFigures | None
    subjects: Mapping[int, ClassFigures]
    bilans: Mapping[str, ClassFigures]


def stand(results: Mapping[K, Result]) -> Standings[K]:
    """Rank a class: in general, in each subject and sub-discipline, in each bilan."""
    general = {pupil: result.overall for pupil, result in results.items()}
    by_subject = _columns((pupil, result.averages) for pupil, result in results.items())
    by_group = _columns(
        (pupil, {group: total.average for group, total in result.bilans.items()})
        for pupil, result in results.items()
    )
    places, in_subjects, in_groups = ranks(general), _ranked(by_subject), _ranked(by_group)
    return Standings(
        pupils={
            pupil: Standing(result, places[pupil], in_subjects[pupil], in_groups[pupil])
            for pupil, result in results.items()
        },
        overall=class_figures(general.values()),
        subjects=_figures(by_subject),
        bilans=_figures(by_group),
    )


def _columns(rows: Iterable[tuple[K, Mapping]]) -> dict:
    """By what is ranked, then by pupil."""
    columns: dict = defaultdict(dict)
    for pupil, averages in rows:
        for name, average in averages.items():
            columns[name][pupil] = average
    return columns


def _ranked(columns: Mapping) -> Mapping:
    """By pupil, then by what is ranked."""
    found: dict = defaultdict(dict)
    for name, averages in columns.items():
        for pupil, rank in ranks(averages).items():
            found[pupil][name] = rank
    return found


def _figures(columns: Mapping) -> dict:
    return {name: class_figures(averages.values()) for name, averages in columns.items()}
