"""What subjects weigh in a class, and how it is graded."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import F, Q, QuerySet

from apps.classes.models import (
    ClassGroup,
    ClassTerm,
    Course,
    GradingScheme,
    Level,
    Subject,
    SubjectPlan,
)
from apps.classes.rules import Scheme
from apps.core.prepared import Ids, Question, prepared

from .pupils import class_groups_of, students_of


class PlanLine(NamedTuple):
    """What a subject weighs in a class. A tuple: it is kept in the cache, and read back at once."""

    subject_id: int
    code: str
    name: str
    position: int
    parent_id: int | None
    coefficient: Decimal
    group_name: str
    group_position: int
    is_optional: bool


def plans(class_groups: Iterable[ClassGroup]) -> Question[dict[int, list[PlanLine]]]:
    """The curriculum of each class in report-card order. One query.

    A subject's line is the class's own, else its stream's, else its level's.
    """
    classes = list(class_groups)
    ids, years, levels = ({getattr(row, name) for row in classes} for name in ("pk", "year_id", "level_id"))
    rows = _plan_rows.asked(list(ids), list(years), list(levels))
    return Question.of(lambda found: {one.pk: _plan_of(one, found) for one in classes}, rows)


def plans_of(class_groups: Iterable[ClassGroup]) -> dict[int, list[PlanLine]]:
    """The same, asked alone."""
    return plans(class_groups).answer()


@prepared
def _plan_rows(class_group_ids: Ids, year_ids: Ids, level_ids: Ids) -> QuerySet:
    """Where each line holds, then the line; the closest to a class come last."""
    its = Q(class_group=None) | Q(class_group__pk__any_of=class_group_ids)
    rows = SubjectPlan.objects.filter(its, year__pk__any_of=year_ids, level__pk__any_of=level_ids)
    closest_last = [F(name).asc(nulls_first=True) for name in ("class_group", "stream")]
    return rows.order_by(*closest_last).values_list(*HOLDS, *LINE)


HOLDS = ("year", "level", "stream", "class_group")
LINE = ("subject", "subject__code", "subject__name", "subject__position", "subject__parent", "coefficient",
        "subject_group__name", "subject_group__position", "is_optional")  # fmt: skip


def _plan_of(class_group: ClassGroup, rows: Iterable[tuple]) -> list[PlanLine]:
    chosen: dict[int, PlanLine] = {}
    for year, level, stream, its_class, *line in rows:
        same = (year, level) == (class_group.year_id, class_group.level_id)
        if same and stream in (None, class_group.stream_id) and its_class in (None, class_group.pk):
            chosen[line[0]] = PlanLine(*line)
    return sorted(chosen.values(), key=lambda line: (line.group_position, line.position, line.name))


def parts_taught(course: Course, on: date) -> list[PlanLine]:
    """The sub-disciplines of a course's subject that its pupils' curriculum weighs, in order. One query where
    the subject has none, two more where it has.
    """
    if not Subject.objects.filter(parent=course.subject_id).exists():
        return []
    pupils = students_of([course.group_id], on).order_by().values_list("pk", flat=True)
    plans = plans_of(class_groups_of(pupils, on).values())
    lines = {line.subject_id: line for plan in plans.values() for line in plan}
    parts = [line for line in lines.values() if line.parent_id == course.subject_id and line.coefficient]
    return sorted(parts, key=lambda line: (line.position, line.name))


def level_codes(cycle: str) -> list[str]:
    """The codes of its levels, in order. One query."""
    return list(Level.objects.filter(cycle=cycle).order_by("position", "pk").values_list("code", flat=True))


class GradedBy(NamedTuple):
    """What a version says, and which subject is its conduct."""

    scheme: Scheme
    conduct_subject_id: int | None


def schemes_of(scheme_ids: Iterable[int]) -> dict[int, GradedBy]:
    """What these versions say, whole, by id. One query."""
    rows = GradingScheme.objects.in_bulk(list(scheme_ids))
    return {pk: GradedBy(row.read(), row.conduct_subject_id) for pk, row in rows.items()}


def followers_of(scheme: GradingScheme) -> dict[str, list[ClassTerm]]:
    """The class terms graded by this version: those that are `open`, and would follow the next; those that
    are `closed`. One query."""
    rows = ClassTerm.objects.filter(grading_scheme=scheme).select_related("class_group", "term")
    found: dict[str, list[ClassTerm]] = {"open": [], "closed": []}
    for row in rows.order_by("term__number", "class_group__level__position", "class_group__name"):
        found["closed" if row.is_locked else "open"].append(row)
    return found
