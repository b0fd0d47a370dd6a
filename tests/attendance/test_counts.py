"""What absences come to, against a count made minute by minute."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.attendance.rules import (
    Away,
    AwayCount,
    Count,
    Letter,
    Missed,
    Span,
    Tally,
    aways,
    default_slots,
    hours_in,
    is_past,
    lessons_missed,
    letters,
    month_of,
    tally,
    times_past,
    week_of,
    weeks_in,
)

SLOTS = default_slots()
MONDAY = date(2026, 11, 23)


def span(first: int, last: int) -> Span:
    return Span(SLOTS[first].starts_at, SLOTS[last].ends_at)


def missed(first: int, last: int, *, justified: bool = False, day: date = MONDAY, rolls=()) -> Missed:
    return Missed(day, justified, lessons_missed(span(first, last), rolls))


# An oracle that knows nothing of spans: a day is 1 440 minutes, each missed or not, with a reason or not.


def minutes_of(one: Span) -> set[int]:
    first, last = (moment.hour * 60 + moment.minute for moment in (one.starts_at, one.ends_at))
    return set(range(first, last))


def oracle(absences: list[tuple[date, bool, Span, list[Span]]]) -> Tally:
    """Of absences that never overlap, each with the roll calls that found it, all within it."""
    minutes = {True: 0, False: 0}
    halves: dict[tuple[date, int], set[bool]] = {}
    for day, is_justified, absence, rolls in absences:
        gone = set().union(*(minutes_of(roll) for roll in rolls)) if rolls else minutes_of(absence)
        minutes[is_justified] += len(gone)
        for minute in gone:
            if minute - 1 not in gone or not rolls:  # where a lesson begins
                halves.setdefault((day, minute // 780), set()).add(is_justified)
    unjustified = {half for half, found in halves.items() if False in found}
    justified = halves.keys() - unjustified
    bad_days, days = {day for day, _ in unjustified}, {day for day, _ in halves}
    return Tally(
        Count(0, minutes[False], len(unjustified), len(bad_days)),
        Count(0, minutes[True], len(justified), len(days - bad_days)),
    )


def without_hours(one: Tally) -> Tally:
    counts = (Count(0, part.minutes, part.half_days, part.days) for part in (one.unjustified, one.justified))
    return Tally(*counts, one.late, one.late_minutes)


@st.composite
def school_days(draw) -> list[tuple[date, bool, Span, list[Span]]]:
    """Some days of absences cut at the bells; roll calls in each, with gaps between them, or none."""
    found = []
    for number in range(draw(st.integers(1, 4))):
        bells = sorted(draw(st.sets(st.integers(0, 10), min_size=0, max_size=6)))
        for first, last in zip(bells[::2], bells[1::2], strict=False):
            inside = draw(st.sets(st.integers(first, last)))
            rolls = [SLOTS[place] for place in inside if place - 1 not in inside]
            found.append((MONDAY + timedelta(days=number), draw(st.booleans()), span(first, last), rolls))
    return found


@given(school_days())
def test_the_count_is_that_of_the_minutes_of_each_day(absences):
    counted = tally(
        Missed(day, justified, lessons_missed(one, rolls)) for day, justified, one, rolls in absences
    )
    assert without_hours(counted) == oracle(absences)


@given(school_days())
def test_justified_and_not_add_up_to_what_was_missed(absences):
    rows = [Missed(day, justified, lessons_missed(one, rolls)) for day, justified, one, rolls in absences]
    blind = [Missed(row.held_on, False, row.lessons) for row in rows]
    assert tally(rows).missed == tally(blind).unjustified


@given(school_days(), st.lists(st.integers(1, 54)))
def test_the_letters_of_a_cell_say_the_hours_of_the_tally(absences, late):
    rows = [Missed(day, justified, lessons_missed(one, rolls)) for day, justified, one, rolls in absences]
    counted, written = tally(rows, late), letters(rows, late)
    assert written.get(Letter.UNJUSTIFIED, 0) == counted.unjustified.hours
    assert written.get(Letter.JUSTIFIED, 0) == counted.justified.hours
    assert (written.get(Letter.LATE, 0), sum(late)) == (counted.late, counted.late_minutes)
    assert 0 not in written.values()


@given(st.integers(0, 10), st.integers(0, 10), st.sets(st.integers(0, 10)))
def test_roll_calls_missed_one_after_the_other_are_an_hour_each(one, other, called):
    first, last = sorted((one, other))
    rolls = [SLOTS[place] for place in called]
    inside = [place for place in called if first <= place <= last]
    assert missed(first, last, rolls=rolls).hours == (len(inside) or last - first + 1)


@given(st.integers(0, 1000), st.integers(1, 50), st.integers(0, 1000))
def test_a_threshold_comes_back_when_one_more_multiple_of_it_is_crossed(count, at_least, dealt_with):
    reached = {number for number in range(1, count + 1) if number % at_least == 0}
    known = {number for number in range(1, dealt_with + 1) if number % at_least == 0}
    assert is_past(count, at_least, dealt_with) == bool(reached - known)
    assert times_past(count, at_least) == len(reached)


@pytest.mark.parametrize(
    ("minutes", "hours"), [(5, 1), (54, 1), (55, 1), (60, 1), (82, 1), (83, 2), (110, 2)]
)
def test_minutes_as_hours_of_class(minutes, hours):
    assert hours_in(minutes) == hours


def test_a_class_and_a_group_called_at_the_same_hour_are_one_lesson_missed():
    lesson, double = SLOTS[0], span(0, 1)
    assert lessons_missed(double, [lesson, double]) == (double,)
    assert missed(0, 1, rolls=[lesson, double]).hours == 2


def test_a_whole_day_without_a_roll_is_cut_into_lessons():
    whole = missed(0, 10)
    assert (whole.hours, len(whole.half_days)) == (11, 2)
    assert whole.lessons[0].starts_at == time(7, 30)
    assert whole.lessons[-1].ends_at == time(17, 35)


def test_a_half_day_with_one_hour_unjustified_is_unjustified():
    counted = tally([missed(0, 0, justified=True), missed(2, 2), missed(8, 9, justified=True)])
    assert (counted.unjustified.half_days, counted.justified.half_days) == (1, 1)
    assert (counted.unjustified.days, counted.justified.days) == (1, 0)
    assert (counted.unjustified.hours, counted.justified.hours) == (1, 3)


def test_tallies_of_pupils_add_up():
    one, other = tally([missed(0, 0)], [10]), tally([missed(0, 1, justified=True)], [5, 5])
    assert (one + other).missed.hours == 3
    assert ((one + other).late, (one + other).late_minutes) == (3, 20)


def test_days_away_are_counted_within_the_days_asked_sundays_aside():
    saturday = date(2026, 11, 28)
    excluded = Away("excluded", saturday, date(2026, 12, 2), is_whole_days=True)
    ill = Away("infirmary", MONDAY, MONDAY, is_whole_days=False)
    long_ago = Away("infirmary", date(2026, 9, 8), date(2026, 9, 8), is_whole_days=True)
    assert aways([excluded, ill, long_ago], MONDAY, date(2026, 11, 30)) == {
        "excluded": AwayCount(1, 2),
        "infirmary": AwayCount(1, 0),
    }


def test_weeks_and_months():
    assert week_of(date(2026, 11, 25)) == (MONDAY, date(2026, 11, 29))
    assert month_of(date(2026, 12, 31)) == (date(2026, 12, 1), date(2026, 12, 31))
    assert month_of(date(2028, 2, 5))[1] == date(2028, 2, 29)
    assert weeks_in(date(2026, 11, 25), date(2026, 12, 1)) == [
        (date(2026, 11, 25), date(2026, 11, 29)),
        (date(2026, 11, 30), date(2026, 12, 1)),
    ]
