"""What a roll says of a pupil, what becomes of what was sent late, and which rolls a day should see."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from enum import Enum
from itertools import chain
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Line:
    """What a roll call says of a pupil: `present`, `absent`, `late` with minutes, or `excused`; a note."""

    state: str = "present"
    minutes: int | None = None
    note: str = ""

    @property
    def is_expected(self) -> bool:
        """Whether nothing is to be said of it: there, or excused."""
        return self.state in ("present", "excused") and not self.note


PRESENT = Line()
EXCUSED = Line("excused")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page showed before it was touched: lines by pupil, those left out present; whether somebody had
    called by then; and who was on its list, None for whoever is. A page kept in a phone is as old as that.
    """

    lines: Mapping[int, Line] = field(default_factory=dict)
    is_taken: bool = False
    listed: frozenset[int] | None = None

    def of(self, student_id: int) -> Line:
        return self.lines.get(student_id, PRESENT)


class Fate(Enum):
    """What becomes of a line that was sent."""

    WRITTEN = "written"
    LEFT = "left"  # its sender had not touched it, or it says so already
    SET_ASIDE = "set aside"  # someone wrote otherwise since it was shown


def fate_of(sent: Line, shown: Line, now: Line, *, was_taken: bool, is_corrected: Callable[[], bool]) -> Fate:
    """Of a line that the school has by now: a later correction there stands, an untouched line says nothing.

    A page of an hour that nobody had called (`was_taken` false) yields to what somebody said of the pupil, or
    corrected since (`is_corrected`, asked only then); not to a pupil whom nobody spoke of.
    """
    if sent in (shown, now):
        return Fate.LEFT
    if was_taken:
        return Fate.WRITTEN if now == shown else Fate.SET_ASIDE
    is_said = not now.is_expected or is_corrected()
    return Fate.SET_ASIDE if is_said else Fate.WRITTEN


def usual(weeks: Iterable[Set[T]]) -> set[T]:
    """What a day of the week brings, from what the last three did, latest first: all of the last one that
    brought anything, and whatever two of them did: an hour forgotten once is still expected.
    """
    known = [week for week in weeks if week]
    often = Counter(chain.from_iterable(known))
    return {one for one, times in often.items() if times > 1 or one in known[0]}
