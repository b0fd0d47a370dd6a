"""A roll as browsers write it: `[taken, {"12": "a", "33": ["l10", "a note"]}]`.

`taken` is 1 when somebody had called; then each line by pupil: p, a, l and its minutes, or x for excused.
"""

import json
from collections.abc import Mapping
from typing import Any

from apps.attendance.models import RollEntry
from apps.attendance.rules import PRESENT, Line, Seen

State = RollEntry.State
LETTERS = {State.PRESENT: "p", State.ABSENT: "a", State.LATE: "l", State.EXCUSED: "x"}
STATES = {letter: state for state, letter in LETTERS.items()}
IS_OLD = "Cet appel a plus de deux semaines\u202f: la vie scolaire le corrige."
LONGEST_NOTE = RollEntry._meta.get_field("note").max_length


def write_roll(lines: Mapping[int, Line], *, is_taken: bool) -> str:
    """As `read_roll` reads it."""
    return json.dumps([int(is_taken), {pk: _code(line) for pk, line in lines.items()}], separators=(",", ":"))


def _code(line: Line) -> str | list[str]:
    code = f"{LETTERS[State(line.state)]}{line.minutes or ''}"
    return [code, line.note] if line.note else code


def read_roll(text: str) -> Seen:
    """Raises ValueError for what no browser of ours writes."""
    try:
        is_taken, lines = json.loads(text)
        return Seen({int(pk): _line(code) for pk, code in lines.items()}, bool(is_taken))
    except (AttributeError, KeyError, TypeError, RecursionError) as wrong:
        raise ValueError(text) from wrong


def _line(code: Any) -> Line:
    code, note = (code, "") if isinstance(code, str) else code
    letter, minutes = code[:1], code[1:]
    if not isinstance(note, str) or len(note) > LONGEST_NOTE or (letter == "l") != bool(minutes):
        raise ValueError(code)
    return Line(STATES[letter], _minutes(minutes) if minutes else None, tidy(note))


def tidy(note: str) -> str:
    """On one line, without what no database keeps."""
    return " ".join(note.replace("\0", " ").split())


def _minutes(digits: str) -> int:
    if not digits.isascii() or not digits.isdecimal() or not 0 < int(digits) < 1_000:
        raise ValueError(digits)
    return int(digits)


def without_the_present(lines: Mapping[int, Line]) -> dict[int, Line]:
    """What a form needs to say of what it showed."""
    return {pk: line for pk, line in lines.items() if line != PRESENT}
