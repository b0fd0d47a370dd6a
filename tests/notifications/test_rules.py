"""States that only move forward, staleness, and what an SMS says."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.gateways.api import cost_of, fold
from apps.notifications.models import Delivery
from apps.notifications.rules import (
    FORWARD,
    Told,
    absence_texts,
    advance,
    correction_texts,
    is_of_the_past,
    is_stale,
    mask,
    wait_after,
    without_persons,
)

RANK = {"created": 0, "sending": 1, "accepted": 2}
FINAL = {"delivered", "undelivered", "expired", "refused", "cancelled"}
AYA = Told(
    school="Collège Sainte-Anne de Cocody",
    school_phone="27 22 40 10 36",
    first_names="Aya Grâce",
    class_name="6e 2",
    is_girl=True,
    held_on=date(2026, 11, 24),
    starts_at=time(7, 30),
    ends_at=time(9, 20),
)
MORNING = datetime(2026, 11, 24, 7, 40, tzinfo=UTC)
words = st.lists(st.sampled_from(Delivery.State.values), max_size=12)


def test_the_table_knows_every_state():
    assert FORWARD.keys() | FINAL == set(Delivery.State.values)
    assert {state for heard in FORWARD.values() for state in heard} <= set(Delivery.State.values)


@given(words)
def test_states_only_move_forward_and_final_ones_are_never_left(heard):
    path = ["created"]
    for one in heard:
        path.append(advance(path[-1], one))
    for before, after in pairwise(path):
        assert after == before or RANK.get(after, 3) > RANK.get(before, 3)
        assert before not in FINAL or after == before


@given(st.lists(st.sampled_from(["sending", "accepted", "delivered"])), st.randoms())
def test_receipts_in_any_order_and_doubled_end_where_the_set_says(heard, shuffle):
    shuffled = [*heard, *heard]
    shuffle.shuffle(shuffled)
    once = reduce(advance, heard, "sending")
    assert reduce(advance, shuffled, "sending") == once
    assert once == ("delivered" if "delivered" in heard else "accepted" if "accepted" in heard else "sending")


def test_four_hours_late_is_stale():
    assert not is_stale(MORNING, MORNING + timedelta(hours=3, minutes=59))
    assert is_stale(MORNING, MORNING + timedelta(hours=4))


@pytest.mark.parametrize(
    ("recorded_at", "held_on", "now", "past"),
    [
        (MORNING, date(2026, 11, 24), MORNING, False),
        (MORNING, date(2026, 11, 23), MORNING, True),
        (MORNING, date(2026, 11, 24), MORNING + timedelta(hours=23), False),
        (MORNING, date(2026, 11, 24), MORNING + timedelta(hours=25), True),
    ],
)
def test_the_past_alarms_nobody(recorded_at, held_on, now, past):
    assert is_of_the_past(recorded_at, held_on, now) is past


def test_tries_are_further_and_further_apart():
    waits = [wait_after(attempts) for attempts in range(9)]
    assert waits == sorted(waits)
    assert waits[1] == timedelta(seconds=5)
    assert waits[-1] == timedelta(minutes=15)


def test_an_alert_says_who_where_when_and_whom_to_call():
    assert absence_texts(AYA)[0] == (
        "Collège Sainte-Anne de Cocody: Aya Grâce (6e 2) est absente ce 24/11 de 7h30 à 9h20."
        " Contact: 27 22 40 10 36"
    )


def test_a_boy_is_absent():
    yao = replace(AYA, first_names="Yao", is_girl=False, class_name="", school_phone="", ends_at=time(10))
    assert absence_texts(yao)[0] == "Collège Sainte-Anne de Cocody: Yao est absent ce 24/11 de 7h30 à 10h."


def test_a_correction_says_that_the_pupil_was_there_or_only_late():
    there, late = correction_texts(AYA, is_late=False)[1], correction_texts(AYA, is_late=True)[1]
    assert "rectificatif. Aya (6e 2) était bien présente ce 24/11 de 7h30 à 9h20" in there
    assert "rectificatif. Aya (6e 2) est arrivée en retard ce 24/11" in late


def test_a_correction_of_who_was_not_expected_never_says_that_she_was_there():
    text = correction_texts(AYA, is_late=False, is_excused=True)[1]
    assert (
        "Aya (6e 2) n'était pas attendue en cours ce 24/11 de 7h30 à 9h20: ce n'est pas une absence" in text
    )


def excused(told):
    return correction_texts(told, is_late=False, is_excused=True)


names = st.text(min_size=1, max_size=120)


@settings(deadline=None)  # a busy machine is no fault
@given(st.builds(replace, st.just(AYA), first_names=names, school=names, class_name=st.text(max_size=30)))
def test_the_shortest_wording_is_one_cheap_sms_whatever_the_names(told):
    for wordings in (absence_texts(told), correction_texts(told, is_late=False), excused(told)):
        assert cost_of(fold(wordings[-1])).segments == 1
        assert "\n" not in wordings[0]


def test_a_number_is_masked():
    assert mask("07 07 12 34 56") == "07 07 •• •• 56"
    assert mask("") == mask("07 07") == "••"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("SMTP 550 5.1.1 <mere@example.ci>: unknown", "SMTP 550 5.1.1 <…>: unknown"),
        ("no such box: mère.koné@école.ci.", "no such box: …"),
        ("tel:+2250707123456 is not reachable", "tel:… is not reachable"),
        ("07 07 12 34 56 hors service", "… hors service"),
        ("0707-12-34-56", "…"),
        ("HTTP 400 SVC0004 No valid addresses", "HTTP 400 SVC0004 No valid addresses"),
        ("SMTP 550 5.7.708 Service unavailable", "SMTP 550 5.7.708 Service unavailable"),
        ("HTTP 1234567", "HTTP 1234567"),
        ("cut in the middle of mere@exam", "cut in the middle of …"),
    ],
)
def test_an_operator_s_reason_is_kept_without_whom_it_names(said, kept):
    assert without_persons(said) == kept
