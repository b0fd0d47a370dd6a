"""Who may reach whom. Everything about pupils starts from one of these querysets."""

from datetime import date

from django.db.models import Q

from apps.accounts.models import OFFICE, Member, Role
from apps.people.models import Student, StudentQuerySet

from .models import (
    Course,
    CourseQuerySet,
    CourseTeacher,
    Enrolment,
    GroupMembership,
    TeachingGroup,
    TeachingGroupQuerySet,
)


def taught_courses(member: Member, on: date) -> CourseQuerySet:
    """The courses that this teacher teaches on that day; nobody else teaches any."""
    if not member.holds(Role.TEACHER):
        return Course.objects.none()
    return Course.objects.taught_by(member, on)


def callable_groups(member: Member, on: date) -> TeachingGroupQuerySet:
    """The groups whose roll this member may call: a teacher's own, every class for vie scolaire."""
    if member.holds(Role.EDUCATOR, Role.PRINCIPAL, Role.DIRECTOR_OF_STUDIES):
        return TeachingGroup.objects.all()
    return TeachingGroup.objects.filter(pk__in=taught_courses(member, on).values("group"))


def readable_students(member: Member, on: date) -> StudentQuerySet:
    """What all hats open: the office everyone, a teacher her groups, a guardian hers, a pupil himself."""
    if member.holds(*OFFICE):
        return Student.objects.all()
    reached = Q(pk__in=[])
    if member.holds(Role.GUARDIAN):
        reached |= Q(pk__in=Student.objects.in_care_of(member, on).values("pk"))
    if member.holds(Role.STUDENT):
        reached |= Q(member=member)
    if member.holds(Role.TEACHER):
        reached |= Q(pk__in=taught_students(member, on).values("pk"))
    return Student.objects.filter(reached)


def taught_students(member: Member, on: date) -> StudentQuerySet:
    """The pupils whom this teacher teaches on that day; nobody else teaches any."""
    if not member.holds(Role.TEACHER):
        return Student.objects.none()
    groups = CourseTeacher.objects.current(on).filter(member=member).values("course__group")
    return Student.objects.filter(Q(pk__in=enrolled_in(groups, on)) | Q(pk__in=listed_in(groups, on)))


def enrolled_in(groups, on: date):
    """The pupils of those groups that are whole classes (their enrolments of that day)."""
    return Enrolment.objects.current(on).filter(class_group__whole_group__in=groups).values("student")


def listed_in(groups, on: date):
    """The pupils of those groups that cross classes (their memberships of that day)."""
    return GroupMembership.objects.current(on).filter(group__in=groups).values("student")
