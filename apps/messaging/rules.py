"""Who writes to whom about a pupil: her family to the school's side, the school's side to her family."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Side(Enum):
    FAMILY = "family"
    SCHOOL = "school"


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Someone who may write about a pupil today, on one of the two sides."""

    member_id: int
    name: str
    title: str  # what she teaches, her office, or her link to the pupil
    side: Side

    def __str__(self) -> str:
        return f"{self.name}, {self.title}"


def others_side(circle: Iterable[Correspondent], member_id: int) -> list[Correspondent]:
    """Those of the circle whom this member may write to; a teacher who is also a parent has both sides."""
    circle = list(circle)
    hers = {person.side for person in circle if person.member_id == member_id}
    return [
        person
        for person in circle
        if person.member_id != member_id and any(side is not person.side for side in hers)
    ]


def is_broadcast(recipients: Iterable[Correspondent]) -> bool:
    """One at a time, except the guardians of a pupil, who may be written to together."""
    recipients = list(recipients)
    several = len({person.member_id for person in recipients}) > 1
    return several and any(person.side is Side.SCHOOL for person in recipients)
