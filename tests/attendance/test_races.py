"""Two people at once, each on a connection of their own: nobody overwrites anybody."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from apps.attendance.models import Absence, RollCall, RollEntry
from apps.attendance.rules import Seen, Span
from apps.attendance.services import span_of
from apps.core.tenancy import in_school
from tests.factories.schools import SchoolFactory

from .conftest import LETTERS, SLOTS, Classroom, classroom_of
from .test_services import states_of


@pytest.fixture
def room(transactional_db) -> Classroom:
    """A class whose rows other connections see."""
    school = SchoolFactory()
    with in_school(school.pk):
        room = classroom_of(3)
    room.school_id = school.pk
    return room


def at_once(room: Classroom, *verbs: Callable[[], object]) -> list[object]:
    """Run each in its own transaction, started together; what each gave, or raised."""
    start = threading.Barrier(len(verbs))

    def run(verb: Callable[[], object]) -> object:
        try:
            start.wait()
            with in_school(room.school_id):
                return verb()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(verbs)) as threads:
        return list(threads.map(run, verbs))


def line(room: Classroom, place: int, letter: str, **kwargs) -> Callable[[], object]:
    return lambda: room.call(
        "", lines={room.pupils[place].pk: LETTERS[letter]}, seen=Seen(is_taken=True), **kwargs
    )


def test_two_who_close_the_same_new_roll_both_win(room):
    at_once(room, line(room, 0, "a"), line(room, 1, "l"), line(room, 2, "a"))
    with in_school(room.school_id):
        assert states_of(RollCall.objects.get()) == "ala"
        assert Absence.objects.standing().count() == 2


def test_of_two_who_touch_the_same_line_one_stands_and_both_are_kept(room):
    with in_school(room.school_id):
        room.call("ppp")
    at_once(room, line(room, 0, "a"), line(room, 0, "l"))
    with in_school(room.school_id):
        standing = Absence.objects.standing().count()
        assert (states_of(RollCall.objects.get()), standing) in {("app", 1), ("lpp", 0)}
        said = RollEntry.pgh_event_model.objects.order_by("pk").values_list("pgh_label", "state")
        (first, was), (second, other) = said
        assert (first, was, second) == ("update", "present", "set_aside")
        assert {other, RollEntry.objects.get(student=room.pupils[0]).state} == {"absent", "late"}


def test_two_hours_closed_at_once_make_one_absence(room):
    at_once(room, *(line(room, 0, "a", hour=hour) for hour in range(4)))
    with in_school(room.school_id):
        assert [span_of(row) for row in Absence.objects.standing()] == [
            Span(SLOTS[0].starts_at, SLOTS[3].ends_at)
        ]
