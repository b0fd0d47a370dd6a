"""What vie scolaire sees of alerts: each one, and what became of it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch, Q

from apps.gateways.api import show_phone
from apps.notifications.models import Alert, AlertQuerySet, Delivery, DeliveryChange
from apps.notifications.rules import FAILED, mask
from apps.people.models import sort_key

PER_PAGE = 50


class Fate(Enum):
    """What became of an alert, for whoever looks after families."""

    WAITING = "waiting"
    LEFT = "left"
    FAILED = "failed"
    CANCELLED = "cancelled"


# By the state of its delivery; of the alert itself while it has none.
_BY_DELIVERY = {
    Fate.WAITING: {Delivery.State.CREATED, Delivery.State.SENDING},
    Fate.LEFT: {Delivery.State.ACCEPTED, Delivery.State.DELIVERED},
    Fate.FAILED: FAILED,
    Fate.CANCELLED: {Delivery.State.CANCELLED},
}
_BY_ALERT = {
    Fate.WAITING: {Alert.State.WAITING, Alert.State.SENT},
    Fate.LEFT: {Alert.State.ONLINE},
    Fate.FAILED: {Alert.State.UNSENT},
    Fate.CANCELLED: {Alert.State.CANCELLED},
}
_WHY = dict(Alert.Why.choices)
_KINDS = dict(Alert.Kind.choices) | {Alert.Kind.CORRECTION: "rectificatif"}


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert, in the words of its delivery or its own; the number is masked.

    `leaves_at` is for those that wait for the end of the grace delay.
    """

    pk: int
    student: str
    guardian: str
    phone: str
    kind: str
    is_digest: bool
    may_be_double: bool
    may_be_sent_again: bool
    fate: str
    word: str
    why: str
    text: str
    at: datetime
    leaves_at: datetime | None


@dataclass(frozen=True, slots=True)
class AlertsPage:
    """One page of the list, latest first."""

    rows: list[AlertRow]
    page: Page

    @property
    def may_send_again(self) -> bool:
        return any(row.may_be_sent_again for row in self.rows)


def alerts_page(
    alerts: AlertQuerySet, *, fate: Fate | None, words: str, on: date | None, number: str
) -> AlertsPage:
    """Those of that day, or of all. Four queries."""
    alerts = alerts.of_day(on) if on else alerts
    found = _matching(_of_fate(alerts, fate), words).select_related("guardian", "student", "lead")
    ordered = found.prefetch_related(*tries_latest_first()).order_by("-created_at", "-pk")
    page = Paginator(ordered, PER_PAGE).get_page(number)
    return AlertsPage([row_of(alert) for alert in page.object_list], page)


DECIDED = {Alert.State.SENT, Alert.State.CANCELLED}  # its latest delivery, if any, says more


def _of_fate(alerts: AlertQuerySet, fate: Fate | None) -> AlertQuerySet:
    if fate is None:
        return alerts
    by_delivery = Q(state__in=DECIDED, latest__in=_BY_DELIVERY[fate])
    by_itself = (Q(latest=None) | ~Q(state__in=DECIDED)) & Q(state__in=_BY_ALERT[fate])
    return alerts.with_its_latest().filter(by_delivery | by_itself)


def _matching(alerts: AlertQuerySet, words: str) -> AlertQuerySet:
    """Each word is found in the pupil's name, accents and case aside."""
    for word in sort_key(words).split():
        alerts = alerts.filter(student__sort_key__contains=word)
    return alerts


def row_of(alert: Alert) -> AlertRow:
    teller = alert.lead or alert
    delivery = next(iter(teller.deliveries.all()), None) if alert.state in DECIDED else None
    fate = fate_of(alert.state, delivery.state if delivery else None)
    return AlertRow(
        pk=alert.pk,
        student=str(alert.student),
        guardian=str(alert.guardian or ""),
        phone=masked(delivery) if delivery else "",
        kind="" if alert.kind == Alert.Kind.ABSENCE else _KINDS[alert.kind],
        is_digest=bool(alert.lead_id),
        may_be_double=bool(delivery and delivery.may_be_double),
        may_be_sent_again=fate is Fate.FAILED and alert.guardian_id is not None,
        fate=fate.value,
        word=word_of(delivery) if delivery else alert.get_state_display(),
        why=why_of(alert.why, delivery.detail if delivery else ""),
        text=delivery.text if delivery else alert.text,
        at=delivery.updated_at if delivery else alert.created_at,
        leaves_at=alert.due_at if alert.state == Alert.State.WAITING else None,
    )


def fate_of(state: str, latest: str | None) -> Fate:
    """Of an alert in that state, and its latest delivery (None: it has none)."""
    is_told = latest and state in DECIDED
    table, known = (_BY_DELIVERY, latest) if is_told else (_BY_ALERT, state)
    return next(fate for fate, states in table.items() if known in states)


def why_of(why: str, detail: str) -> str:
    """Why, in French: its delivery knows better than itself."""
    return _WHY.get(detail or why, detail or why)


def word_of(step: Delivery | DeliveryChange) -> str:
    """Its state. What may have been received is not said not to have left."""
    in_doubt = step.state == Delivery.State.EXPIRED and step.detail == Alert.Why.IN_DOUBT
    return "sans nouvelle" if in_doubt else step.get_state_display()


def tries_latest_first() -> list[Prefetch]:
    """Of each alert, and of the one that it is told with."""
    paths = ("deliveries", "lead__deliveries")
    return [Prefetch(path, queryset=Delivery.objects.order_by("-pk")) for path in paths]


def masked(delivery: Delivery) -> str:
    if delivery.channel == Delivery.Channel.EMAIL:
        name, _, domain = delivery.recipient.partition("@")
        return f"{name[:2]}••@{domain}"
    return mask(show_phone(delivery.recipient))


@dataclass(frozen=True, slots=True)
class AgainPage:
    """What would be sent again: to whom, by how many messages, and which may have been received already."""

    rows: list[AlertRow]
    messages: int
    segments: int

    @property
    def doubtful(self) -> int:
        return sum(row.why == _WHY[Alert.Why.IN_DOUBT] for row in self.rows)


def again_page(alerts: AlertQuerySet, ids: list[int]) -> AgainPage:
    """Those of these alerts that failed, and of those told with them, latest first. Three queries."""
    found = alerts.failed().with_their_families(ids).exclude(guardian=None)
    found = found.select_related("guardian", "student", "lead").prefetch_related(*tries_latest_first())
    alerts = list(found.order_by("-pk"))
    segments = {alert.lead_id or alert.pk: _segments(alert.lead or alert) for alert in alerts}
    return AgainPage([row_of(alert) for alert in alerts], len(segments), sum(segments.values()))


def _segments(teller: Alert) -> int:
    """Of its last message; one when there was none."""
    made = list(teller.deliveries.all())
    return made[0].segments if made else 1
