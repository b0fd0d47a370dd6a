"""Marks added up by PostgreSQL before they are averaged: a school has six times fewer piles than marks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache

from django.db.models import Case, F, IntegerField, QuerySet, Sum, Value, When
from django.db.models.functions import Cast, Coalesce

from apps.classes.models import ClassTerm
from apps.classes.rules import Weighting
from apps.core.prepared import Ids, Question, prepared
from apps.grades.models import Assessment, Mark
from apps.grades.rules import Score

from .audiences import Audience

Piles = Mapping[tuple[str, int, int], list[tuple]]  # by weighting, term and student

# An assessment's subject is its sub-discipline, where it has one.
SUBJECT = Coalesce("assessment__part", "assessment__course__subject")
PILE = ("assessment__term", "student", "subject", "scale", "missing")
SCORE = ("points", "weight", "counts")
# Whole numbers cost PostgreSQL and Python half of what decimals do: points and weights are told in
# ten-thousandths of a coefficient (their ratio is the same), scales in hundredths.
UNIT, SCALE_UNIT = 10_000, 100
TEN = 10


def piles_of(placed: Iterable[tuple[ClassTerm, Iterable[int]]], audience: Audience) -> Question[Piles]:
    """The marks of the pupils of some class terms, whatever class they were given in: one pile by subject,
    scale and code of those that always count, and each of the others. `scores_in` reads them.

    One query for each way that these class terms weigh marks: nearly always one.
    """
    wanted: dict[str, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for class_term, pupils in placed:
        students, terms = wanted[class_term.grading_scheme.weighting]
        students.update(pupils)
        terms.add(class_term.term_id)
    questions = [PILES_FOR[audience, by].asked(list(its), list(terms)) for by, (its, terms) in wanted.items()]
    return Question.of(lambda *found: _piled(dict(zip(wanted, found, strict=True))), *questions)


def _piled(found: Mapping[str, Iterable[tuple]]) -> Piles:
    piles: dict[tuple[str, int, int], list[tuple]] = defaultdict(list)
    for by, rows in found.items():
        for row in rows:
            piles[by, row[0], row[1]].append(row)
    return piles


def scores_in(piles: Piles, class_term: ClassTerm, student_id: int) -> dict[int, list[Score]]:
    """A pupil's scores by subject. Read when they are needed: a school has 28,000, which no garbage collector
    should walk through again and again."""
    scores: dict[int, list[Score]] = defaultdict(list)
    its = class_term.grading_scheme.weighting, class_term.term_id, student_id
    for _, _, subject, scale, missing, points, weight, counts in piles.get(its, ()):
        scores[subject].append(Score(points, _scale(scale), weight, counts, missing))
    return scores


@cache
def _scale(hundredths: int) -> Decimal:
    return Decimal(hundredths) / SCALE_UNIT


def _piles_for(audience: Audience, weighting: str) -> prepared:
    """Few keys for nearly all marks: PostgreSQL then hashes a school's instead of sorting them on disk.

    Where coefficients weigh, a mark on 10 is one on 20 with twice its points: schools give both, and a
    subject's then make one pile.
    """
    always, coefficient = Assessment.Counts.ALWAYS, F("assessment__coefficient") * UNIT
    scale = Cast(F("assessment__out_of") * SCALE_UNIT, IntegerField())
    weight = Cast(coefficient, IntegerField())
    points = Cast(F("value") * coefficient, IntegerField())
    times, pile = 1, scale
    if weighting == Weighting.COEFFICIENT:
        times = Case(When(assessment__out_of=TEN, then=2), default=1)
        pile = Case(When(assessment__out_of=TEN, then=2 * TEN * SCALE_UNIT), default=scale)

    @prepared
    def rows(student_ids: Ids, term_ids: Ids) -> QuerySet:
        marks = Mark.objects.filter(assessment__term__pk__any_of=term_ids, student__pk__any_of=student_ids)
        if audience == Audience.FAMILY:  # as `readable`, without reading the assessments twice
            marks = marks.filter(assessment__published_at__isnull=False)
        marks = marks.order_by().annotate(subject=SUBJECT)
        piled = marks.filter(assessment__counts=always).annotate(scale=pile).values_list(*PILE)
        alone = marks.exclude(assessment__counts=always).annotate(scale=scale).values_list(*PILE)
        sums = {"points": Coalesce(Sum(points * times), 0), "weight": Sum(weight), "counts": Value(always)}
        its = {"points": Coalesce(points, 0), "weight": weight, "counts": F("assessment__counts")}
        return piled.annotate(**sums).union(alone.annotate(**its).values_list(*PILE, *SCORE), all=True)

    return rows


PILES_FOR = {(audience, by): _piles_for(audience, by) for audience in Audience for by in Weighting}
