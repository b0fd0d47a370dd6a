"""What a guardian was told, whatever the channel: always to be read on the portal."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator

from apps.attendance.api import due_absences
from apps.notifications.models import Alert, AlertQuerySet
from apps.people.models import StudentQuerySet

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
    student_id: int
    to_justify: int | None = None  # the absence that it tells, while she may say why


@dataclass(frozen=True, slots=True)
class ReceivedPage:
    """Latest first."""

    rows: list[ToldLine]
    page: Page

    @property
    def unread(self) -> list[ToldLine]:
        """Of this page: what she did not see, she did not read."""
        return [row for row in self.rows if row.is_new]


def received_page(alerts: AlertQuerySet, number: str, justifiable: StudentQuerySet) -> ReceivedPage:
    """Four queries. `justifiable`: the pupils of whom she may say why they were absent."""
    told = alerts.exclude(text="").select_related("student").order_by("-created_at", "-pk")
    page = Paginator(told, PER_PAGE).get_page(number)
    due = _due(page.object_list, justifiable)
    rows = [
        ToldLine(
            pk=alert.pk,
            student=str(alert.student),
            kind=alert.get_kind_display(),
            text=alert.text,
            at=alert.created_at,
            is_new=alert.read_at is None,
            is_withdrawn=alert.state == Alert.State.CANCELLED,
            student_id=alert.student_id,
            to_justify=alert.subject_id if alert.pk in due else None,
        )
        for alert in page.object_list
    ]
    return ReceivedPage(rows, page)


def _due(alerts: Iterable[Alert], justifiable: StudentQuerySet) -> set[int]:
    """Which of these tell of an absence that she may still justify."""
    told = [alert for alert in alerts if alert.kind == Alert.Kind.ABSENCE]
    due = due_absences(alert.subject_id for alert in told)
    hers = set(justifiable.filter(pk__in={alert.student_id for alert in told}).values_list("pk", flat=True))
    return {alert.pk for alert in told if alert.subject_id in due and alert.student_id in hers}
