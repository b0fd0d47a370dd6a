"""How the portal says things in French. Plain Python."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

VOWELS = frozenset("aeiou")


def of(name: str) -> str:
    """ "d’Aya", "de Yao". An h is kept apart ("de Hamed"), as most here are said."""
    letter = unicodedata.normalize("NFKD", name[:1]).casefold()[:1]
    return f"d’{name}" if letter in VOWELS else f"de {name}"


@dataclass(frozen=True, slots=True)
class Said:
    """A pupil's state today: its shape (app.css), its word, and whether it is red."""

    letter: str
    word: str
    is_due: bool = False

    @property
    def css(self) -> str:
        return f"m {self.letter}"


def said(state: str, *, feminine: bool) -> Said:
    """ "présente", "absent", "en retard"; whoever was not called yet is neither."""
    e = "e" if feminine else ""
    match state:
        case "present":
            return Said("p", f"présent{e}")
        case "late":
            return Said("r", "en retard")
        case "absent":
            return Said("a", f"absent{e}", is_due=True)
        case _:
            return Said("w", "pas encore d’appel")


def hours(minutes: int) -> str:
    """Of a length of time: "1 h 50", "45 min"."""
    whole, rest = divmod(minutes, 60)
    if not whole:
        return f"{rest}\u202fmin"
    return f"{whole}\u202fh\u202f{rest:02d}" if rest else f"{whole}\u202fh"


def shortened(names: Sequence[str]) -> tuple[str, list[str]]:
    """What these names all begin with, and what is left: "Trimestre", ["1", "2", "3"]; or "", the names."""
    split = [name.rpartition(" ") for name in names]
    words = {word for word, _, _ in split}
    if len(words) != 1 or not all(rest.isdecimal() for _, _, rest in split):
        return "", list(names)
    return words.pop(), [rest for _, _, rest in split]
