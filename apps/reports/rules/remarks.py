"""How a remark is read, and what a bulletin can print. Plain Python."""

import re
import unicodedata

AT_MOST_OF_A_SUBJECT = 90  # characters: two lines of the bulletin's column
AT_MOST = 300  # of the general one

_SPACES = re.compile(r"[ \t\r\n\f\v]+")
_PUNCTUATION = frozenset(" \u00a0\u202f!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~°«»–—‘’“”…·×÷½¼¾€²³")


def tidy(text: str) -> str:
    """One line, without spaces at its ends or doubled, its accents composed: what is kept and counted.

    No-break spaces stay: French has them.
    """
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


def unprintable(text: str) -> str:
    """The first character that the bulletin's font has not (an emoji, another script); "" where none is."""
    return next((char for char in text if not _prints(char)), "")


def for_print(text: str) -> str:
    """The same, with a question mark where the font has nothing: a page that says all the rest."""
    return text.translate(_PRINTED)


class _Printed(dict):
    """By code, what is printed of it; asked once for each."""

    def __missing__(self, code: int) -> int:
        char = chr(code)
        self[code] = code if _prints(char) else ord(" " if char.isspace() else "?")
        return self[code]


_PRINTED = _Printed()


def _prints(char: str) -> bool:
    if char in _PUNCTUATION or char in "0123456789":
        return True
    return unicodedata.category(char)[0] == "L" and unicodedata.name(char, "").startswith("LATIN")
