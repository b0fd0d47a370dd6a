"""What the papers beside the bulletin say, as they are printed: French texts."""

from dataclasses import dataclass

from .facts import Heading


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPupil:
    """A line of a class list; "" where the school does not know."""

    name: str
    national_id: str
    sex: str
    born: str
    repeats: str
    boarding: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassList:
    """A class's pupils in register order; with `blanks` empty columns instead of what is known of them."""

    heading: Heading
    title: str
    about: str
    pupils: tuple[ListedPupil, ...]
    blanks: int
    made: str
