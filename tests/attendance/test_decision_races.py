"""Two people at once about the same absences: one decision stands, nothing slips between."""

from functools import partial

import pytest

from apps.attendance import services
from apps.attendance.models import Absence, Justification
from apps.attendance.rules import Period
from apps.attendance.services import HasBeenDecided, NobodyIsAbsent, Said, WholeClasses
from apps.core.clock import now, today
from apps.core.tenancy import in_school
from tests.factories.accounts import MemberFactory
from tests.factories.attendance import JustificationFactory, ReasonFactory

from .conftest import SLOTS
from .test_races import at_once, line, room  # noqa: F401 a fixture

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
