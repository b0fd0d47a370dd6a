"""Whose roll may be called, and which absences corrected."""

from datetime import date

from apps.accounts.models import STUDENT_LIFE, Member
from apps.classes import api as classes
from apps.classes.models import TeachingGroupQuerySet

from .models import Absence, AbsenceQuerySet


def callable_groups(member: Member, on: date) -> TeachingGroupQuerySet:
    """A teacher's own groups, every group for vie scolaire, nobody else's."""
    return classes.callable_groups(member, on)


def correctable_absences(member: Member) -> AbsenceQuerySet:
    """Vie scolaire and the direction: every absence; the others: none."""
    if not member.holds(*STUDENT_LIFE):
        return Absence.objects.none()
    return Absence.objects.all()
