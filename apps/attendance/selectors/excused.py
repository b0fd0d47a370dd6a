"""Who is not expected in class, and why."""

from collections.abc import Iterable
from datetime import date, time

from django.db.models import Q, QuerySet

from apps.attendance.models import Excusal
from apps.core.prepared import Ids, prepared


def excused_at(
    student_ids: Iterable[int], on: date, starts_at: time, course_id: int | None
) -> dict[int, Excusal.Kind]:
    """Which of these pupils are excused from an hour that starts then, and how. One query.

    Whoever leaves after it has begun was there. A dispense from one course counts in its hours only.
    """
    rows = _excused(list(student_ids), on, starts_at, course_id or 0)
    return {pk: Excusal.Kind(kind) for pk, kind in rows}


@prepared
def _excused(student_ids: Ids, on: date, starts_at: time, course_id: int) -> QuerySet:
    in_force = Q(starts_at=None) | Q(starts_at__lte=starts_at, ends_at__gt=starts_at)
    its_course = Q(course=None) | Q(course=course_id)
    excusals = Excusal.objects.standing().of_day(on).filter(in_force, its_course)
    return excusals.filter(student__pk__any_of=student_ids).order_by("pk").values_list("student", "kind")
