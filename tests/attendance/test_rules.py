"""Unbroken absences: what several roll calls say of one pupil's day."""

from datetime import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.attendance.rules import (
    Fate,
    Hour,
    Line,
    Span,
    absences_in,
    default_slots,
    fate_of,
    minutes_missed,
    reconcile,
    slot_at,
)

SLOTS = default_slots()


def hours(states: str) -> list[Hour]:
    """`"a.pa"`: absent, no roll call, present, absent, hour after hour."""
    return [Hour(slot, state == "a") for slot, state in zip(SLOTS, states, strict=False) if state != "."]


def span(first: int, last: int) -> Span:
    return Span(SLOTS[first].starts_at, SLOTS[last].ends_at)


@pytest.mark.parametrize(
    ("states", "found"),
    [
        ("", []),
        ("pppp", []),
        ("a", [span(0, 0)]),
        ("aaa", [span(0, 2)]),
        ("paap", [span(1, 2)]),
        ("a.a", [span(0, 2)]),
        ("apa", [span(0, 0), span(2, 2)]),
        ("aap.a", [span(0, 1), span(4, 4)]),
    ],
)
def test_absences_with_no_presence_between_them_are_one(states, found):
    assert absences_in(hours(states)) == found


def test_two_groups_at_the_same_hour_make_one_absence():
    long = Hour(span(0, 1), is_absent=True)
    assert absences_in([*hours("a"), long]) == [span(0, 1)]


def test_seen_elsewhere_at_the_same_hour_is_still_absent_here():
    assert absences_in([Hour(SLOTS[0], is_absent=True), Hour(SLOTS[0], is_absent=False)]) == [span(0, 0)]


day = st.lists(
    st.builds(
        Hour,
        st.builds(span, st.integers(0, 5), st.integers(5, 10)) | st.sampled_from(SLOTS),
        st.booleans(),
    ),
    max_size=8,
)


@given(day)
def test_absences_of_a_day_never_overlap_and_cover_what_was_missed(day):
    found = absences_in(day)
    assert all(one.ends_at <= other.starts_at for one, other in pairwise(found))
    for hour in day:
        assert not hour.is_absent or any(
            one.starts_at <= hour.span.starts_at and hour.span.ends_at <= one.ends_at for one in found
        )


@given(day, st.permutations(range(8)))
def test_the_order_of_roll_calls_does_not_matter(day, order):
    shuffled = [day[place] for place in order if place < len(day)]
    assert absences_in(day) == absences_in(shuffled)


@given(day, day)
def test_reconciling_twice_changes_nothing_more(before, after):
    written = dict(enumerate(absences_in(before)))
    todo = reconcile(written, after)
    kept = {pk: todo.moved.get(pk, old) for pk, old in written.items() if pk not in todo.cancelled}
    kept |= {100 + number: new for number, new in enumerate(todo.found)}
    again = reconcile(kept, after)
    assert (again.moved, again.cancelled, again.found) == ({}, [], [])


@given(day, day, st.sampled_from(SLOTS), st.integers(1, 3))
def test_what_vie_scolaire_wrote_of_whole_classes_stands_and_is_never_doubled(before, after, first, length):
    whole = Span(first.starts_at, SLOTS[min(SLOTS.index(first) + length, len(SLOTS) - 1)].ends_at)
    written = {pk: one for pk, one in enumerate(absences_in(before)) if not one.overlaps(whole)}
    todo = reconcile(written, after, [whole])
    kept = {pk: todo.moved.get(pk, old) for pk, old in written.items() if pk not in todo.cancelled}
    kept |= {100 + number: new for number, new in enumerate(todo.found)}
    assert not any(one.overlaps(whole) for one in kept.values())
    again = reconcile(kept, after, [whole])
    assert (again.moved, again.cancelled, again.found) == ({}, [], [])
    outside = [hour for hour in after if not hour.span.overlaps(whole)]
    for hour in outside:
        assert not hour.is_absent or any(one.overlaps(hour.span) for one in kept.values())


@given(day, day)
def test_where_nothing_was_written_of_whole_classes_nothing_differs(before, after):
    written = dict(enumerate(absences_in(before)))
    assert reconcile(written, after, []) == reconcile(written, after)


def test_hours_missed_before_and_after_whole_classes_are_two_absences():
    todo = reconcile({}, hours("aaa"), [span(1, 1)])
    assert todo.found == [span(0, 0), span(2, 2)]


def test_a_longer_absence_keeps_its_row():
    todo = reconcile({1: span(0, 0)}, hours("aa"))
    assert (todo.moved, todo.cancelled, todo.found) == ({1: span(0, 1)}, [], [])


def test_two_absences_that_meet_become_the_first():
    todo = reconcile({2: span(2, 2), 1: span(0, 0)}, hours("aaa"))
    assert (todo.moved, todo.cancelled, todo.found) == ({1: span(0, 2)}, [2], [])


def test_an_absence_cut_in_two_keeps_its_first_part():
    todo = reconcile({1: span(0, 2)}, hours("apa"))
    assert (todo.moved, todo.cancelled, todo.found) == ({1: span(0, 0)}, [], [span(2, 2)])


def test_an_absence_that_is_denied_is_cancelled():
    assert reconcile({1: span(0, 0)}, hours("p")).cancelled == [1]


def test_an_absence_of_hours_that_no_roll_call_saw_is_left_alone():
    assert reconcile({1: span(4, 5)}, hours("p")).cancelled == []


def test_an_absence_costs_the_roll_calls_missed_not_the_time_between_them():
    assert minutes_missed(span(0, 2), hours("a.a")) == 110


def test_without_roll_calls_an_absence_costs_its_length():
    assert minutes_missed(span(0, 1), []) == 110


@pytest.mark.parametrize(
    ("moment", "slot"),
    [(time(6, 0), 0), (time(7, 30), 0), (time(8, 24), 0), (time(8, 25), 1), (time(23, 0), 10)],
)
def test_the_hour_offered_is_the_one_under_way(moment, slot):
    assert slot_at(moment) == SLOTS[slot]


def test_the_day_is_cut_in_hours_of_55_minutes_from_half_past_seven():
    assert SLOTS[0] == Span(time(7, 30), time(8, 25))
    assert SLOTS[-1] == Span(time(16, 40), time(17, 35))
    assert {slot.minutes for slot in SLOTS} == {55}


P, A, L, X = Line(), Line("absent"), Line("late", 10), Line("excused")


@pytest.mark.parametrize(
    ("sent", "shown", "now", "was_taken", "corrected", "fate"),
    [
        (P, P, A, True, False, Fate.LEFT),  # untouched: it says nothing
        (A, P, A, True, False, Fate.LEFT),  # already so
        (A, P, P, True, False, Fate.WRITTEN),
        (A, P, L, True, False, Fate.SET_ASIDE),
        (P, A, L, True, False, Fate.SET_ASIDE),
        (A, P, P, False, False, Fate.WRITTEN),  # nobody spoke of the pupil
        (A, P, P, False, True, Fate.SET_ASIDE),  # somebody took an absence back
        (A, P, L, False, False, Fate.SET_ASIDE),
        (P, X, X, False, False, Fate.WRITTEN),  # excused, and there after all
        (A, P, Line("present", None, "parti"), False, False, Fate.SET_ASIDE),
    ],
)
def test_what_becomes_of_a_line_that_was_sent(sent, shown, now, was_taken, corrected, fate):
    assert fate_of(sent, shown, now, was_taken=was_taken, is_corrected=lambda: corrected) is fate


def test_whether_a_line_was_corrected_is_asked_only_where_it_decides():
    def asked():
        raise AssertionError

    fate_of(A, P, P, was_taken=True, is_corrected=asked)
    fate_of(A, P, L, was_taken=False, is_corrected=asked)
    fate_of(P, P, L, was_taken=False, is_corrected=asked)
