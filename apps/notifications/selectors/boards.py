"""The boards of the staff: one alert's whole story, and what months cost."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, Sum

from apps.notifications.models import Alert, Delivery, DeliveryChange, SmsGateway, SmsMonth
from apps.notifications.rules import FAILED, LEFT

from .alerts import DECIDED, masked, why_of, word_of

MONTHS = 12
_WHY = dict(Alert.Why.choices)


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step of a message, with its time."""

    word: str
    detail: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TryLine:
    """A message made for an alert: by which channel and operator, in which words, and each of its steps."""

    channel: str
    gateway: str
    recipient: str
    text: str
    segments: int
    cost: int
    may_be_double: bool
    steps: list[StepLine]


@dataclass(frozen=True, slots=True)
class AlertStory:
    """All that became of an alert."""

    alert: Alert
    kind: str
    word: str
    why: str
    others: list[str]
    tries: list[TryLine]


def alert_story(alert: Alert) -> AlertStory:
    """Four queries. An alert that was handed over is what its last message became."""
    teller = alert.lead or alert
    made = Delivery.objects.filter(alert=teller).select_related("gateway")
    made = list(made.order_by("pk"))
    steps = defaultdict(list)
    for step in DeliveryChange.objects.filter(delivery__alert=teller).order_by("pk"):
        line = StepLine(word_of(step), _WHY.get(step.detail, step.detail), step.changed_at)
        steps[step.delivery_id].append(line)
    family = Alert.objects.filter(Q(pk=teller.pk) | Q(lead=teller)).exclude(pk=alert.pk)
    latest = made[-1] if made and alert.state in DECIDED else None
    return AlertStory(
        alert=alert,
        kind=alert.get_kind_display(),
        word=word_of(latest) if latest else alert.get_state_display(),
        why=why_of(alert.why, latest.detail if latest else ""),
        others=[str(one.student) for one in family.select_related("student").order_by("pk")],
        tries=[_try(delivery, steps[delivery.pk]) for delivery in made],
    )


def _try(delivery: Delivery, steps: list[StepLine]) -> TryLine:
    by = delivery.gateway.get_kind_display() if delivery.gateway else "EduConnect"
    return TryLine(
        channel=delivery.get_channel_display(),
        gateway=by,
        recipient=masked(delivery),
        text=delivery.text,
        segments=delivery.segments,
        cost=delivery.cost,
        may_be_double=delivery.may_be_double,
        steps=steps,
    )


@dataclass(frozen=True, slots=True)
class KindCost:
    """What a kind of alert cost in a month."""

    kind: str
    sent: int
    received: int
    failed: int
    segments: int
    francs: int


@dataclass(frozen=True, slots=True)
class CostsPage:
    """A month in detail, the others by their totals, what is left on the operators' accounts."""

    month: date
    kinds: list[KindCost]
    months: list[SmsMonth]
    gateways: list[SmsGateway]

    @property
    def francs(self) -> int:
        return sum(kind.francs for kind in self.kinds)

    @property
    def sent(self) -> int:
        return sum(kind.sent for kind in self.kinds)


def costs_page(month: date) -> CostsPage:
    """Three queries."""
    return CostsPage(
        month=month,
        kinds=_kinds_of(month),
        months=list(SmsMonth.objects.order_by("-month")[:MONTHS]),
        gateways=list(SmsGateway.objects.filter(is_active=True).order_by("rank")),
    )


def _kinds_of(month: date) -> list[KindCost]:
    sms = Delivery.objects.filter(
        channel=Delivery.Channel.SMS, created_at__year=month.year, created_at__month=month.month
    )
    left = Q(state__in=LEFT | {Delivery.State.UNDELIVERED})
    paid = left | Q(cost__gt=0)  # what may have left is
    rows = (
        sms.values("alert__kind")
        .annotate(
            sent=Count("pk", filter=left),
            received=Count("pk", filter=Q(state=Delivery.State.DELIVERED)),
            failed=Count("pk", filter=Q(state__in=FAILED)),
            segments=Sum("segments", filter=paid, default=0),
            francs=Sum("cost", default=0),
        )
        .order_by("-francs", "alert__kind")
    )
    kinds = dict(Alert.Kind.choices)
    return [
        KindCost(
            kinds[row["alert__kind"]], row["sent"], row["received"], row["failed"], row["segments"],
            row["francs"],
        )
        for row in rows
    ]  # fmt: skip
