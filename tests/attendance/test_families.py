"""What a family reads: today, what waits for a reason, the latest, the year; and the stamp of it all."""

from datetime import date, time, timedelta

import pytest

from apps.attendance import services
from apps.attendance.api import DayState, Outcome, absences_of, facts_of, stamp, summaries
from apps.attendance.models import Absence, LateArrival, RollEntry
from apps.attendance.rules import Line
from apps.core.clock import now, today
from apps.core.tenancy import in_school
from tests.factories.attendance import (
    AbsenceFactory,
    JustificationFactory,
    LateArrivalFactory,
    ReasonFactory,
)
from tests.factories.people import StudentFactory
from tests.factories.schools import SchoolFactory, SchoolYearFactory

from .conftest import SLOTS, classroom_of


def card_of(classroom, place: int = 0):
    pupil = classroom.pupils[place].pk
    return summaries([pupil], on=today()).answer()[pupil]


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        ([], DayState("not_called")),
        (["p"], DayState("present", SLOTS[0].starts_at)),
        (["p", "p"], DayState("present", SLOTS[0].starts_at)),
        (["a", "a"], DayState("absent", SLOTS[0].starts_at)),
        (["p", "a"], DayState("absent", SLOTS[1].starts_at)),
        (["a", "p"], DayState("present", SLOTS[1].starts_at)),
        (["l"], DayState("late", SLOTS[0].starts_at, 10)),
        (["a", "l"], DayState("late", SLOTS[1].starts_at, 10)),
        (["l", "p"], DayState("late", SLOTS[0].starts_at, 10)),
        (["l", "a"], DayState("absent", SLOTS[1].starts_at)),
    ],
    ids=lambda value: "".join(value) if isinstance(value, list) else "",
)
def test_today_is_what_the_last_roll_calls_saw(classroom, calls, expected):
    for hour, states in enumerate(calls):
        classroom.call(states, hour=hour)
    assert card_of(classroom).today == expected


def test_yesterday_says_nothing_of_today(classroom):
    classroom.call("a", held_on=today() - timedelta(days=1))
    assert card_of(classroom).today == DayState("not_called")


def test_the_card_counts_what_waits_for_a_reason_and_shows_the_latest_five(classroom):
    pupil = classroom.pupils[0]
    for day in range(1, 9):
        AbsenceFactory(student=pupil, held_on=date(2026, 11, day), is_justified=day < 3)
    AbsenceFactory(student=pupil, held_on=date(2026, 11, 9), cancelled_at=now())
    card = card_of(classroom)
    assert card.to_justify == 6
    assert [line.held_on.day for line in card.latest] == [8, 7, 6, 5, 4]


def test_only_this_school_year_counts(classroom):
    SchoolYearFactory()
    pupil = classroom.pupils[0]
    AbsenceFactory(student=pupil, held_on=date(2026, 6, 1))
    AbsenceFactory(student=pupil, held_on=date(2026, 9, 8))
    assert card_of(classroom).to_justify == 1
    assert len(absences_of(pupil.pk, on=today()).absences) == 1


def test_each_child_has_a_card_of_their_own_even_an_empty_one(classroom):
    classroom.call("alp")
    cards = summaries([pupil.pk for pupil in classroom.pupils], on=today()).answer()
    assert [cards[pupil.pk].today.code for pupil in classroom.pupils] == ["absent", "late", "present"]
    assert [cards[pupil.pk].to_justify for pupil in classroom.pupils] == [1, 0, 0]


def test_the_year_counts_hours_missed_from_the_roll_calls(classroom, educator):
    classroom.call("a", hour=0)
    classroom.call("a", hour=2)
    classroom.call("a", held_on=today() - timedelta(days=1))
    pupil = classroom.pupils[0].pk
    services.justify_absence(
        absence_id=Absence.objects.get(held_on=today()).pk, reason="Malade", by=educator, at=now()
    )
    record = absences_of(pupil, on=today())
    assert [line.minutes for line in record.absences] == [110, 55]
    assert (record.minutes_justified, record.minutes_unjustified) == (110, 55)


def test_reasons_are_read_by_those_who_may(classroom, educator):
    classroom.call("a")
    services.justify_absence(absence_id=Absence.objects.get().pk, reason="Malade", by=educator, at=now())
    pupil = classroom.pupils[0].pk
    assert absences_of(pupil, on=today()).absences[0].reason == ""
    assert absences_of(pupil, on=today(), with_reasons=True).absences[0].reason == "Malade"


def test_late_arrivals_are_in_the_year(classroom):
    classroom.call("l")
    (line,) = absences_of(classroom.pupils[0].pk, on=today()).late_arrivals
    assert (line.held_on, line.starts_at, line.minutes) == (today(), SLOTS[0].starts_at, 10)


def test_many_children_cost_no_more_queries_than_one(school, count_queries):
    def cost(children: int) -> tuple[int, int]:
        room = classroom_of(children)
        room.call("a" * children)
        pupils = [pupil.pk for pupil in room.pupils]
        cards = summaries(pupils, on=today())
        return count_queries(cards.answer), count_queries(stamp, pupils, on=today())

    assert cost(1) == cost(12) == (2, 1)


def test_no_child_costs_nothing_wrong(school):
    assert summaries([], on=today()).answer() == {}
    assert stamp([], on=today()) == stamp([], on=today())


CHANGES = {
    "a roll call": lambda room, educator: room.call("p", hour=4),
    "an absence": lambda room, educator: room.call("a", hour=4),
    "a shorter absence": lambda room, educator: room.call("p", hour=0),
    "an hour called inside the absence": lambda room, educator: room.call("a", hour=1),
    "a late arrival": lambda room, educator: room.call("l", hour=4),
    "other minutes": lambda room, educator: room.call(
        "", hour=3, lines={room.pupils[0].pk: Line("late", 25)}
    ),
    "a late arrival taken back": lambda room, educator: room.call("p", hour=3),
    "a reason": lambda room, educator: services.justify_absence(
        absence_id=Absence.objects.standing().get().pk, reason="Malade", by=educator, at=now()
    ),
    "a mistake": lambda room, educator: services.cancel_absence(
        absence_id=Absence.objects.standing().get().pk, by=educator, at=now()
    ),
    "a roll call of another day": lambda room, educator: room.call("a", held_on=today() - timedelta(days=3)),
    "a row deleted by hand": lambda room, educator: LateArrival.objects.all().delete(),
    "a row rewritten by hand": lambda room, educator: Absence.objects.update(reason="x"),
    "a justification given": lambda room, educator: JustificationFactory(student=room.pupils[0]),
    "a reason of the list renamed": lambda room, educator: ReasonFactory(label="Transport"),
    "an entry rewritten by hand": lambda room, educator: RollEntry.objects.filter(state="absent").update(
        state="present"
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_any_change_gives_another_stamp(classroom, educator, change):
    classroom.call("a", hour=0)
    classroom.call("a", hour=2)
    classroom.call("l", hour=3)
    pupil = classroom.pupils[0].pk
    before = stamp([pupil], on=today())
    change(classroom, educator)
    assert stamp([pupil], on=today()) != before


def test_nothing_new_gives_the_same_stamp(classroom):
    classroom.call("al")
    pupils = [pupil.pk for pupil in classroom.pupils]
    before = stamp(pupils, on=today())
    classroom.call("al")
    classroom_of(2).call("aa")
    assert stamp(pupils, on=today()) == before


def test_the_stamp_knows_the_day_the_children_and_the_school(classroom):
    classroom.call("aap")
    one, two, three = (pupil.pk for pupil in classroom.pupils)
    assert stamp([one], on=today()) != stamp([one], on=today() + timedelta(days=1))
    assert stamp([one], on=today()) != stamp([one, two], on=today())
    assert stamp([one, two], on=today()) == stamp([two, one], on=today())
    before = stamp([one], on=today())
    classroom.call("ppa", hour=5, lines={three: Line("absent")})
    assert stamp([one], on=today()) != before  # seen present at that hour
    with in_school(SchoolFactory().pk):
        stranger = StudentFactory()
        LateArrivalFactory(student=stranger, minutes=5)
        other = stamp([one], on=today())
    assert other != before


def test_what_became_of_an_absence_is_told(classroom, educator):
    room = classroom_of(6)
    room.call("aaaaaa", hour=1)
    ids = {pupil.pk: Absence.objects.get(student=pupil).pk for pupil in room.pupils}
    standing, justified, late, mistake, merged, longer = (ids[pupil.pk] for pupil in room.pupils)
    services.justify_absence(absence_id=justified, reason="Malade", by=educator, at=now())
    room.call("aalpaa", hour=1)
    Absence.objects.filter(pk=merged).update(cancelled_at=now())
    AbsenceFactory(student=room.pupils[4], held_on=today(), starts_at=time(7, 30), ends_at=SLOTS[1].ends_at)
    facts = facts_of([*ids.values(), 0])
    assert {pk: fact.outcome for pk, fact in facts.items()} == {
        standing: Outcome.STANDING,
        justified: Outcome.JUSTIFIED,
        late: Outcome.LATE,
        mistake: Outcome.MISTAKE,
        merged: Outcome.MERGED,
        longer: Outcome.STANDING,
    }
