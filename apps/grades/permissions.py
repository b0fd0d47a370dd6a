"""Who may reach what. Views and forms get their rows here, and nowhere else."""

from collections.abc import Iterable
from datetime import date

from apps.accounts.api import prepared_for_member
from apps.accounts.models import DIRECTION, Member
from apps.classes import api as classes
from apps.classes.models import CourseQuerySet
from apps.core.prepared import Ids
from apps.core.tenancy import SchoolQuerySet

from .models import Assessment, AssessmentQuerySet, Reopening


def markable_courses(member: Member, on: date) -> CourseQuerySet:
    """The courses that this teacher teaches on that day; nobody else enters marks."""
    return classes.taught_courses(member, on)


def markable_assessments(member: Member, on: date) -> AssessmentQuerySet:
    """The assessments of those courses."""
    return Assessment.objects.of_courses(markable_courses(member, on))


def markable_assessment(member: Member, assessment_id: int, on: date) -> Assessment | None:
    """The one of that number, if she may mark it, with its course and term. One query."""
    return next(iter(markable_among(member, [assessment_id], on)), None)


def markable_among(member: Member, assessment_ids: Iterable[int], on: date) -> list[Assessment]:
    """Those of these numbers that she may mark, in their order, with their courses and terms. One query."""
    return _markable_of_numbers(member, on, list(assessment_ids))


def followed_assessments(member: Member, on: date) -> AssessmentQuerySet:
    """Those whose cells' history she may read: her courses' for a teacher, all of them for the direction."""
    if member.holds(*DIRECTION):
        return Assessment.objects.all()
    return markable_assessments(member, on)


def followed_reopenings(member: Member, on: date) -> SchoolQuerySet:
    """Those she is told of: her courses' for a teacher, all of them for the direction."""
    if member.holds(*DIRECTION):
        return Reopening.objects.all()
    return Reopening.objects.filter(course__in=markable_courses(member, on))


@prepared_for_member
def _markable_of_numbers(member: Member, on: date, assessment_ids: Ids) -> AssessmentQuerySet:
    mine = markable_assessments(member, on).filter(pk__any_of=assessment_ids).order_by("pk")
    return mine.select_related("course__subject", "course__group", "term")
