"""Verbs that write pupils, those who answer for them, and the staff's own notes."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TypeVar

from django.db import transaction

from apps.accounts.models import Member, Role
from apps.accounts.services import Slip, join, open_access, reset_access

from .models import Guardian, Guardianship, StaffProfile, Student, sort_key

Named = TypeVar("Named", Student, Guardian)


def enter_students(students: Iterable[Student]) -> list[Student]:
    """New pupils in bulk. A matricule that is taken raises IntegrityError."""
    return Student.objects.bulk_create(_sorted(students))


def enter_guardians(guardians: Iterable[Guardian]) -> list[Guardian]:
    """New responsables in bulk."""
    return Guardian.objects.bulk_create(_sorted(guardians))


def entrust(guardianships: Iterable[Guardianship]) -> list[Guardianship]:
    """Say who answers for whom, in bulk."""
    return Guardianship.objects.bulk_create(guardianships)


def enter_staff(profiles: Iterable[StaffProfile]) -> list[StaffProfile]:
    """What the school writes down about those who work there, in bulk."""
    return StaffProfile.objects.bulk_create(profiles)


@transaction.atomic
def give_access(*, to: Student | Guardian, by: Member, at: datetime) -> Slip:
    """A one-time code for a pupil or a responsable: her first access, or a new one in place of a lost one.

    Raises MayNotGrant, BelongsElsewhere (apps.accounts.services).
    """
    if to.member_id:
        return reset_access(member=to.member, by=by, at=at)
    role = Role.STUDENT if isinstance(to, Student) else Role.GUARDIAN
    slip = open_access(first_name=to.first_name, last_name=to.last_name, role=role, by=by, at=at)
    to.member = slip.member
    to.save(update_fields=["member"])
    return slip


@transaction.atomic
def join_access(*, to: Guardian, username: str, by: Member, since: date) -> None:
    """The responsable signs in already, elsewhere: by the exact name that she gives, never by a number.

    Raises MayNotGrant, Unknown (apps.accounts.services), HasAccess.
    """
    if to.member_id:
        raise HasAccess
    to.member = join(username=username, role=Role.GUARDIAN, by=by, since=since)
    if Guardian.objects.filter(member=to.member).exists():
        raise HasAccess
    to.save(update_fields=["member"])


class HasAccess(Exception):
    """One access for each responsable, one responsable for each access."""


def _sorted(people: Iterable[Named]) -> list[Named]:
    """`bulk_create` skips `save`, where one person's place in the register is worked out."""
    rows = list(people)
    for row in rows:
        row.sort_key = sort_key(row.last_name, row.first_name)
    return rows
