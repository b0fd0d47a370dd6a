"""Who may reach what. Views and forms get their rows here, and nowhere else."""

from datetime import date

from apps.accounts.models import Member
from apps.classes import api as classes
from apps.classes.models import CourseQuerySet

from .models import Assessment, AssessmentQuerySet


def markable_courses(member: Member, on: date) -> CourseQuerySet:
    """The courses that this teacher teaches on that day; nobody else enters marks."""
    return classes.taught_courses(member, on)


def markable_assessments(member: Member, on: date) -> AssessmentQuerySet:
    """The assessments of those courses."""
    return Assessment.objects.of_courses(markable_courses(member, on))
