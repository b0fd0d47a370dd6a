"""What a report card says, as it is printed: French texts, so that it reads the same whatever becomes of us.

Everything travels as JSON: `asdict` writes it, `read_facts` reads it. A field added later has a default.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The letterhead: on the left who is over the school, then the school; on the right the Republic.

    `logo`: the digest of an image, or none.
    """

    authorities: tuple[str, ...]
    school: str
    details: tuple[str, ...]
    country: str
    republic: tuple[str, ...]
    logo: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pupil:
    """Who it is about."""

    name: str
    national_id: str
    class_name: str
    class_size: str
    sex: str
    born: str
    nationality: str
    repeats: str
    boarding: str
    state_assigned: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardLine:
    """A subject, or a sub-discipline in `parts`: "13,83", "3", "41,49", "2e ex"; empty without an average."""

    subject: str
    average: str
    coefficient: str
    points: str
    rank: str
    remark: str = ""
    teacher: str = ""
    annual_average: str = ""
    annual_rank: str = ""
    parts: "tuple[CardLine, ...]" = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A bilan and its subjects."""

    name: str
    average: str
    coefficients: str
    points: str
    rank: str
    lines: tuple[CardLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastTerm:
    """A term before this one."""

    name: str
    average: str
    rank: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Annual:
    """What the last term adds."""

    average: str
    rank: str
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCardFacts:
    """A bulletin: every field of the paper but its number, version and code.

    `distinctions`, `sanctions`: each box and whether it is ticked. `figures`: the class's highest, lowest and
    mean. `signatures`: who signs as what; at the place `signed` among them stand the images of these digests.
    """

    heading: Heading
    title: str
    year: str
    term: str
    pupil: Pupil
    groups: tuple[Group, ...]
    coefficients: str
    points: str
    average: str
    rank: str
    past_terms: tuple[PastTerm, ...] = ()
    annual: Annual | None = None
    justified: str
    unjustified: str
    late: str
    highest: str
    lowest: str
    mean: str
    distinctions: tuple[tuple[str, bool], ...]
    sanctions: tuple[tuple[str, bool], ...]
    remark: str
    signatures: tuple[tuple[str, str], ...]
    made: str
    mention: str
    signed: int = 1
    signature: str = ""
    stamp: str = ""

    def says_what(self, other: "ReportCardFacts") -> bool:
        """Whether it is the same bulletin: on another day, under another signature, it is."""
        same = replace(self, made=other.made, signature=other.signature, stamp=other.stamp)
        return same == other


def read_facts(said: Mapping[str, Any]) -> ReportCardFacts:
    """Those that were written down."""
    return ReportCardFacts(
        **said
        | {
            "heading": Heading(**_tuples(said["heading"])),
            "pupil": Pupil(**said["pupil"]),
            "groups": tuple(
                Group(**group | {"lines": tuple(map(_line, group["lines"]))}) for group in said["groups"]
            ),
            "past_terms": tuple(PastTerm(**past) for past in said["past_terms"]),
            "annual": said["annual"] and Annual(**said["annual"]),
            **{name: _pairs(said[name]) for name in ("distinctions", "sanctions", "signatures")},
        }
    )


def _line(said: Mapping[str, Any]) -> CardLine:
    return CardLine(**said | {"parts": tuple(map(_line, said["parts"]))})


def _tuples(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}


def _pairs(said: list) -> tuple:
    return tuple(tuple(pair) for pair in said)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page to print: what it says, its number, and the address in its code."""

    facts: ReportCardFacts
    number: str
    address: str
