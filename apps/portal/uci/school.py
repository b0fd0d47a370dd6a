"""One school of the file, told as a whole past year: classes by age, three marks, absences spread out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from itertools import groupby
from random import Random

from apps.accounts.models import Member, Role, User
from apps.accounts.services import enter_members, enter_users
from apps.attendance.api import PastRollCall, load_past_roll_calls
from apps.classes.models import ClassGroup, Course, Subject, Term
from apps.classes.presets import read_preset
from apps.classes.services import apply_preset, enrol, open_class, open_courses
from apps.grades.api import Column, MarkValue, PastColumn, load_past
from apps.people.models import Guardian, Guardianship, Student
from apps.people.services import enter_guardians, enter_students, entrust
from apps.portal.demo.days import at, class_days
from apps.portal.demo.names import FAMILIES, given_names
from apps.schools.models import School, SchoolYear

from .reading import BEST, Row

YEAR = "2025-2026"
SUBJECT = "MATH"
CLASS_SIZE = 45
HOUR = (time(7, 30), time(8, 25))
LEVELS = (("2nde", "C", 16), ("1ère", "D", 17), ("Tle", "D", 99))  # up to that age
FEMALE = {"mother": True, "father": False}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a school received, and the sign-in name of its first pupil's guardian (None when she has none)."""

    name: str
    slug: str
    classes: int
    pupils: int
    without_guardian: int
    absences: int
    first_parent: str | None


@dataclass(frozen=True, slots=True)
class Pupil:
    """A row of the file and the pupil it became; `number` is her place in the school's rows, from 1."""

    number: int
    row: Row
    student: Student


@dataclass(frozen=True, slots=True)
class MathsClass:
    """A class, its mathematics and who teaches them."""

    class_group: ClassGroup
    pupils: list[Pupil]
    course: Course
    teacher: Member


def days_of_class() -> list[date]:
    """Those of the year that the file is told as: a pupil misses each once at most."""
    preset = read_preset(School.Kind.LYCEE, YEAR)
    holidays = [(last, back) for _, last, back in preset.holidays]
    return class_days(preset.opens_on, preset.terms[-1][2], holidays)


def fill_school(school: School, rows: list[Row], password: str) -> Loaded:
    """Fill the school in scope; `password` is the hash that all its people share."""
    year = apply_preset(kind=School.Kind.LYCEE, year=YEAR)
    rng = Random(f"uci {school.slug}")  # noqa: S311 (invented people, not a secret)
    pupils = [Pupil(number, row, _student(row, year, rng)) for number, row in enumerate(rows, start=1)]
    enter_students(pupil.student for pupil in pupils)
    parents = _enter_guardians(school, pupils, year, rng, password)
    _enter([_user(school, "direction", "Chef", "d’établissement", password)], Role.PRINCIPAL, year)
    classes = _open_classes(school, pupils, year, password)
    load_past([column for one in classes for column in _columns(one, year)])
    told = load_past_roll_calls(call for one in classes for call in _roll_calls(one))
    return Loaded(
        name=school.name,
        slug=school.slug,
        classes=len(classes),
        pupils=len(pupils),
        without_guardian=sum(pupil.row.guardian is None for pupil in pupils),
        absences=told.absences,
        first_parent=parents.get(1),
    )


def _student(row: Row, year: SchoolYear, rng: Random) -> Student:
    """Born so as to have that age on the first day of the year."""
    birthday = date(year.opens_on.year - row.age, 1, 1) + timedelta(days=rng.randrange(240))
    return Student(
        last_name=rng.choice(FAMILIES),
        first_name=given_names(rng, row.sex),
        sex=row.sex,
        born_on=birthday,
        nationality="",
        repeats_year=row.failures > 0,
    )


def _user(school: School, name: str, first_name: str, last_name: str, password: str) -> User:
    return User(
        username=f"{school.slug}-{name}", first_name=first_name, last_name=last_name, password=password
    )


def _enter(users: list[User], role: Role, year: SchoolYear) -> list[Member]:
    return enter_members(enter_users(users), role, since=year.opens_on)


def _enter_guardians(
    school: School, pupils: list[Pupil], year: SchoolYear, rng: Random, password: str
) -> dict[int, str]:
    """One for each pupil whose row names one, with access; return sign-in names by the pupil's number."""
    cared_for = [pupil for pupil in pupils if pupil.row.guardian]
    users = []
    for pupil in cared_for:
        is_female = FEMALE.get(pupil.row.guardian, rng.random() < 0.5)
        last_name = rng.choice(FAMILIES) if is_female else pupil.student.last_name
        first_name = given_names(rng, "F" if is_female else "M")
        users.append(_user(school, f"{pupil.number}-parent", first_name, last_name, password))
    members = _enter(users, Role.GUARDIAN, year)
    guardians = enter_guardians(
        Guardian(last_name=user.last_name, first_name=user.first_name, member=member)
        for user, member in zip(users, members, strict=True)
    )
    entrust(
        Guardianship(
            guardian=guardian, student=pupil.student, relation=pupil.row.guardian, since=year.opens_on
        )
        for guardian, pupil in zip(guardians, cared_for, strict=True)
    )
    return {pupil.number: user.username for pupil, user in zip(cared_for, users, strict=True)}


def _open_classes(school: School, pupils: list[Pupil], year: SchoolYear, password: str) -> list[MathsClass]:
    """Classes by age, in the order of the file, each with a teacher of mathematics."""
    subject = Subject.objects.get(code=SUBJECT)
    opened = []
    for (level, stream), same in groupby(sorted(pupils, key=_level_of), key=_level_of):
        ordered = list(same)
        for number, first in enumerate(range(0, len(ordered), CLASS_SIZE), start=1):
            teacher = _user(
                school, f"maths-{len(opened) + 1}", "Professeur", f"de maths {len(opened) + 1}", password
            )
            [member] = _enter([teacher], Role.TEACHER, year)
            name = f"{level} {stream} {number}"
            one = open_class(year=year, level=level, stream=stream, name=name, form_teacher=member)
            mates = ordered[first : first + CLASS_SIZE]
            enrol((pupil.student for pupil in mates), in_class=one, since=year.opens_on)
            [course] = open_courses([(subject, one.whole_group, member)], since=year.opens_on)
            opened.append(MathsClass(one, mates, course, member))
    return opened


def _level_of(pupil: Pupil) -> tuple[str, str]:
    return next((level, stream) for level, stream, oldest in LEVELS if pupil.row.age <= oldest)


def _columns(one: MathsClass, year: SchoolYear) -> Iterator[PastColumn]:
    """G1, G2 and G3 as the mark of each term, published on its last day (a Friday), given that Tuesday."""
    for term in Term.objects.filter(calendar__year=year).order_by("number"):
        yield PastColumn(
            course_id=one.course.pk,
            term_id=term.pk,
            column=Column(
                title=f"Note du trimestre {term.number}",
                kind="composition",
                held_on=term.ends_on - timedelta(days=3),
                out_of=BEST,
                coefficient=Decimal(1),
            ),
            published_at=at(term.ends_on, 17),
            marks={pupil.student.pk: MarkValue(pupil.row.marks[term.number - 1]) for pupil in one.pupils},
        )


def _roll_calls(one: MathsClass) -> Iterator[PastRollCall]:
    """A roll call on each day when somebody of the class was absent."""
    days = days_of_class()
    absent: dict[date, set[int]] = {}
    for pupil in one.pupils:
        for day in _spread(pupil, days):
            absent.setdefault(day, set()).add(pupil.student.pk)
    students = tuple(pupil.student.pk for pupil in one.pupils)
    starts_at, ends_at = HOUR
    for day in sorted(absent):
        yield PastRollCall(
            group_id=one.class_group.whole_group.pk,
            course_id=one.course.pk,
            held_on=day,
            starts_at=starts_at,
            ends_at=ends_at,
            taken_by_id=one.teacher.pk,
            closed_at=at(day, 8),
            students=students,
            absent=frozenset(absent[day]),
            late={},
        )


def _spread(pupil: Pupil, days: list[date]) -> Iterator[date]:
    """As many days as she missed, evenly over the year, from a day of her own."""
    missed = pupil.row.absences
    for turn in range(missed):
        yield days[(turn * len(days) // missed + pupil.number * 7) % len(days)]
