"""A class with its teacher, and a way to take its roll in a few letters."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pytest

from apps.accounts.models import Member, Role
from apps.attendance import services
from apps.attendance.models import Excusal, RollCall, RollEntry
from apps.attendance.rules import Line, default_slots
from apps.classes import api as classes
from apps.core.clock import now, today
from apps.core.models import RecordedEvent
from apps.people.models import Student
from tests.conftest import school_with
from tests.factories.accounts import MemberFactory
from tests.factories.classes import ClassGroupFactory, CourseFactory

SLOTS = default_slots()
LETTERS = {"p": Line(), "a": Line(RollEntry.State.ABSENT), "l": Line(RollEntry.State.LATE, 10)}


@dataclass
class Classroom:
    """One course of one class of three, or more."""

    course: object
    pupils: list[Student]

    @property
    def teacher(self) -> Member:
        return self.course.teacher

    @property
    def group(self):
        return self.course.group

    def call(self, states: str, hour: int = 0, **kwargs) -> RollCall:
        """`call("pal")`: the first present, the second absent, the third late."""
        return self.close(states, hour, **kwargs).roll_call

    def close(self, states: str, hour: int = 0, **kwargs) -> services.Closed:
        lines = {pupil.pk: LETTERS[letter] for pupil, letter in zip(self.pupils, states, strict=False)}
        values = {"by": self.teacher, "at": now(), "held_on": today(), "hours": SLOTS[hour], "lines": lines}
        return services.close_roll_call(group_id=self.group.pk, **values | kwargs)


def classroom_of(pupils: int) -> Classroom:
    course = CourseFactory(class_group=ClassGroupFactory(pupils=pupils))
    return Classroom(course, list(classes.students_of([course.group.pk], today())))


def excuse(pupil: Student, by: Member, kind: str = "infirmary", **kwargs) -> Excusal:
    days = {"starts_on": today(), "ends_on": today()}
    return Excusal.objects.create(
        student=pupil, kind=kind, recorded_by=by, recorded_at=now(), **days | kwargs
    )


@pytest.fixture(scope="module")
def kept_school(build_once) -> tuple:
    """Each module begins with a class of three; one that other connections serve keeps None instead."""
    return build_once(school_with(partial(classroom_of, 3)))


@pytest.fixture
def classroom(rows) -> Classroom:
    return rows or classroom_of(3)


@pytest.fixture
def educator(school) -> Member:
    return MemberFactory(roles=[Role.EDUCATOR])


@pytest.fixture
def facts(school) -> Callable[[], list[str]]:
    """The names of what was announced since the last time this was asked."""
    told = set()

    def news() -> list[str]:
        fresh = RecordedEvent.objects.exclude(pk__in=told).order_by("pk")
        names = [event.name.partition(".")[2] for event in fresh]
        told.update(event.pk for event in fresh)
        return names

    return news
