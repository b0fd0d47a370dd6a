"""Names, places and phone numbers that people of Côte d'Ivoire could bear; all invented."""

import tomllib
from pathlib import Path
from random import Random

_WORDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
FAMILIES, GIRLS, BOYS = (_WORDS[kind].split() for kind in ("families", "girls", "boys"))
BIRTHPLACES, NATIONALITIES = (_WORDS[kind].split() for kind in ("birthplaces", "nationalities"))


class Phones:
    """Numbers of a block that no carrier gives out: 07 00 00 xx xx for one school, 07 00 01 for another."""

    def __init__(self, block: int) -> None:
        self._block, self._last = block, 0

    def mobile(self, rng: Random) -> str:
        """A new one, in E.164."""
        self._last += 1
        return f"+225{rng.choice(('07', '07', '05', '01'))}00{self._block:02d}{self._last:04d}"

    def landline(self) -> str:
        self._last += 1
        return f"+2252700{self._block:02d}{self._last:04d}"


def given_names(rng: Random, sex: str) -> str:
    """One or two prénoms."""
    first, *more = rng.sample(GIRLS if sex == "F" else BOYS, 2)
    return " ".join([first, *more]) if rng.random() < 0.45 else first
