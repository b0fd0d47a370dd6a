"""The code of a paper: read with the school's key, refused when one letter of it is another's."""

import random
import string
from dataclasses import replace

import pytest

from apps.reports.rules import NotASeal, Seal, new_key, public_part, read_seal, seal, sealed_part
from tests.factories.reports import facts, saying

KEY = new_key()
SAID = Seal(
    "sainte-anne", "2026-000123", 1, "KOUAMÉ Aya", "3e 2", "1er trimestre 2026-2027", "13,91", "7e / 48"
)
CODE = seal(SAID, KEY)
FORGER = new_key()
SIGNATURE = 84  # letters of a code that hold nothing else
LETTERS = string.ascii_letters + string.digits + "-_"


def test_what_was_sealed_is_read_with_the_public_key():
    assert read_seal(CODE, public_part(KEY)) == SAID
    assert sealed_part(CODE) == SAID


def test_the_longest_names_still_make_a_code_that_a_telephone_reads():
    one = facts(name="N’GUESSAN-KOUADIO Marie-Emmanuelle Affoué Jésusine")
    assert len(seal(saying(one, "2026-000123"), KEY)) <= 330


def forged(rng: random.Random) -> str:
    """A good code with a letter changed, cut, or added; its facts changed; or signed by somebody else."""
    code = CODE
    at = rng.randrange(len(code))
    match rng.randrange(5):
        case 0:
            return code[:at] + rng.choice(LETTERS.replace(code[at], "")) + code[at + 1 :]
        case 1:
            return code[:at] + code[at + 1 :]
        case 2:
            return code[:at] + rng.choice(LETTERS) + code[at:]
        case 3:
            return code[:SIGNATURE] + seal(better(rng), FORGER)[SIGNATURE:]
    return seal(SAID, FORGER)


def better(rng: random.Random) -> Seal:
    return replace(SAID, average=f"{rng.randint(14, 20)},00", rank="1er")


def refused(times: int) -> int:
    rng, count = random.Random(5), 0
    for _ in range(times):
        code = forged(rng)
        if code != CODE:
            with pytest.raises(NotASeal):
                read_seal(code, public_part(KEY))
            count += 1
    print(f"{count} forged or altered codes, {count} refused")  # noqa: T201
    return count


def test_forged_and_altered_codes_are_refused():
    assert refused(400) > 390


@pytest.mark.long
def test_ten_thousand_forged_and_altered_codes_are_refused():
    assert refused(10_300) >= 10_000


@pytest.mark.parametrize("code", ["", "A", "é", "A" * 5000, "?" * 90, "A" * 120])
def test_what_is_no_code_is_refused(code):
    with pytest.raises(NotASeal):
        read_seal(code, public_part(KEY))
    with pytest.raises(NotASeal):
        sealed_part(code)
