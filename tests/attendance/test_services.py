"""Closing a roll call, correcting it, and the absences and late arrivals that follow."""

from datetime import time, timedelta
from functools import partial

import pytest

from apps.attendance import services
from apps.attendance.models import Absence, LateArrival, RollCall, RollEntry, lines_of
from apps.attendance.rules import Line, Seen, Span
from apps.attendance.services import span_of
from apps.classes.models import Enrolment
from apps.core.clock import now, today
from apps.core.models import RecordedEvent
from tests.factories.accounts import MemberFactory
from tests.factories.attendance import AbsenceFactory, ReasonFactory
from tests.factories.classes import EnrolmentFactory
from tests.factories.people import StudentFactory

from .conftest import LETTERS, SLOTS, classroom_of, excuse


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


TAKEN, NOT_TAKEN = Seen(is_taken=True), Seen()


def test_two_people_who_touch_different_lines_both_win(classroom, educator):
    classroom.call("ppp")
    one, two, _ = (pupil.pk for pupil in classroom.pupils)
    classroom.call("", lines={one: LETTERS["a"]}, seen=TAKEN)
    roll_call = classroom.call("", lines={two: LETTERS["a"]}, seen=TAKEN, by=educator)
    assert states_of(roll_call) == "aap"


def test_a_correction_on_the_server_stands_and_what_was_sent_is_in_the_history(classroom, educator):
    roll_call = classroom.call("ppp")
    pupil = classroom.pupils[0].pk
    classroom.call("", lines={pupil: LETTERS["l"]}, seen=TAKEN, by=educator)
    closed = classroom.close("", lines={pupil: LETTERS["a"]}, seen=TAKEN)
    assert states_of(roll_call) == "lpp"
    assert closed.set_aside == {pupil: LETTERS["a"]}
    assert closed.lines[pupil] == LETTERS["l"]
    assert (closed.roll_call.last_by, LateArrival.objects.count()) == (educator, 1)
    kept = RollEntry.pgh_event_model.objects.filter(student=pupil).order_by("pk")
    assert list(kept.values_list("pgh_label", "state")) == [("update", "present"), ("set_aside", "absent")]


def test_with_the_page_of_now_the_same_person_decides(classroom, educator):
    pupil = classroom.pupils[0].pk
    classroom.call("lpp", by=educator)
    shown = Seen({pupil: LETTERS["l"]}, is_taken=True)
    assert states_of(classroom.call("", lines={pupil: LETTERS["a"]}, seen=shown)) == "app"


def test_two_teachers_who_take_the_same_roll_at_once_lose_nothing(classroom):
    one, two, _ = (pupil.pk for pupil in classroom.pupils)
    classroom.call("", lines={one: LETTERS["a"]}, seen=NOT_TAKEN)
    roll_call = classroom.call("", lines={two: LETTERS["a"]}, seen=NOT_TAKEN, by=MemberFactory())
    assert states_of(roll_call) == "aap"
    assert roll_call.taken_by == classroom.teacher


def test_a_roll_that_waited_in_a_phone_does_not_undo_what_was_corrected_meanwhile(classroom, educator):
    one, two, three = (pupil.pk for pupil in classroom.pupils)
    classroom.call("app")
    classroom.call("ppp", by=educator)  # she was there: a correction, though the line says what any line says
    sent = {one: LETTERS["a"], two: LETTERS["a"], three: LETTERS["p"]}
    closed = classroom.close("", lines=sent, seen=NOT_TAKEN)
    assert states_of(closed.roll_call) == "pap"
    assert closed.set_aside == {one: LETTERS["a"]}


def test_nobody_is_written_there_whom_the_page_did_not_show(classroom):
    one, two, three = (pupil.pk for pupil in classroom.pupils)
    shown = Seen(listed=frozenset({one, two}))
    roll_call = classroom.call("", lines={one: LETTERS["a"], two: LETTERS["p"]}, seen=shown)
    assert states_of(roll_call) == "ap"
    assert not RollEntry.objects.filter(student=three).exists()


@pytest.mark.parametrize(
    ("kind", "times", "hour", "found"),
    [
        ("infirmary", (None, None), 3, "ep"),
        ("infirmary", (time(7, 0), time(8, 0)), 0, "ep"),
        ("infirmary", (time(7, 0), time(8, 25)), 1, "pp"),
        ("left_early", (time(8, 0), time(18, 0)), 0, "pp"),  # there when the hour began
        ("left_early", (time(8, 0), time(18, 0)), 1, "ep"),
        ("excluded", (None, None), 0, "ep"),
    ],
)
def test_whoever_is_excused_is_not_absent(classroom, educator, facts, kind, times, hour, found):
    excused, other, _ = classroom.pupils
    excuse(excused, educator, kind=kind, starts_at=times[0], ends_at=times[1])
    roll_call = classroom.call("", lines={other.pk: LETTERS["p"]}, hour=hour)
    assert states_of(roll_call)[:2] == found
    assert facts() == ["RollCallClosed"]


def test_a_dispense_from_one_course_counts_in_its_hours_only(classroom, educator):
    excuse(classroom.pupils[0], educator, kind="exempt", course=classroom.course)
    assert states_of(classroom.call("", course_id=classroom.course.pk)) == "epp"
    assert states_of(classroom.call("", hour=1)) == "ppp"


def test_an_excuse_that_was_withdrawn_or_of_another_day_excuses_nobody(classroom, educator):
    one, two, _ = classroom.pupils
    excuse(one, educator, cancelled_at=now())
    excuse(two, educator, starts_on=today() - timedelta(days=2), ends_on=today() - timedelta(days=1))
    assert states_of(classroom.call("")) == "ppp"


def test_the_teacher_sees_better_than_the_excuse(classroom, educator):
    pupil = classroom.pupils[0].pk
    excuse(classroom.pupils[0], educator)
    shown = Seen({pupil: Line("excused")})
    assert states_of(classroom.call("", lines={pupil: LETTERS["l"]}, seen=shown)) == "lpp"


def test_a_note_stays_with_its_line(classroom):
    pupil = classroom.pupils[0].pk
    classroom.call("", lines={pupil: Line("absent", note="vu dans la cour")})
    assert lines_of(RollCall.objects.get().pk)[pupil] == Line("absent", note="vu dans la cour")
    classroom.call("", lines={pupil: Line("absent", note="parti avec sa mère")})
    assert RollEntry.objects.get(student=pupil).note == "parti avec sa mère"
    assert Absence.objects.standing().count() == 1


def test_a_reason_justifies_and_is_told(classroom, educator, facts):
    classroom.call("a")
    facts()
    absence = Absence.objects.get()
    services.justify_absence(absence_id=absence.pk, reason="Malade", by=educator, at=now())
    services.justify_absence(absence_id=absence.pk, reason="Malade", by=educator, at=now())
    absence.refresh_from_db()
    assert (absence.is_justified, absence.reason) == (True, "Malade")
    assert facts() == ["AbsenceAmended"]


def test_a_justified_absence_that_grows_stays_justified(classroom, educator):
    classroom.call("a")
    services.justify_absence(absence_id=Absence.objects.get().pk, reason="Malade", by=educator, at=now())
    classroom.call("a", hour=1)
    assert Absence.objects.standing().get().is_justified


def test_a_justification_can_be_withdrawn_and_the_absence_is_news_again(classroom, educator, facts):
    classroom.call("a")
    pk = Absence.objects.get().pk
    services.justify_absence(absence_id=pk, reason="Malade", by=educator, at=now())
    facts()
    services.withdraw_justification(absence_id=pk, by=educator, at=now())
    absence = Absence.objects.get()
    assert (absence.is_justified, absence.reason) == (False, "")
    assert facts() == ["AbsenceAmended", "AbsenceRecorded"]


def test_a_reason_that_never_justified_is_taken_back_in_silence(classroom, educator, facts):
    classroom.call("a")
    pk, listed = Absence.objects.get().pk, ReasonFactory(justifies=False)
    services.justify_absence(absence_id=pk, listed=listed, by=educator, at=now())
    services.withdraw_justification(absence_id=pk, by=educator, at=now())
    assert facts()[2:] == ["AbsenceAmended", "AbsenceAmended"]


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
        services.cancel_absence,
    ],
)
def test_a_cancelled_absence_changes_no_more(classroom, educator, change):
    classroom.call("a")
    pk = Absence.objects.get().pk
    services.cancel_absence(absence_id=pk, by=educator, at=now())
    with pytest.raises(services.AbsenceIsCancelled):
        change(absence_id=pk, by=educator, at=now())


def test_history_keeps_what_an_absence_was(classroom, educator):
    classroom.call("a")
    classroom.call("a", hour=1)
    pk = Absence.objects.get().pk
    services.justify_absence(absence_id=pk, reason="Malade", by=educator, at=now())
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
