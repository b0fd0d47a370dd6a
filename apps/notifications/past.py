"""Alerts of the past, as they became, written in bulk: they leave for nobody and are announced to nobody."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from apps.attendance.api import AbsenceFact, facts_of
from apps.gateways.api import cost_of, is_mobile
from apps.people.models import Guardian, Guardianship

from .models import Alert, Delivery, DeliveryChange, SmsMonth
from .rules import absence_key
from .services import alert_settings, rules_of_school, set_aside
from .services.days import local_day
from .services.money import month_of
from .services.wordings import Words, as_sms

State = Delivery.State
UNKNOWN = "numéro inconnu"
FATES = {
    "delivered": ((State.ACCEPTED, 2), (State.DELIVERED, 40)),
    "accepted": ((State.ACCEPTED, 2),),
    "undelivered": ((State.ACCEPTED, 2), (State.UNDELIVERED, 180)),
    "refused": ((State.REFUSED, 2),),
    "doubtful": ((State.EXPIRED, 240),),
}  # what follows the sending, and after how many seconds
DETAILS = {"undelivered": "téléphone injoignable", "refused": UNKNOWN, "doubtful": Alert.Why.IN_DOUBT.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class PastAlert:
    """An absence that was told; what became of its first SMS (FATES). Those after it were received."""

    absence_id: int
    recorded_at: datetime
    fate: str = "delivered"


@transaction.atomic
def load_past_alerts(told: Iterable[PastAlert]) -> int:
    """Write an alert for each guardian to inform, with its SMS and each of its steps. Return how many SMS.

    Whoever answers for these pupils on the last of these days is told. No fact is published.
    """
    past = list(told)
    facts = facts_of(one.absence_id for one in past)
    loader = _Loader(facts)
    for one in past:
        loader.tell(one, facts[one.absence_id])
    loader.save()
    return len(loader.deliveries)


class _Loader:
    """The rows of some past alerts."""

    def __init__(self, facts: dict[int, AbsenceFact]) -> None:
        self.settings, rules = alert_settings(), rules_of_school()
        self.words = Words.about(facts.values(), rules)
        self.cares = _cares(facts.values())
        self.alerts: list[Alert] = []
        self.deliveries: list[tuple[Delivery, str]] = []

    def tell(self, one: PastAlert, fact: AbsenceFact) -> None:
        numbers: set[str] = set()
        cares = self.cares[fact.student_id]
        for care in cares:
            alert = self._alert(one, fact, care.guardian)
            alert.student = care.student
            alert.text = self.words.of(alert, fact)[0]
            phone = care.guardian.phone
            if not is_mobile(phone):
                alert.state, alert.why = Alert.State.UNSENT, Alert.Why.NO_MOBILE
            elif phone in numbers:
                alert.state, alert.why = Alert.State.ONLINE, Alert.Why.SAME_NUMBER
            else:
                self._send(alert, as_sms(self.words.of(alert, fact)), "delivered" if numbers else one.fate)
                numbers.add(phone)
        if not cares:
            self._alert(one, fact, None)

    def _alert(self, one: PastAlert, fact: AbsenceFact, guardian: Guardian | None) -> Alert:
        alert = Alert(
            guardian=guardian,
            student_id=fact.student_id,
            kind=Alert.Kind.ABSENCE,
            key=absence_key(fact.pk),
            state=Alert.State.SENT if guardian else Alert.State.UNSENT,
            why="" if guardian else Alert.Why.NO_GUARDIAN,
            rung=1 if guardian else 0,
            due_at=one.recorded_at + self.settings.grace,
            created_at=one.recorded_at,
        )
        self.alerts.append(alert)
        return alert

    def _send(self, alert: Alert, text: str, fate: str) -> None:
        state, seconds = FATES[fate][-1]
        segments = cost_of(text).segments
        is_paid = state != State.REFUSED
        delivery = Delivery(
            alert=alert,
            reference=uuid.uuid5(
                uuid.NAMESPACE_URL, f"{self.words.school.slug}/{alert.due_at}/{len(self.deliveries)}"
            ),
            recipient=alert.guardian.phone,
            text=text,
            segments=segments,
            cost=segments * self.settings.sms_price if is_paid else 0,
            charged_to=month_of(local_day(alert.due_at)) if is_paid else None,
            state=state,
            detail=DETAILS.get(fate, ""),
            in_doubt=fate == "doubtful",
            token=1,
            attempts=1,
            next_try_at=alert.due_at,
            created_at=alert.due_at,
            updated_at=alert.due_at + timedelta(seconds=seconds),
        )
        self.deliveries.append((delivery, fate))

    def save(self) -> None:
        Alert.objects.bulk_create(self.alerts)
        Delivery.objects.bulk_create(delivery for delivery, _ in self.deliveries)
        DeliveryChange.objects.bulk_create(
            change for delivery, fate in self.deliveries for change in _changes(delivery, fate)
        )
        self._charge()
        for delivery, _ in self.deliveries:
            if delivery.detail == UNKNOWN:
                set_aside(delivery.recipient, UNKNOWN, delivery.updated_at)

    def _charge(self) -> None:
        months: dict[date, list[int]] = defaultdict(list)
        for delivery, _ in self.deliveries:
            if delivery.charged_to:
                months[delivery.charged_to].append(delivery.cost)
        SmsMonth.objects.bulk_create(
            SmsMonth(month=month, messages=len(costs), francs=sum(costs)) for month, costs in months.items()
        )


def _cares(facts: Iterable[AbsenceFact]) -> dict[int, list[Guardianship]]:
    """Whom to inform of each pupil, in order."""
    known = list(facts)
    last = max((fact.held_on for fact in known), default=date.min)
    cares = Guardianship.objects.current(last).filter(
        student__in={fact.student_id for fact in known}, is_informed=True
    )
    found: dict[int, list[Guardianship]] = defaultdict(list)
    for care in cares.select_related("guardian", "student").order_by("pk"):
        found[care.student_id].append(care)
    return found


def _changes(delivery: Delivery, fate: str) -> Iterator[DeliveryChange]:
    for state, seconds in ((State.CREATED, 0), (State.SENDING, 1), *FATES[fate]):
        detail = delivery.detail if state == delivery.state else ""
        at = delivery.created_at + timedelta(seconds=seconds)
        yield DeliveryChange(delivery=delivery, state=state, detail=detail, changed_at=at)
