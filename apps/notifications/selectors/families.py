"""What a guardian was told, whatever the channel: always to be read on the portal."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator

from apps.notifications.models import Alert, AlertQuerySet

PER_PAGE = 30


@dataclass(frozen=True, slots=True)
class ToldLine:
    """One thing that she was told."""

    pk: int
    student: str
    kind: str
    text: str
    at: datetime
    is_new: bool
    is_withdrawn: bool


@dataclass(frozen=True, slots=True)
class ReceivedPage:
    """Latest first."""

    rows: list[ToldLine]
    page: Page

    @property
    def unread(self) -> list[ToldLine]:
        """Of this page: what she did not see, she did not read."""
        return [row for row in self.rows if row.is_new]


def received_page(alerts: AlertQuerySet, number: str) -> ReceivedPage:
    """Two queries."""
    told = alerts.exclude(text="").select_related("student").order_by("-created_at", "-pk")
    page = Paginator(told, PER_PAGE).get_page(number)
    rows = [
        ToldLine(
            pk=alert.pk,
            student=str(alert.student),
            kind=alert.get_kind_display(),
            text=alert.text,
            at=alert.created_at,
            is_new=alert.read_at is None,
            is_withdrawn=alert.state == Alert.State.CANCELLED,
        )
        for alert in page.object_list
    ]
    return ReceivedPage(rows, page)
