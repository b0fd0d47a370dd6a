"""What the papers beside the bulletin say, as they are printed: French texts."""

from dataclasses import dataclass

from .facts import Heading, Pupil


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


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedMark:
    """A mark: "12,5" out of "20", or a code; of what, and when."""

    value: str
    out_of: str
    coefficient: str
    title: str
    held: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedSubject:
    """A subject, or the part of the one above it; "" for what is not known yet."""

    name: str
    is_part: bool
    coefficient: str
    average: str
    class_mean: str
    marks: tuple[StatedMark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkStatement:
    """A relevé de notes: a pupil's marks of a term so far. `results`, `of_class`: what, and how much."""

    heading: Heading
    title: str
    about: str
    pupil: Pupil
    subjects: tuple[StatedSubject, ...]
    out_of: str
    results: tuple[tuple[str, str], ...]
    of_class: tuple[tuple[str, str], ...]
    signatures: tuple[str, ...]
    made: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """A certificate or an attestation: its paragraphs before and after who it is about, who signs as what.

    `signature`, `stamp`: digests of images.
    """

    heading: Heading
    title: str
    year: str
    before: tuple[str, ...]
    pupil: Pupil
    after: tuple[str, ...]
    role: str
    made: str
    signature: str = ""
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class CertificateSheet:
    """The page to print: what it says, its number, and the address in its code."""

    facts: CertificateFacts
    number: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassStatistics:
    """A class's term in figures, as rows of printed cells: of girls, boys and all; by range; by subject.

    `shares`: of each range among those who are placed, in a hundred, to be drawn.
    """

    heading: Heading
    title: str
    about: str
    out_of: str
    half: str
    groups: tuple[tuple[str, ...], ...]
    bands: tuple[tuple[str, ...], ...]
    shares: tuple[int, ...]
    subjects: tuple[tuple[str, ...], ...]
    made: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Honoured:
    """A pupil of the honour roll."""

    rank: str
    name: str
    average: str
    distinction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HonourRoll:
    """A class's tableau d’honneur, best first. `signature`, `stamp`: digests of images."""

    heading: Heading
    title: str
    about: str
    pupils: tuple[Honoured, ...]
    role: str
    made: str
    signature: str = ""
    stamp: str = ""
