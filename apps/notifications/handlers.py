"""What notifications does when modules below announce something: rows only, however often it is told."""

from datetime import datetime

from apps.attendance.events import AbsenceAmended, AbsenceRecorded, LateArrivalRecorded
from apps.classes.events import TermPublished
from apps.core.clock import now
from apps.core.events import on

from . import services


@on(AbsenceRecorded)
def tell_the_guardians(event: AbsenceRecorded) -> None:
    """An alert each, due after the grace delay; the sweep sees to it."""
    services.tell_of_absence(
        absence_id=event.absence_id, recorded_at=datetime.fromisoformat(event.recorded_at), now=now()
    )


@on(LateArrivalRecorded)
def tell_of_late_arrivals(event: LateArrivalRecorded) -> None:
    """The same, where the school's rule tells of them."""
    at = now()
    services.tell_of_late_arrival(late_arrival_id=event.late_arrival_id, recorded_at=at, now=at)


@on(AbsenceAmended)
def correct_what_was_told(event: AbsenceAmended) -> None:
    """Cancel what has not left, correct what has."""
    services.correct(absence_id=event.absence_id, now=now())


@on(TermPublished)
def tell_of_bulletins(event: TermPublished) -> None:
    """An alert for each pupil and guardian, never twice."""
    services.tell_of_bulletins(class_term_id=event.class_term_id, now=now())
