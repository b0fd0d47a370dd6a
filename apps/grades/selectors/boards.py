"""A class in a term: its averages, its ranks, its figures, as families or the staff may read them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from apps.classes import api as classes
from apps.classes.api import PlanLine
from apps.classes.models import ClassGroup, ClassTerm
from apps.core.prepared import Ids, Question, prepared, together
from apps.grades.models import Stamp
from apps.grades.rules import ClassFigures, Line, Rank, Standings, result_of, stand

from .audiences import Audience
from .kept import Stamps, kept, text_of
from .piles import Piles, piles_of, scores_in


@dataclass(frozen=True, slots=True)
class Board:
    """A class in a term. Whoever has no average is of the class, and ranked nowhere.

    It is kept in the cache: what it is made of are tuples, that are read back five times faster.
    """

    plan: tuple[PlanLine, ...]
    averages: Mapping[int, Decimal | None]
    ranks: Mapping[int, Rank | None]
    overall: ClassFigures | None
    subjects: Mapping[int, ClassFigures]

    @property
    def size(self) -> int:
        return len(self.ranks)


def reference_day(class_term: ClassTerm, on: date) -> date:
    """The day that says who is in the class: today, the term's last day, or the day its marks were closed."""
    if class_term.is_locked and class_term.marks_lock_at:
        return min(on, timezone.localdate(class_term.marks_lock_at))
    return min(on, class_term.term.ends_on)


def at_reference(placed: Mapping[int, ClassTerm], on: date, *, always: bool = False) -> dict[int, ClassTerm]:
    """The same term of the class that each pupil was in on its reference day. One query by past day."""
    by_day: dict[date, list[int]] = defaultdict(list)
    for student, class_term in placed.items():
        day = reference_day(class_term, on)
        if day < on or always:
            by_day[day].append(student)
    moved = dict(placed)
    for day, students in by_day.items():
        for student, terms in classes.class_terms_of(students, day).items():
            same = (row for row in terms if row.term_id == placed[student].term_id)
            moved[student] = next(same, placed[student])
    return moved


def board_of(class_term: ClassTerm, on: date, audience: Audience, stamps: Stamps | None = None) -> Board:
    """What families read is kept from one reading to the next (one query, none with the class's stamp among
    `stamps`), until that stamp changes; otherwise three more.
    """
    if audience == Audience.STAFF:
        return _reckon(class_term, on, audience)
    group = class_term.class_group_id
    if stamps is None or group not in stamps:
        stamps = _by_class(_stamps([group]))
    key = (class_term.pk, reference_day(class_term, on), stamps[group])
    return kept("board", key, lambda: _reckon(class_term, on, audience))


def _with_tokens(stamped: QuerySet[ClassGroup]) -> QuerySet:
    """By class id: that of the class, and that of its marks once some are published."""
    token = Subquery(Stamp.objects.filter(class_group=OuterRef("pk")).values("token"))
    return stamped.annotate(token=token).values_list("pk", "stamp", "token")


@prepared
def _stamps(class_group_ids: Ids) -> QuerySet:
    return _with_tokens(classes.stamped_classes(class_group_ids))


@prepared
def _stamps_of_students(student_ids: Ids) -> QuerySet:
    return _with_tokens(classes.stamped_classes_of(student_ids))


def class_stamps(student_ids: Iterable[int]) -> Question[Stamps]:
    """The stamp of each class these pupils are or were in, for `summaries` to start from. One query.

    They change whenever a family could read another figure: a published mark of the class, a publication,
    who is in the class, a coefficient, a closed term.
    """
    return Question.of(_by_class, _stamps_of_students.asked(list(student_ids)))


def _by_class(rows: Iterable[tuple[int, str, str | None]]) -> Stamps:
    return {pk: (stamp, token) for pk, stamp, token in rows}


def stamp(student_ids: Iterable[int]) -> str:
    """The same as one text. One query."""
    return text_of(class_stamps(student_ids).answer())


def _reckon(class_term: ClassTerm, on: date, audience: Audience) -> Board:
    plan, standings = standings_of([class_term], on, audience)[class_term.pk]
    return Board(
        plan=tuple(plan),
        averages={pupil: one.result.overall for pupil, one in standings.pupils.items()},
        ranks={pupil: one.rank for pupil, one in standings.pupils.items()},
        overall=standings.overall,
        subjects=standings.subjects,
    )


def standings_of(
    class_terms: Iterable[ClassTerm], on: date, audience: Audience
) -> dict[int, tuple[list[PlanLine], Standings[int]]]:
    """By class term, `term`, `class_group` and reckoning loaded: its curriculum, and how its pupils stand.

    Two queries in one message, and one by reference day, whatever the number of classes.
    """
    rows = list(class_terms)
    pupils = _pupils_of(rows, on)
    plans, piles = together(
        classes.plans({row.class_group for row in rows}),
        piles_of(((row, pupils[row.pk]) for row in rows), audience),
    )
    return {row.pk: _standings(row, plans[row.class_group_id], pupils[row.pk], piles) for row in rows}


def _pupils_of(class_terms: Iterable[ClassTerm], on: date) -> dict[int, list[int]]:
    """Who is in each class on its reference day, by class term."""
    by_day: dict[date, list[ClassTerm]] = defaultdict(list)
    for row in class_terms:
        by_day[reference_day(row, on)].append(row)
    found = {}
    for day, rows in by_day.items():
        mates = classes.classmates([row.class_group_id for row in rows], day)
        found |= {row.pk: mates.get(row.class_group_id, []) for row in rows}
    return found


def _standings(
    class_term: ClassTerm, plan: list[PlanLine], pupils: list[int], piles: Piles
) -> tuple[list[PlanLine], Standings[int]]:
    lines, by = lines_of(plan), class_term.grading_scheme.reckoning
    results = {pk: result_of(scores_in(piles, class_term, pk), lines, by) for pk in pupils}
    return plan, stand(results)


def lines_of(plan: Iterable[PlanLine]) -> list[Line]:
    """The curriculum as the arithmetic reads it."""
    return [Line(line.subject_id, line.coefficient, line.parent_id, line.group_name) for line in plan]
