"""Loads the rows as schools, in one transaction: both, or neither."""

from collections import defaultdict

from django.contrib.auth.hashers import make_password
from django.db import transaction

from apps.attendance.api import set_up_reasons
from apps.core.tenancy import check_references_at_once, in_school, learn_sizes
from apps.people.models import Student
from apps.schools.models import School
from apps.schools.services import found_school

from .reading import SCHOOLS, Row
from .school import Loaded, fill_school


class IsAnother(Exception):
    """A school has the address of one in the file, and is not it: `slug`."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


def is_loaded(rows: list[Row]) -> bool:
    """Whether every school of the file is there already. Raises IsAnother."""
    return not _missing(_by_school(rows))


@transaction.atomic
def load(rows: list[Row], password: str) -> list[Loaded]:
    """Make the schools that are not there; everybody in them signs in with `password`. Raises IsAnother."""
    by_school = _by_school(rows)
    check_references_at_once()
    hashed = make_password(password)
    loaded = [_load_school(code, by_school[code], hashed) for code in _missing(by_school)]
    learn_sizes()
    return loaded


def _load_school(code: str, rows: list[Row], hashed: str) -> Loaded:
    school = found_school(
        slug=code.lower(), name=SCHOOLS[code], kind=School.Kind.LYCEE, status=School.Status.PUBLIC
    )
    with in_school(school.pk):
        set_up_reasons()
        return fill_school(school, rows, hashed)


def _by_school(rows: list[Row]) -> dict[str, list[Row]]:
    by_school: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_school[row.school].append(row)
    return by_school


def _missing(by_school: dict[str, list[Row]]) -> list[str]:
    there = {school.slug: school for school in School.objects.filter(slug__in=map(str.lower, by_school))}
    for code, rows in by_school.items():
        school = there.get(code.lower())
        if school and (school.name, _pupils(school)) != (SCHOOLS[code], len(rows)):
            raise IsAnother(school.slug)
    return [code for code in by_school if code.lower() not in there]


def _pupils(school: School) -> int:
    with in_school(school.pk):
        return Student.objects.count()
