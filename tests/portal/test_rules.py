import pytest

from apps.portal.rules import hours, of, said, shortened


@pytest.mark.parametrize(
    ("name", "told"),
    [("Aya", "d’Aya"), ("Yao", "de Yao"), ("Élise", "d’Élise"), ("Hamed", "de Hamed"), ("", "de ")],
)
def test_a_name_is_elided(name, told):
    assert of(name) == told


@pytest.mark.parametrize(
    ("state", "her", "his"),
    [
        ("present", "présente", "présent"),
        ("absent", "absente", "absent"),
        ("late", "en retard", "en retard"),
        ("not_called", "pas encore d’appel", "pas encore d’appel"),
    ],
)
def test_a_state_agrees(state, her, his):
    assert (said(state, feminine=True).word, said(state, feminine=False).word) == (her, his)
    assert said(state, feminine=True).is_due == (state == "absent")


@pytest.mark.parametrize(
    ("minutes", "told"),
    [(0, "0\u202fmin"), (45, "45\u202fmin"), (60, "1\u202fh"), (110, "1\u202fh\u202f50")],
)
def test_a_length_of_time_is_said_in_hours(minutes, told):
    assert hours(minutes) == told


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["Trimestre 1", "Trimestre 2"], ("Trimestre", ["1", "2"])),
        (["Trimestre 1", "Composition 2"], ("", ["Trimestre 1", "Composition 2"])),
        (["Premier", "Second"], ("", ["Premier", "Second"])),
        ([], ("", [])),
    ],
)
def test_terms_say_their_word_once(names, told):
    assert shortened(names) == told
