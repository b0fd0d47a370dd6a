"""Who is in which class and group, and who teaches them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Q, QuerySet

from apps.classes.models import (
    ClassGroup,
    CourseTeacher,
    Enrolment,
    GroupMembership,
    TeachingGroup,
    TeachingGroupQuerySet,
)
from apps.classes.permissions import enrolled_in, listed_in
from apps.core.prepared import Ids, prepared
from apps.people.models import Student, StudentQuerySet


def students_of(group_ids: Iterable[int], on: date) -> StudentQuerySet:
    """The pupils of these groups on that day, in register order."""
    groups = list(group_ids)
    belong = Q(pk__in=enrolled_in(groups, on)) | Q(pk__in=listed_in(groups, on))
    return Student.objects.filter(belong).in_register_order()


def class_groups_of(student_ids: Iterable[int], on: date) -> dict[int, ClassGroup]:
    """Each pupil's class on that day, by student id; those of no class are left out. One query."""
    enrolments = Enrolment.objects.current(on).filter(student__in=list(student_ids))
    return {row.student_id: row.class_group for row in enrolments.select_related("class_group__level")}


def classmates(class_group_ids: Iterable[int], on: date) -> dict[int, list[int]]:
    """The student ids of each class on that day. One query."""
    mates: dict[int, list[int]] = defaultdict(list)
    for class_group_id, student_id in _enrolled(list(class_group_ids), on):
        mates[class_group_id].append(student_id)
    return dict(mates)


@prepared
def _enrolled(class_group_ids: Ids, on: date) -> QuerySet:
    rows = Enrolment.objects.current(on).filter(class_group__pk__any_of=class_group_ids)
    return rows.order_by("class_group", "student").values_list("class_group", "student")


def class_ids_ever_of(student_ids: Iterable[int]) -> list[int]:
    """Every class these pupils are or were in, in order. One query."""
    rows = Enrolment.objects.filter(student__in=list(student_ids))
    return list(rows.order_by("class_group").values_list("class_group", flat=True).distinct())


def spells_in(group_id: int) -> list[tuple[int, date, date | None]]:
    """Who was ever in a group: student id, since, until (None: still is). One query."""
    return _spells(group_id)


@prepared
def _spells(group_id: int) -> QuerySet:
    spells = ("student", "since", "until")
    enrolled = Enrolment.objects.filter(class_group__whole_group=group_id).order_by().values_list(*spells)
    listed = GroupMembership.objects.filter(group=group_id).order_by().values_list(*spells)
    return enrolled.union(listed, all=True)


class ClassSpell(NamedTuple):
    """A pupil in a class, from a day to a day (None: still is)."""

    class_group_id: int
    student_id: int
    since: date
    until: date | None
    class_name: str

    def covers(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on <= self.until)


SPELL = ("class_group", "student", "since", "until", "class_group__name")


def class_spells(first: date, last: date, class_group_id: int | None = None) -> list[ClassSpell]:
    """Who was in a class (or in any) on one of these days, arrivals and departures among them. One query."""
    held = Q(until=None) | Q(until__gte=first)
    rows = Enrolment.objects.filter(held, since__lte=last)
    if class_group_id is not None:
        rows = rows.filter(class_group=class_group_id)
    return [ClassSpell(*row) for row in rows.order_by("since", "pk").values_list(*SPELL)]


@dataclass(frozen=True, slots=True)
class TeacherOf:
    """Someone who teaches a pupil, and what."""

    student_id: int
    member_id: int
    name: str
    subject: str


def teachers_of(student_ids: Iterable[int], on: date) -> list[TeacherOf]:
    """Who teaches these pupils on that day, by subject. Three queries."""
    wanted = list(student_ids)
    groups: Mapping[int, list[int]] = _groups_of(wanted, on)
    rows = CourseTeacher.objects.current(on).filter(
        course__group__in={g for gs in groups.values() for g in gs}
    )
    taught = list(
        rows.select_related("course__subject", "member__user").order_by("course__subject__position", "pk")
    )
    return [
        TeacherOf(student, row.member_id, str(row.member), row.course.subject.name)
        for student in wanted
        for row in taught
        if row.course.group_id in groups.get(student, ())
    ]


def groups_of(student_ids: Iterable[int], on: date) -> dict[int, list[int]]:
    """The groups that each pupil belongs to on that day, by student id. Two queries."""
    return _groups_of(list(student_ids), on)


def _groups_of(student_ids: list[int], on: date) -> dict[int, list[int]]:
    groups: dict[int, list[int]] = defaultdict(list)
    whole = (
        Enrolment.objects.current(on).filter(student__in=student_ids).exclude(class_group__whole_group=None)
    )
    for student, group in whole.values_list("student", "class_group__whole_group"):
        groups[student].append(group)
    listed = GroupMembership.objects.current(on).filter(student__in=student_ids)
    for student, group in listed.values_list("student", "group"):
        groups[student].append(group)
    return groups


def groups_meeting(group_id: int, on: date) -> TeachingGroupQuerySet:
    """The groups that share a pupil with this one on that day, and itself."""
    pupils = students_of([group_id], on).order_by().values("pk")
    enrolled = Enrolment.objects.current(on).filter(student__in=pupils).values("class_group")
    listed = GroupMembership.objects.current(on).filter(student__in=pupils).values("group")
    return TeachingGroup.objects.filter(Q(class_group__in=enrolled) | Q(pk__in=listed) | Q(pk=group_id))
