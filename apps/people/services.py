"""Verbs that write pupils, those who answer for them, and the staff's own notes."""

from collections.abc import Iterable
from typing import TypeVar

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


def _sorted(people: Iterable[Named]) -> list[Named]:
    """`bulk_create` skips `save`, where one person's place in the register is worked out."""
    rows = list(people)
    for row in rows:
        row.sort_key = sort_key(row.last_name, row.first_name)
    return rows
