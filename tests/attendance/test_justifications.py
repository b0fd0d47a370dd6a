"""What is said of an absence, before or after it: given, withdrawn, accepted, refused; and what follows."""

from datetime import time, timedelta

import pytest

from apps.attendance import services
from apps.attendance.models import Absence, Justification
from apps.attendance.rules import Period, Span
from apps.attendance.services import Said
from apps.core.clock import now, today
from tests.factories.accounts import MemberFactory
from tests.factories.attendance import AbsenceFactory, JustificationFactory, ReasonFactory

from .conftest import SLOTS

MONDAY, TUESDAY = today() - timedelta(days=2), today() - timedelta(days=1)
State = Justification.State


@pytest.mark.parametrize(
    ("period", "is_covered"),
    [
        (Period(TUESDAY, TUESDAY), True),
        (Period(MONDAY, TUESDAY), True),
        (Period(MONDAY, MONDAY), False),
        (Period(TUESDAY, TUESDAY, time(8)), True),
        (Period(TUESDAY, TUESDAY, time(8, 30)), False),
        (Period(MONDAY, TUESDAY, time(17)), True),
        (Period(TUESDAY, TUESDAY, None, time(9)), True),
        (Period(TUESDAY, TUESDAY, None, time(8, 59)), False),
        (Period(TUESDAY, today(), time(8), time(7)), True),
    ],
)
def test_hours_are_covered_when_they_are_all_within(school, period, is_covered):
    absence = AbsenceFactory(held_on=TUESDAY, starts_at=time(8), ends_at=time(9))
    assert period.covers(TUESDAY, Span(time(8), time(9))) is is_covered
    assert Absence.objects.within(period).exists() is is_covered
    JustificationFactory(
        student=absence.student,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        starts_at=period.starts_at,
        ends_at=period.ends_at,
    )
    covering = Justification.objects.covering(absence.held_on, absence.starts_at, absence.ends_at)
    assert covering.exists() is is_covered


@pytest.fixture
def parent(school):
    return MemberFactory()


@pytest.fixture
def said(school) -> Said:
    return Said(Period(today(), today()), ReasonFactory(), "grippe")


@pytest.fixture
def give(classroom, parent, said):
    """The first pupil's family says why."""

    def given(**kwargs) -> Justification:
        values = {"student_id": classroom.pupils[0].pk, "said": said, "by": parent, "at": now()}
        return services.give_justification(**values | kwargs)

    return given


@pytest.fixture
def decide(educator):
    def decided(verb, given: Justification, seen: str = State.WAITING, **kwargs) -> Justification:
        verb(justification_id=given.pk, seen=seen, by=educator, at=now(), **kwargs)
        given.refresh_from_db()
        return given

    return decided


@pytest.fixture
def accept(decide):
    return lambda given, **kwargs: decide(services.accept_justification, given, **kwargs)


@pytest.fixture
def refuse(decide):
    return lambda given, **kwargs: decide(
        services.refuse_justification, given, **{"answer": "Pas de certificat."} | kwargs
    )


def test_given_it_waits_and_changes_no_absence(classroom, give, facts):
    classroom.call("a")
    facts()
    given = give()
    assert (given.state, Absence.objects.get().is_justified) == (State.WAITING, False)
    assert facts() == ["JustificationGiven"]


def test_the_same_said_twice_is_said_once(give, facts):
    assert give() == give()
    assert facts() == ["JustificationGiven"]


def test_accepted_it_justifies_what_is_within_and_tells(classroom, give, accept, facts):
    classroom.call("aa")
    other_day = AbsenceFactory(student=classroom.pupils[0], held_on=MONDAY)
    given = give()
    facts()
    accept(given)
    absence = Absence.objects.get(student=classroom.pupils[0], held_on=today())
    assert (absence.is_justified, absence.reason) == (True, "Maladie\u202f: grippe")
    assert (absence.listed_reason, absence.justification) == (given.reason, given)
    other_day.refresh_from_db()
    assert not other_day.is_justified
    assert not Absence.objects.get(student=classroom.pupils[1]).is_justified
    assert facts() == ["JustificationDecided", "AbsenceAmended"]


def test_a_reason_that_vie_scolaire_wrote_stays(classroom, give, accept, educator):
    classroom.call("a")
    services.justify_absence(absence_id=Absence.objects.get().pk, reason="Vu", by=educator, at=now())
    accept(give())
    assert Absence.objects.get().reason == "Vu"


def test_an_absence_found_later_is_justified_from_its_birth(classroom, give, accept):
    accept(give())
    classroom.call("aa")
    mine, others = Absence.objects.order_by("student__sort_key")
    assert (mine.is_justified, mine.reason) == (True, "Maladie\u202f: grippe")
    assert not others.is_justified


def test_while_it_waits_an_absence_is_born_unjustified(classroom, give):
    give()
    classroom.call("a")
    assert not Absence.objects.get().is_justified


def test_an_absence_that_outgrows_its_justification_is_news(classroom, give, accept, facts, said):
    hours = Period(today(), today(), SLOTS[0].starts_at, SLOTS[1].ends_at)
    accept(give(said=Said(hours, said.reason)))
    classroom.call("a")
    classroom.call("a", hour=1)
    assert Absence.objects.get().is_justified
    facts()
    classroom.call("a", hour=2)
    absence = Absence.objects.get()
    assert (absence.is_justified, absence.reason, absence.justification) == (False, "", None)
    assert facts() == ["AbsenceRecorded", "RollCallClosed"]


@pytest.mark.parametrize("by_office", [False, True], ids=["open", "settled"])
def test_one_that_becomes_short_enough_for_its_justification_is_justified_unless_settled(
    classroom, give, accept, facts, said, educator, by_office
):
    hours = Period(today(), today(), SLOTS[0].starts_at, SLOTS[1].ends_at)
    accept(give(said=Said(hours, said.reason)))
    for hour in range(3):
        classroom.call("a", hour=hour)
    absence = Absence.objects.get()
    if by_office:
        no = ReasonFactory(label="Sans motif valable", justifies=False)
        services.justify_absence(absence_id=absence.pk, listed=no, by=educator, at=now())
    facts()
    classroom.call("p", hour=2)
    assert Absence.objects.get().is_justified is not by_office
    assert facts() == [*([] if by_office else ["AbsenceAmended"]), "RollCallClosed"]


def test_refused_it_says_why_and_justifies_no_more(classroom, give, accept, refuse, facts):
    classroom.call("a")
    given = accept(give())
    facts()
    refuse(given, seen=State.ACCEPTED)
    assert (given.state, given.answer) == (State.REFUSED, "Pas de certificat.")
    assert not Absence.objects.get().is_justified
    assert facts() == ["JustificationDecided", "AbsenceAmended", "AbsenceRecorded"]


@pytest.fixture
def two(give, accept, said):
    """Both accepted: of the first hour, then of the first two."""
    periods = (Period(today(), today(), SLOTS[0].starts_at, SLOTS[last].ends_at) for last in (0, 1))
    return [accept(give(said=Said(period, said.reason))) for period in periods]


def test_one_that_outgrows_its_justification_may_be_within_another(classroom, two, facts):
    classroom.call("a")
    assert Absence.objects.get().justification == two[0]
    facts()
    classroom.call("a", hour=1)
    assert (Absence.objects.get().justification, Absence.objects.get().is_justified) == (two[1], True)
    assert facts() == ["AbsenceAmended", "RollCallClosed"]


def test_what_another_justifies_stays_so_when_the_first_is_refused(classroom, two, refuse, facts):
    classroom.call("a")
    facts()
    refuse(two[0], seen=State.ACCEPTED)
    assert (Absence.objects.get().justification, Absence.objects.get().is_justified) == (two[1], True)
    assert facts() == ["JustificationDecided", "AbsenceAmended"]


def test_the_second_of_two_deciders_is_told_and_changes_nothing(give, accept, refuse):
    given = accept(give())
    with pytest.raises(services.HasBeenDecided) as known:
        refuse(given)
    assert known.value.justification.state == State.ACCEPTED
    assert accept(given).state == State.ACCEPTED


def test_a_reason_that_does_not_justify_is_not_accepted(give, accept, said):
    late = ReasonFactory(label="Réveil tardif", justifies=False)
    given = give(said=Said(said.period, late))
    with pytest.raises(services.ReasonDoesNotJustify):
        accept(given)


def test_whoever_gave_it_takes_it_back_while_it_waits(give, accept, parent):
    given = give()
    services.withdraw_given(justification_id=given.pk, by=parent)
    with pytest.raises(services.HasBeenDecided):
        accept(given)
    with pytest.raises(Justification.DoesNotExist):
        services.withdraw_given(justification_id=give().pk, by=MemberFactory())


def test_once_decided_it_is_not_taken_back(give, accept, parent):
    given = accept(give())
    with pytest.raises(services.HasBeenDecided):
        services.withdraw_given(justification_id=given.pk, by=parent)


def test_vie_scolaire_writes_what_it_was_told_and_it_is_accepted(classroom, educator, said, facts):
    classroom.call("a")
    facts()
    services.write_justification(student_id=classroom.pupils[0].pk, said=said, by=educator, at=now())
    assert Absence.objects.get().is_justified
    assert facts() == ["JustificationGiven", "JustificationDecided", "AbsenceAmended"]


def test_a_word_of_vie_scolaire_outlives_the_justification(classroom, give, accept, refuse, educator):
    classroom.call("a")
    given = accept(give())
    services.justify_absence(absence_id=Absence.objects.get().pk, reason="Vu", by=educator, at=now())
    refuse(given, seen=State.ACCEPTED)
    assert Absence.objects.get().reason == "Vu"


def test_history_keeps_each_state(give, accept, refuse):
    given = refuse(accept(give()), seen=State.ACCEPTED)
    history = Justification.pgh_event_model.objects.filter(pgh_obj_id=given.pk).order_by("pgh_id")
    assert [row.state for row in history] == ["waiting", "accepted", "refused"]
