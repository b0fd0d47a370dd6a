"""One text of each class, another one as soon as anything weighs otherwise on its figures."""

from collections.abc import Iterable

from django.db.models import DecimalField, Func, OuterRef, QuerySet, Subquery, Sum, TextField, Value
from django.db.models.functions import Cast, Coalesce

from apps.classes.models import (
    ClassGroup,
    ClassTerm,
    Enrolment,
    Subject,
    SubjectPlan,
)


def stamped_classes(class_group_ids: Iterable[int]) -> QuerySet[ClassGroup]:
    """These classes, each with a `stamp`: it changes with the class's name, who is in it, its terms and their
    states, its level's curriculum, the school's subjects."""
    return _stamped(ClassGroup.objects.filter(pk__any_of=list(class_group_ids)))


def stamped_classes_of(student_ids: Iterable[int]) -> QuerySet[ClassGroup]:
    """The same of every class these pupils are or were in."""
    enrolled = Enrolment.objects.filter(student__pk__any_of=list(student_ids))
    return _stamped(ClassGroup.objects.filter(pk__in=enrolled.values("class_group")))


def _stamped(class_groups: QuerySet[ClassGroup]) -> QuerySet[ClassGroup]:
    pupils = _digest(Enrolment, "class_group", OuterRef("pk"), "id", "student_id", "since", "until")
    states = _digest(ClassTerm, "class_group", OuterRef("pk"), *STATE_FIELDS)
    plan = _digest(SubjectPlan, "level", OuterRef("level"), *PLAN_FIELDS)
    subjects = _digest(Subject, "school", OuterRef("school"), *SUBJECT_FIELDS)
    stamp = ConcatWS(Value("."), "name", pupils, states, plan, subjects)
    return class_groups.annotate(stamp=stamp).order_by("pk")


STATE_FIELDS = ("id", "state", "grading_scheme", "marks_lock_at", "published_at",
                "term__number", "term__name", "term__starts_on", "term__ends_on")  # fmt: skip
PLAN_FIELDS = ("id", "class_group", "stream", "coefficient", "is_optional", "subject",
               "subject_group", "subject_group__name", "subject_group__position")  # fmt: skip
SUBJECT_FIELDS = ("id", "name", "position", "parent")


def _digest(model, key: str, of: OuterRef, *fields: str) -> Subquery:
    """One number that changes with any of these fields of any of those rows."""
    rows = model.objects.filter(**{key: of}).order_by().values(key)
    texts = [Coalesce(Cast(field, TextField()), Value("-")) for field in fields]
    row = Func(
        ConcatWS(Value("|"), *texts), Value(0), function="hashtextextended", output_field=DecimalField()
    )
    return Coalesce(
        Subquery(rows.annotate(digest=Sum(row)).values("digest")), Value(0), output_field=DecimalField()
    )


class ConcatWS(Func):
    """PostgreSQL's `concat_ws`: the texts with a separator between them."""

    function = "concat_ws"
    output_field = TextField()
