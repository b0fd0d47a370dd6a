"""Whom vie scolaire calls about a pupil."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from apps.people.models import Guardianship


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody to call about a pupil."""

    name: str
    relation: str
    phone: str


def calls_about(student_ids: Iterable[int], on: date) -> dict[int, list[Call]]:
    """By student id, the guardians who are told of absences that day and have a number. One query."""
    care = Guardianship.objects.current(on).filter(student__in=student_ids, is_informed=True)
    care = care.exclude(guardian__phone="").select_related("guardian")
    calls: dict[int, list[Call]] = defaultdict(list)
    for one in care.order_by("guardian__sort_key", "pk"):
        calls[one.student_id].append(Call(str(one.guardian), str(one), one.guardian.phone))
    return calls
