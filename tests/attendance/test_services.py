"""Closing a roll call, correcting it, and the absences and late arrivals that follow."""

from datetime import timedelta
from functools import partial

import pytest

from apps.attendance import services
from apps.attendance.models import Absence, LateArrival, RollCall, RollEntry
from apps.attendance.rules import Line, Span
from apps.attendance.services import span_of
from apps.classes.models import Enrolment
from apps.core.clock import now, today
from apps.core.models import RecordedEvent
from tests.factories.accounts import MemberFactory
from tests.factories.attendance import AbsenceFactory
from tests.factories.classes import EnrolmentFactory
from tests.factories.people import StudentFactory

from .conftest import LETTERS, SLOTS, classroom_of


def states_of(roll_call) -> str:
    entries = roll_call.entries.order_by("student__sort_key")
    return "".join(entry.state[0] for entry in entries)


def standing() -> list[Span]:
    return [span_of(row) for row in Absence.objects.standing().order_by("starts_at")]


def test_a_roll_call_writes_a_line_for_each_pupil_and_its_facts(classroom, facts):
    roll_call = classroom.call("pal")
    assert states_of(roll_call) == "pal"
    assert (roll_call.taken_by, roll_call.corrected_by) == (classroom.teacher, None)
    assert standing() == [SLOTS[0]]
    assert LateArrival.objects.get().minutes == 10
    assert facts() == ["LateArrivalRecorded", "AbsenceRecorded", "RollCallClosed"]


def test_the_fact_says_which_absence_whose_and_when(classroom):
    at = now()
    classroom.call("a", at=at)
    absence = Absence.objects.get()
    assert RecordedEvent.objects.get(name="attendance.AbsenceRecorded").payload == {
        "absence_id": absence.pk,
        "student_id": classroom.pupils[0].pk,
        "recorded_at": at.isoformat(),
        "by_id": classroom.teacher.pk,
    }


def test_everyone_is_there_unless_said_otherwise(classroom):
    assert states_of(classroom.call("")) == "ppp"
    assert not Absence.objects.exists()


def test_the_next_hour_makes_the_absence_longer_and_is_no_news(classroom, facts):
    classroom.call("a")
    facts()
    classroom.call("a", hour=1)
    assert standing() == [Span(SLOTS[0].starts_at, SLOTS[1].ends_at)]
    assert facts() == ["RollCallClosed"]


def test_back_and_gone_again_is_another_absence(classroom, facts):
    classroom.call("a")
    classroom.call("p", hour=1)
    facts()
    classroom.call("a", hour=2)
    assert standing() == [SLOTS[0], SLOTS[2]]
    assert facts() == ["AbsenceRecorded", "RollCallClosed"]


def test_roll_calls_taken_in_any_order_find_the_same_absences(classroom):
    for hour in (2, 0, 1):
        classroom.call("a", hour=hour)
    assert standing() == [Span(SLOTS[0].starts_at, SLOTS[2].ends_at)]


def test_filling_the_hour_between_two_absences_joins_them(classroom, facts):
    classroom.call("a", hour=0)
    classroom.call("p", hour=1)
    classroom.call("a", hour=2)
    facts()
    classroom.call("a", hour=1)
    assert standing() == [Span(SLOTS[0].starts_at, SLOTS[2].ends_at)]
    assert Absence.objects.exclude(cancelled_at=None).count() == 1
    assert facts() == ["AbsenceAmended", "RollCallClosed"]


def test_a_correction_to_present_cancels_the_absence(classroom, facts):
    classroom.call("a")
    facts()
    roll_call = classroom.call("p")
    assert standing() == []
    assert Absence.objects.get().cancelled_at
    assert roll_call.corrected_by == classroom.teacher
    assert facts() == ["AbsenceAmended", "RollCallClosed"]


def test_late_after_all_cancels_the_absence_and_writes_the_late_arrival(classroom, facts):
    classroom.call("a")
    facts()
    classroom.call("l")
    assert standing() == []
    assert LateArrival.objects.get().minutes == 10
    assert facts() == ["LateArrivalRecorded", "AbsenceAmended", "RollCallClosed"]


def test_a_late_arrival_that_was_a_mistake_is_taken_back(classroom):
    classroom.call("l")
    classroom.call("p")
    assert not LateArrival.objects.exists()


def test_more_minutes_are_no_second_late_arrival(classroom, facts):
    classroom.call("l")
    facts()
    pupil = classroom.pupils[0]
    classroom.call("", lines={pupil.pk: Line(RollEntry.State.LATE, 25)})
    assert LateArrival.objects.get().minutes == 25
    assert facts() == ["RollCallClosed"]


def test_absent_present_and_absent_again_is_a_new_absence(classroom, facts):
    for states in ("a", "p", "a"):
        classroom.call(states)
    assert standing() == [SLOTS[0]]
    assert Absence.objects.count() == 2
    assert facts().count("AbsenceRecorded") == 2


def test_closing_twice_the_same_changes_nothing(classroom, facts):
    classroom.call("pal")
    facts()
    assert states_of(classroom.call("pal")) == "pal"
    assert RollCall.objects.count() == 1
    assert facts() == []


def test_a_stranger_to_the_group_is_refused_and_nothing_is_saved(classroom):
    with pytest.raises(services.NotOnTheList):
        classroom.call("", lines={StudentFactory().pk: LETTERS["a"]})
    assert not RollCall.objects.exists()


def test_the_list_is_that_of_the_day(classroom):
    leaver = EnrolmentFactory(
        class_group=classroom.group.class_group, until=today() - timedelta(days=1)
    ).student
    roll_call = classroom.call("ppp")
    assert not roll_call.entries.filter(student=leaver).exists()
    classroom.call("", lines={leaver.pk: LETTERS["a"]}, held_on=today() - timedelta(days=1))
    assert Absence.objects.get().student == leaver


def test_whoever_left_since_keeps_the_line_that_was_taken(classroom):
    classroom.call("app")
    gone = classroom.pupils[0]
    Enrolment.objects.filter(student=gone).update(until=today() - timedelta(days=1))
    classroom.call("app")
    assert standing() == [SLOTS[0]]


def test_each_pupil_keeps_their_own_day(classroom):
    classroom.call("aap")
    classroom.call("apa", hour=1)
    spans = {
        pupil.sort_key: [
            span_of(row) for row in Absence.objects.standing().filter(student=pupil).order_by("starts_at")
        ]
        for pupil in classroom.pupils
    }
    assert list(spans.values()) == [[Span(SLOTS[0].starts_at, SLOTS[1].ends_at)], [SLOTS[0]], [SLOTS[1]]]


def test_an_absence_that_was_loaded_stays_when_no_roll_call_saw_it(classroom):
    AbsenceFactory(
        student=classroom.pupils[0],
        held_on=today(),
        starts_at=SLOTS[4].starts_at,
        ends_at=SLOTS[4].ends_at,
    )
    classroom.call("ppp")
    assert standing() == [SLOTS[4]]


def test_two_people_who_touch_different_lines_both_win(classroom, educator):
    classroom.call("ppp")
    seen = {}
    one, two, _ = (pupil.pk for pupil in classroom.pupils)
    classroom.call("", lines={one: LETTERS["a"]}, seen=seen)
    roll_call = classroom.call("", lines={two: LETTERS["a"]}, seen=seen, by=educator)
    assert states_of(roll_call) == "aap"


def test_two_people_who_touch_the_same_line_are_told_and_nothing_is_overwritten(classroom, educator):
    roll_call = classroom.call("ppp")
    pupil = classroom.pupils[0].pk
    classroom.call("", lines={pupil: LETTERS["l"]}, seen={}, by=educator)
    with pytest.raises(services.RollHasMoved) as moved:
        classroom.call("", lines={pupil: LETTERS["a"]}, seen={})
    assert moved.value.lines == {pupil: LETTERS["l"]}
    assert moved.value.by == educator
    assert states_of(roll_call) == "lpp"


def test_two_teachers_who_take_the_same_roll_at_once_lose_nothing(classroom):
    one, two, _ = (pupil.pk for pupil in classroom.pupils)
    classroom.call("", lines={one: LETTERS["a"]}, seen={})
    roll_call = classroom.call("", lines={two: LETTERS["a"]}, seen={}, by=MemberFactory())
    assert states_of(roll_call) == "aap"
    assert roll_call.taken_by == classroom.teacher


def test_a_reason_justifies_and_is_told(classroom, educator, facts):
    classroom.call("a")
    facts()
    absence = Absence.objects.get()
    services.justify_absence(absence_id=absence.pk, reason="Malade", by=educator)
    services.justify_absence(absence_id=absence.pk, reason="Malade", by=educator)
    absence.refresh_from_db()
    assert (absence.is_justified, absence.reason) == (True, "Malade")
    assert facts() == ["AbsenceAmended"]


def test_a_justified_absence_that_grows_stays_justified(classroom, educator):
    classroom.call("a")
    services.justify_absence(absence_id=Absence.objects.get().pk, reason="Malade", by=educator)
    classroom.call("a", hour=1)
    assert Absence.objects.standing().get().is_justified


def test_a_justification_can_be_withdrawn(classroom, educator):
    classroom.call("a")
    pk = Absence.objects.get().pk
    services.justify_absence(absence_id=pk, reason="Malade", by=educator)
    services.withdraw_justification(absence_id=pk, by=educator)
    absence = Absence.objects.get()
    assert (absence.is_justified, absence.reason) == (False, "")


def test_vie_scolaire_cancels_an_absence_and_the_roll_calls_follow(classroom, educator, facts):
    first, second = classroom.call("a"), classroom.call("a", hour=1)
    facts()
    services.cancel_absence(absence_id=Absence.objects.get().pk, by=educator, at=now())
    assert states_of(first) == states_of(second) == "ppp"
    assert standing() == []
    assert facts() == ["AbsenceAmended", "RollCallClosed", "RollCallClosed"]
    classroom.call("p", hour=2)
    assert standing() == []


@pytest.mark.parametrize(
    "change",
    [
        partial(services.justify_absence, reason="Malade"),
        services.withdraw_justification,
        partial(services.cancel_absence, at=now()),
    ],
)
def test_a_cancelled_absence_changes_no_more(classroom, educator, change):
    classroom.call("a")
    pk = Absence.objects.get().pk
    services.cancel_absence(absence_id=pk, by=educator, at=now())
    with pytest.raises(services.AbsenceIsCancelled):
        change(absence_id=pk, by=educator)


def test_history_keeps_what_an_absence_was(classroom, educator):
    classroom.call("a")
    classroom.call("a", hour=1)
    pk = Absence.objects.get().pk
    services.justify_absence(absence_id=pk, reason="Malade", by=educator)
    services.cancel_absence(absence_id=pk, by=educator, at=now())
    history = Absence.pgh_event_model.objects.filter(pgh_obj_id=pk).order_by("pgh_id")
    assert [(row.pgh_label, row.ends_at, row.reason, bool(row.cancelled_at)) for row in history] == [
        ("insert", SLOTS[0].ends_at, "", False),
        ("update", SLOTS[1].ends_at, "", False),
        ("update", SLOTS[1].ends_at, "Malade", False),
        ("update", SLOTS[1].ends_at, "Malade", True),
    ]


def test_a_roll_of_sixty_costs_no_more_statements_than_one_of_three(school, count_queries):
    def closing(pupils: int) -> int:
        return count_queries(classroom_of(pupils).call, "al")

    assert closing(3) == closing(60)
