"""Numbers and texts, against worked examples."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.gateways.api import NotAPhone, cost_of, fold, is_mobile, read_phone, show_phone
from apps.gateways.rules import Verdict, verdict_of

ORACLES = json.loads((Path(__file__).parent / "data" / "oracles.json").read_text())


@pytest.mark.parametrize("example", ORACLES["phones"], ids=lambda example: example["in"])
def test_a_number_is_read_as_the_example_says(example):
    if example["out"] is None:
        with pytest.raises(NotAPhone):
            read_phone(example["in"])
    else:
        assert read_phone(example["in"]) == example["out"]


@pytest.mark.parametrize("example", ORACLES["sms"], ids=lambda example: example["text"][:40])
def test_a_text_costs_what_the_example_says(example):
    cost = cost_of(example["text"])
    found = (cost.encoding, cost.units, cost.segments, cost.offending)
    assert found == tuple(example[key] for key in ("encoding", "units", "segments", "offending"))


@pytest.mark.parametrize(
    ("text", "segments"),
    [("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1), ("€" * 81, 2),
     ("ô" * 70, 1), ("ô" * 71, 2), ("ô" * 134, 2), ("ô" * 135, 3), ("", 1)],
)  # fmt: skip
def test_segments_are_cut_where_networks_cut_them(text, segments):
    assert cost_of(text).segments == segments


def test_an_emoji_counts_for_two_units():
    assert cost_of("🙂").units == 2


@given(st.text(max_size=200))
def test_a_folded_text_is_always_in_the_cheap_alphabet(text):
    assert cost_of(fold(text)).encoding == "GSM7"


@given(st.text(alphabet="abc éèàù'.,0123456789", max_size=100))
def test_folding_leaves_alone_what_is_cheap_already(text):
    assert fold(text) == text


def test_folding_spells_out_rather_than_loses():
    assert (
        fold("N’DRI Cécile Œuvrard – ça coûte 3\u202f€ l’été") == "N'DRI Cécile OEuvrard - ca coute 3 € l'été"
    )


@pytest.mark.parametrize("phone", ["+2250707123456", "+2250102030405", "+2250504030201"])
def test_mobiles_receive_sms(phone):
    assert is_mobile(phone)


@pytest.mark.parametrize("phone", ["+2252722405060", "+33612345678", "+22507123456", "0707123456", ""])
def test_nothing_else_does(phone):
    assert not is_mobile(phone)


def test_a_number_is_shown_in_pairs():
    assert show_phone("+2250707123456") == "07 07 12 34 56"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("27 22 44 10 36", "27 22 44 10 36"),
        ("2722441036", "27 22 44 10 36"),
        ("poste 12", "poste 12"),
        ("", ""),
    ],
)
def test_a_school_s_number_is_shown_whatever_was_typed(typed, shown):
    assert show_phone(typed) == shown


@pytest.mark.parametrize(
    ("status", "verdict"),
    [(200, Verdict.TAKEN), (202, Verdict.TAKEN), (409, Verdict.TAKEN), (301, Verdict.NOT_TAKEN),
     (400, Verdict.REFUSED), (422, Verdict.REFUSED), (401, Verdict.NOT_TAKEN), (429, Verdict.NOT_TAKEN),
     (503, Verdict.NOT_TAKEN), (500, Verdict.UNKNOWN), (502, Verdict.UNKNOWN), (504, Verdict.UNKNOWN)],
)  # fmt: skip
def test_a_status_says_whether_the_message_may_have_left(status, verdict):
    assert verdict_of(status) is verdict
