"""From the terms to the year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from .averages import Result
from .numbers import rounded
from .ranking import ClassFigures, Rank, class_figures, ranks

K = TypeVar("K")


def annual(terms: Sequence[Decimal | None], weights: Sequence[int]) -> Decimal | None:
    """The average of the terms' printed averages, each as it weighs; None when no term that weighs has one.

    A term without average leaves the divisor, as a subject does: whoever came in January has the year of the
    terms that she was there for. Terms beyond the last weight weigh as it does.
    """
    weighed = [
        (average, weights[min(place, len(weights) - 1)])
        for place, average in enumerate(terms)
        if average is not None
    ]
    total = sum(weight for _, weight in weighed)
    if not total:
        return None
    return rounded(sum((average * weight for average, weight in weighed), Decimal(0)) / total)


@dataclass(frozen=True, slots=True)
class Year:
    """A pupil's year: her terms in order, her averages and places; `rank` None is "non classé"."""

    terms: Sequence[Decimal | None]
    average: Decimal | None
    rank: Rank | None
    subjects: Mapping[int, Decimal]
    subject_ranks: Mapping[int, Rank]


@dataclass(frozen=True, slots=True)
class Years(Generic[K]):
    """By pupil; and the figures of the class over the year."""

    pupils: Mapping[K, Year]
    overall: ClassFigures | None


def year_of(results: Mapping[K, Sequence[Result | None]], weights: Sequence[int]) -> Years[K]:
    """Rank a class over its year, from each pupil's terms in order; None: she was not there."""
    terms = {pupil: [term and term.overall for term in its] for pupil, its in results.items()}
    averages = {pupil: annual(its, weights) for pupil, its in terms.items()}
    subjects = {pupil: _subjects(its, weights) for pupil, its in results.items()}
    places, in_subjects = ranks(averages), _subject_ranks(subjects)
    return Years(
        pupils={
            pupil: Year(
                tuple(terms[pupil]), averages[pupil], places[pupil], subjects[pupil], in_subjects[pupil]
            )
            for pupil in results
        },
        overall=class_figures(averages.values()),
    )


def _subjects(terms: Sequence[Result | None], weights: Sequence[int]) -> dict[int, Decimal]:
    known = {subject for term in terms if term for subject in term.averages}
    made = {
        subject: annual([term.averages.get(subject) if term else None for term in terms], weights)
        for subject in known
    }
    return {subject: average for subject, average in made.items() if average is not None}


def _subject_ranks(subjects: Mapping[K, Mapping[int, Decimal]]) -> dict[K, dict[int, Rank]]:
    found: dict[K, dict[int, Rank]] = {pupil: {} for pupil in subjects}
    for subject in {subject for its in subjects.values() for subject in its}:
        column = {pupil: its[subject] for pupil, its in subjects.items() if subject in its}
        for pupil, rank in ranks(column).items():
            found[pupil][subject] = rank
    return found
