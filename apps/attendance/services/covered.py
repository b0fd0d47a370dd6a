"""Absences that an accepted justification covers: justified from their birth, and only as far as it goes."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from apps.attendance.models import Absence, Justification
from apps.attendance.rules import Span
from apps.core.prepared import Ids, prepared


@prepared
def accepted_of(student_ids: Ids, on: date) -> QuerySet[Justification]:
    """The accepted justifications of these pupils that touch that day."""
    accepted = Justification.objects.accepted().of_day(on).filter(student__pk__any_of=student_ids)
    return accepted.select_related("reason").order_by("pk")


def justify_covered(found: Iterable[Absence], accepted: Iterable[Justification]) -> list[Absence]:
    """In memory: those that an accepted justification covers are justified; returns them.

    One of which vie scolaire said itself that its reason does not justify stays so.
    """
    open_ones = [row for row in found if not row.is_justified and not _is_settled(row)]
    covered = [(row, by) for row in open_ones if (by := _covering(row, accepted))]
    for absence, by in covered:
        justify(absence, by)
    return [absence for absence, _ in covered]


def _is_settled(absence: Absence) -> bool:
    return bool(absence.listed_reason_id) and not absence.whole_classes_id


def unjustify_outgrown(moved: Iterable[Absence], accepted: Iterable[Justification]) -> list[Absence]:
    """In memory: those that are longer than what justified them wait for a reason again; returns them.

    One that vie scolaire justified itself stays so.
    """
    known = {one.pk: one for one in accepted}
    outgrown = [
        row for row in moved if row.justification_id and not _covers(known.get(row.justification_id), row)
    ]
    for absence in outgrown:
        unjustify(absence)
    return outgrown


def _covering(absence: Absence, accepted: Iterable[Justification]) -> Justification | None:
    return next((one for one in accepted if _covers(one, absence)), None)


def _covers(one: Justification | None, absence: Absence) -> bool:
    if one is None or one.student_id != absence.student_id:
        return False
    return one.period.covers(absence.held_on, Span(absence.starts_at, absence.ends_at))


REASON = ["is_justified", "reason", "listed_reason", "justification"]


def justify(absence: Absence, by: Justification) -> None:
    """In memory: its `REASON` fields are to be saved."""
    absence.is_justified, absence.reason = True, by.words
    absence.listed_reason_id, absence.justification_id = by.reason_id, by.pk


def unjustify(absence: Absence) -> None:
    """In memory: its `REASON` fields are to be saved."""
    absence.is_justified, absence.reason = False, ""
    absence.listed_reason_id = absence.justification_id = None
