"""Whose roll may be called, and which absences corrected."""

from datetime import date

from apps.accounts.api import prepared_for_member
from apps.accounts.models import STUDENT_LIFE, Member
from apps.classes import api as classes
from apps.classes.models import TeachingGroup, TeachingGroupQuerySet

from .models import Absence, AbsenceQuerySet


def callable_groups(member: Member, on: date) -> TeachingGroupQuerySet:
    """A teacher's own groups, every group for vie scolaire, nobody else's."""
    return classes.callable_groups(member, on)


def callable_group(member: Member, group_id: int, on: date) -> TeachingGroup | None:
    """The group of that number, if she may call its roll. One query."""
    return next(iter(_callable_of_number(member, on, group_id)), None)


@prepared_for_member
def _callable_of_number(member: Member, on: date, group_id: int) -> TeachingGroupQuerySet:
    return callable_groups(member, on).filter(pk=group_id)


def correctable_absences(member: Member) -> AbsenceQuerySet:
    """Vie scolaire and the direction: every absence; the others: none."""
    if not member.holds(*STUDENT_LIFE):
        return Absence.objects.none()
    return Absence.objects.all()
