"""What vie scolaire decides of an absence."""

from datetime import datetime

from django.db import transaction

from apps.accounts.models import Member
from apps.attendance.models import Absence, AbsenceReason, RollEntry
from apps.core.events import publish
from apps.people.models import Student

from .facts import amended, recorded
from .rolls import correct_rolls


class AbsenceIsCancelled(Exception):
    """The absence was found to be a mistake meanwhile."""


@transaction.atomic
def justify_absence(
    *, absence_id: int, by: Member, at: datetime, reason: str = "", listed: AbsenceReason | None = None
) -> None:
    """Vie scolaire writes a reason, in words or one of the list: only one that justifies makes it justified.

    Raises AbsenceIsCancelled.
    """
    words = "\u202f: ".join(filter(None, [listed.label if listed else "", reason]))
    is_justified = listed is None or listed.justifies
    _amend(absence_id, by, at, is_justified=is_justified, reason=words, listed_reason=listed)


@transaction.atomic
def withdraw_justification(*, absence_id: int, by: Member, at: datetime) -> None:
    """Vie scolaire takes it back: a family that was not told for it, is. Raises AbsenceIsCancelled."""
    _amend(absence_id, by, at, is_justified=False, reason="", listed_reason=None)


def _amend(absence_id: int, by: Member, at: datetime, **values: bool | str | AbsenceReason | None) -> None:
    absence = _standing(absence_id)
    if all(getattr(absence, name) == value for name, value in values.items()):
        return
    was_justified = absence.is_justified
    for name, value in values.items():
        setattr(absence, name, value)
    absence.justification = None  # vie scolaire's own word takes its place
    absence.save(update_fields=[*values, "justification"])
    publish(amended(absence, by))
    if was_justified and not absence.is_justified:
        publish(recorded(absence, by, at))


@transaction.atomic
def cancel_absence(*, absence_id: int, by: Member, at: datetime) -> None:
    """A mistake: the pupil was there, and the roll calls now say so. Raises AbsenceIsCancelled."""
    absence = _standing(absence_id)
    student_id = absence.student_id
    entries = RollEntry.objects.filter(
        student=student_id,
        state=RollEntry.State.ABSENT,
        roll_call__held_on=absence.held_on,
        roll_call__starts_at__lt=absence.ends_at,
        roll_call__ends_at__gt=absence.starts_at,
    )
    corrected = list(entries.values_list("roll_call", flat=True))
    entries.update(state=RollEntry.State.PRESENT)
    absence.cancelled_at = at
    absence.save(update_fields=["cancelled_at"])
    publish(amended(absence, by), *correct_rolls(corrected, by, at))


def _standing(absence_id: int) -> Absence:
    """Locked, after its pupil: a roll call that makes it longer waits, and then sees what was decided."""
    pupil = Absence.objects.filter(pk=absence_id).values("student")
    Student.objects.select_for_update(no_key=True).get(pk__in=pupil)
    absence = Absence.objects.select_for_update().get(pk=absence_id)
    if absence.cancelled_at:
        raise AbsenceIsCancelled
    return absence
