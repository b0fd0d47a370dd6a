"""Two people at once about the same absences: one decision stands, nothing slips between."""

import threading
from functools import partial

import pytest
from django.db import connection

from apps.attendance import services
from apps.attendance.models import Absence, Justification, RollCall
from apps.attendance.rules import Period
from apps.attendance.services import HasBeenDecided, NobodyIsAbsent, Said, WholeClasses
from apps.core.clock import now, today
from apps.core.tenancy import in_school
from apps.people.models import Student
from tests.factories.accounts import MemberFactory
from tests.factories.attendance import JustificationFactory, ReasonFactory

from .conftest import SLOTS
from .test_races import at_once, line, room  # noqa: F401 a fixture
from .test_services import states_of

State = Justification.State


@pytest.fixture
def member(room):  # noqa: F811 the fixture
    with in_school(room.school_id):
        return MemberFactory()


@pytest.fixture
def given(room, member):  # noqa: F811
    with in_school(room.school_id):
        return JustificationFactory(student=room.pupils[0], given_by=member)


def or_why_not(verb, *refusals):
    def tried():
        try:
            return verb() or "done"
        except refusals as refusal:
            return type(refusal).__name__

    return tried


def deciding(verb, given, by, **kwargs):
    decide = partial(verb, justification_id=given.pk, seen=State.WAITING, by=by, at=now(), **kwargs)
    return or_why_not(decide, HasBeenDecided)


def meanwhile(room, first, roll, then=lambda: None):  # noqa: F811
    """`roll` is sent before the transaction of `first` is over, and has met it when `then` goes on."""
    holds, is_over = threading.Event(), threading.Event()

    def deciding():
        try:
            first()
            holds.set()
            while not is_somebody_waiting_for_us() and not is_over.wait(0.01):
                pass
            then()
        finally:
            holds.set()

    def calling():
        holds.wait()
        try:
            roll()
        finally:
            is_over.set()

    return at_once(room, deciding, calling)


def is_somebody_waiting_for_us() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_locks WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))")
        return cursor.fetchone() is not None


def test_what_vie_scolaire_justifies_stays_so_when_its_roll_makes_it_longer_meanwhile(room, member):  # noqa: F811
    with in_school(room.school_id):
        room.call("a")
        absence = Absence.objects.get()
    justify = partial(services.justify_absence, absence_id=absence.pk, by=member, at=now(), reason="Grippe")
    meanwhile(room, justify, line(room, 0, "a", hour=1))
    with in_school(room.school_id):
        absence.refresh_from_db()
        assert (absence.ends_at, absence.reason) == (SLOTS[1].ends_at, "Grippe")


def test_a_roll_corrected_while_its_absence_is_found_a_mistake_waits_its_turn(room, member):  # noqa: F811
    with in_school(room.school_id):
        room.call("app")
        absence = Absence.objects.get()

    def lock():
        Student.objects.select_for_update(no_key=True).get(pk=room.pupils[0].pk)

    cancel = partial(services.cancel_absence, absence_id=absence.pk, by=member, at=now())
    meanwhile(room, lock, line(room, 1, "a"), cancel)
    with in_school(room.school_id):
        assert states_of(RollCall.objects.get()) == "pap"


def test_of_two_deciders_one_decides_and_the_other_is_told(room, member, given):  # noqa: F811
    said = at_once(
        room,
        deciding(services.accept_justification, given, member),
        deciding(services.refuse_justification, given, member, answer="Illisible"),
    )
    assert sorted(said) == ["HasBeenDecided", "done"]
    with in_school(room.school_id):
        assert Justification.objects.get().state == (State.ACCEPTED if said[0] == "done" else State.REFUSED)


def test_what_is_taken_back_is_not_accepted_too(room, member, given):  # noqa: F811
    withdraw = partial(services.withdraw_given, justification_id=given.pk, by=member)
    said = at_once(
        room,
        deciding(services.accept_justification, given, member),
        or_why_not(withdraw, HasBeenDecided),
    )
    assert sorted(said) == ["HasBeenDecided", "done"]


def test_an_absence_found_as_it_is_accepted_is_justified_whoever_was_first(room, member, given):  # noqa: F811
    at_once(room, deciding(services.accept_justification, given, member), line(room, 0, "a"))
    with in_school(room.school_id):
        assert Absence.objects.get().is_justified


def test_whole_classes_written_twice_at_once_are_written_once(room, member):  # noqa: F811
    with in_school(room.school_id):
        what = WholeClasses((room.group.pk,), "6e 1", today(), SLOTS[0], ReasonFactory())
    write = partial(services.write_whole_classes, what=what, by=member, at=now())
    said = at_once(room, *[or_why_not(write, NobodyIsAbsent)] * 2)
    assert "NobodyIsAbsent" in said
    with in_school(room.school_id):
        assert Absence.objects.count() == 3


def test_the_same_said_twice_at_once_waits_once(room, member):  # noqa: F811
    with in_school(room.school_id):
        said = Said(Period(today(), today()), ReasonFactory())
    pupil = room.pupils[0].pk
    give = partial(services.give_justification, student_id=pupil, said=said, by=member, at=now())
    at_once(room, give, give)
    with in_school(room.school_id):
        assert Justification.objects.count() == 1
