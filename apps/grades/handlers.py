"""What grades does when a day that a teacher chose has come."""

from datetime import date

from apps.core.clock import now
from apps.core.events import on
from apps.core.tenancy import sign_changes

from . import services
from .events import PublicationFellDue


@on(PublicationFellDue)
def publish_what_fell_due(event: PublicationFellDue) -> None:
    """In the name of the teacher who chose the day."""
    sign_changes(member=event.by_id)
    services.publish_if_still_planned(
        assessment_id=event.assessment_id,
        publish_on=date.fromisoformat(event.publish_on),
        at=now(),
        by_id=event.by_id,
    )
