"""What the portal does when something happens in the day: the boards that are open ask again."""

from django.db import transaction

from apps.attendance.events import (
    AbsenceAmended,
    JustificationDecided,
    JustificationGiven,
    RollCallClosed,
    WholeClassesAbsent,
)
from apps.core.events import Event, on
from apps.core.sockets import tell
from apps.core.tenancy import current_school_id
from apps.notifications.events import AlertsMoved

from .permissions import board_group


@on(RollCallClosed)
@on(WholeClassesAbsent)
@on(AbsenceAmended)
@on(JustificationGiven)
@on(JustificationDecided)
@on(AlertsMoved)
def refresh_the_boards(event: Event) -> None:
    """Lossy by design: a board that hears nothing asks every minute."""
    group = board_group(current_school_id())
    transaction.on_commit(lambda: tell(group), robust=True)
