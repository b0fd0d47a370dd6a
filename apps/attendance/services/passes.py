"""The billet d’entrée: who was let in after an absence or late, as it was known then."""

from datetime import datetime

from apps.accounts.models import Member
from apps.attendance.models import Absence, EntryPass, LateArrival
from apps.classes import api as classes


def admit_after_absence(*, absence: Absence, by: Member, at: datetime) -> EntryPass:
    """Write the billet of an absence that stands."""
    return _write(
        absence, by, at, absence=absence, ends_at=absence.ends_at, is_justified=absence.is_justified,
        reason=absence.reason,
    )  # fmt: skip


def admit_late(*, arrival: LateArrival, by: Member, at: datetime) -> EntryPass:
    """Write the billet of a late arrival."""
    return _write(arrival, by, at, minutes=arrival.minutes)


def _write(about: Absence | LateArrival, by: Member, at: datetime, **values: object) -> EntryPass:
    its_class = classes.class_groups_of([about.student_id], about.held_on).get(about.student_id)
    return EntryPass.objects.create(
        student_id=about.student_id,
        class_name=its_class.name if its_class else "",
        held_on=about.held_on,
        starts_at=about.starts_at,
        printed_by=by,
        printed_at=at,
        **values,
    )
