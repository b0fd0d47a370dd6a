"""What a class's term and year come to, for whoever prints report cards or sits in a council."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from apps.classes import api as classes
from apps.classes.api import PlanLine
from apps.classes.models import ClassGroup, ClassTerm
from apps.classes.rules import Decision, Scheme
from apps.core.prepared import together
from apps.grades.rules import (
    ClassFigures,
    Proposal,
    Result,
    Standing,
    Standings,
    Year,
    decision_of,
    proposal,
    result_of,
    word_of,
    year_of,
)
from apps.people.models import Student

from .audiences import Audience
from .boards import at_reference, lines_of, reference_day, standings_of
from .piles import piles_of, scores_in


@dataclass(frozen=True, slots=True)
class PupilTerm:
    """A pupil's term: where she stands, the school's word for it, and what it proposes to the council."""

    standing: Standing
    word: str
    conduct: Decimal | None
    conduct_word: str
    proposal: Proposal


@dataclass(frozen=True, slots=True)
class ClassResults:
    """A class in a term, whole, by student id: its curriculum, the rules it was graded by, its figures."""

    class_term_id: int
    plan: Sequence[PlanLine]
    scheme: Scheme
    pupils: Mapping[int, PupilTerm]
    overall: ClassFigures | None
    subjects: Mapping[int, ClassFigures]
    bilans: Mapping[str, ClassFigures]


def class_results(class_term: ClassTerm, *, on: date, audience: Audience = Audience.STAFF) -> ClassResults:
    """Of those who are in the class on its reference day. Four queries."""
    return results_of([class_term], on=on, audience=audience)[class_term.pk]


def results_of(
    class_terms: Iterable[ClassTerm], *, on: date, audience: Audience = Audience.STAFF
) -> dict[int, ClassResults]:
    """The same of several, by class term: three queries, and one by reference day, whatever their number."""
    rows = list(class_terms)
    schemes = classes.schemes_of({row.grading_scheme_id for row in rows})
    stand = standings_of(rows, on, audience)
    return {row.pk: _class_results(row, *stand[row.pk], schemes[row.grading_scheme_id]) for row in rows}


def _class_results(
    class_term: ClassTerm, plan: Sequence[PlanLine], standings: Standings[int], graded: classes.GradedBy
) -> ClassResults:
    scheme, conduct_subject = graded
    return ClassResults(
        class_term_id=class_term.pk,
        plan=plan,
        scheme=scheme,
        pupils={
            pk: _pupil_term(standing, standing.result.averages.get(conduct_subject), scheme)
            for pk, standing in standings.pupils.items()
        },
        overall=standings.overall,
        subjects=standings.subjects,
        bilans=standings.bilans,
    )


def _pupil_term(standing: Standing, conduct: Decimal | None, scheme: Scheme) -> PupilTerm:
    general = standing.result.overall
    return PupilTerm(
        standing=standing,
        word=word_of(general, scheme.words),
        conduct=conduct,
        conduct_word=word_of(conduct, scheme.conduct_words),
        proposal=proposal(general, conduct, scheme.thresholds),
    )


@dataclass(frozen=True, slots=True)
class PupilYear:
    """A pupil’s year, and what it proposes to the council; None without a rule for her level."""

    year: Year
    is_repeating: bool
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class AnnualResults:
    """A class over its year so far, by student id. `terms` are those that have begun, in order.

    It is weighed and decided by the rules that the last of them is graded by.
    """

    terms: Sequence[ClassTerm]
    scheme: Scheme
    pupils: Mapping[int, PupilYear]
    overall: ClassFigures | None


def annual_results(
    class_group: ClassGroup, *, on: date, audience: Audience = Audience.STAFF
) -> AnnualResults:
    """Of those who are in the class on the reference day of its last term that has begun.

    A term that a pupil spent in another class is the one she had there. Six queries, and one by term.
    """
    terms = _begun(class_group, on)
    scheme, _ = classes.schemes_of([terms[-1].grading_scheme_id])[terms[-1].grading_scheme_id]
    day = reference_day(terms[-1], on)
    pupils = classes.classmates([class_group.pk], day).get(class_group.pk, [])
    years = year_of(_terms_of(pupils, terms, on, audience), scheme.annual_weights)
    repeating = set(Student.objects.filter(pk__in=pupils, repeats_year=True).values_list("pk", flat=True))
    return AnnualResults(
        terms=terms,
        scheme=scheme,
        pupils={
            pk: PupilYear(
                year=year,
                is_repeating=pk in repeating,
                decision=decision_of(
                    year.average,
                    level=class_group.level.code,
                    is_repeating=pk in repeating,
                    rules=scheme.decisions,
                ),
            )
            for pk, year in years.pupils.items()
        },
        overall=years.overall,
    )


def _begun(class_group: ClassGroup, on: date) -> list[ClassTerm]:
    """The terms that have begun, in order; the first, before it has."""
    rows = classes.terms_of([class_group.pk])[class_group.pk]
    for row in rows:
        row.class_group = class_group
    return [row for row in rows if row.term.starts_on <= on] or rows[:1]


def _terms_of(
    pupils: Sequence[int], terms: Sequence[ClassTerm], on: date, audience: Audience
) -> dict[int, list[Result]]:
    """Each pupil's terms, each by the curriculum and the rules of the class that she was in."""
    placed = [at_reference(dict.fromkeys(pupils, row), on, always=True) for row in terms]
    groups = {row.class_group for its in placed for row in its.values()}
    plans, piles = together(
        classes.plans(groups), piles_of(((row, [pk]) for its in placed for pk, row in its.items()), audience)
    )
    lines = {pk: lines_of(plan) for pk, plan in plans.items()}
    return {
        pk: [
            result_of(scores_in(piles, row, pk), lines[row.class_group_id], row.grading_scheme.reckoning)
            for row in (its[pk] for its in placed)
        ]
        for pk in pupils
    }
