"""What is announced of absences."""

from datetime import datetime

from apps.accounts.models import Member
from apps.attendance.events import AbsenceAmended, AbsenceRecorded
from apps.attendance.models import Absence


def recorded(absence: Absence, by: Member, at: datetime) -> AbsenceRecorded:
    """It was found; or it has no reason any more: families who were not told of it are."""
    return AbsenceRecorded(
        absence_id=absence.pk, student_id=absence.student_id, recorded_at=at.isoformat(), by_id=by.pk
    )


def amended(absence: Absence, by: Member) -> AbsenceAmended:
    """It was cancelled, or its reason changed."""
    return AbsenceAmended(absence_id=absence.pk, student_id=absence.student_id, by_id=by.pk)
