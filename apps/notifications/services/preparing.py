"""What each due alert becomes: a delivery and its words, a reason for none, or a little patience."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from apps.attendance.api import AbsenceFact, Outcome, facts_of
from apps.classes import api as classes
from apps.core.tenancy import current_school_id
from apps.gateways.api import cost_of, fold, is_mobile, show_phone
from apps.notifications.models import Alert, Delivery, DeliveryChange
from apps.notifications.rules import FAILED, HELD_BACK, Told, absence_texts, correction_texts, is_stale
from apps.people.models import Sex
from apps.schools.models import School

from .sending import alert_settings
from .telling import absence_key, may_have_left

OF_AN_ABSENCE = {Alert.Kind.ABSENCE, Alert.Kind.CORRECTION}
State = Delivery.State
logger = logging.getLogger(__name__)


@transaction.atomic
def prepare(now: datetime, *, limit: int, bulk: bool = False) -> int:
    """Turn up to `limit` due alerts into deliveries, or say why not. Return how many were looked at.

    Those sent in number (`bulk`) are looked at apart, so that they delay no other.
    """
    due = Alert.objects.due(now).filter(is_bulk=bulk)
    due = due.select_related("guardian", "student").order_by("due_at", "pk")
    alerts = list(due.select_for_update(skip_locked=True, of=["self"])[:limit])
    if not alerts:
        return 0
    plan = Plan.of(alerts, now)
    for alert in alerts:
        plan.decide(alert)
    plan.save()
    return len(alerts)


@dataclass
class Plan:
    """What each due alert needs to be decided, read at once; and what was decided."""

    now: datetime
    sends_sms: bool
    school: School
    facts: Mapping[int, AbsenceFact]
    class_names: Mapping[int, str]
    tries: Mapping[tuple[int, str], list[Delivery]]
    told: set[tuple[str, int, str]]
    deliveries: list[Delivery] = field(default_factory=list)
    decided: list[Alert] = field(default_factory=list)

    @classmethod
    def of(cls, alerts: list[Alert], now: datetime) -> "Plan":
        facts = facts_of({alert.subject_id for alert in alerts if alert.kind in OF_AN_ABSENCE})
        same = Delivery.objects.filter(
            alert__key__in={absence_key(pk) for pk in facts} | {alert.key for alert in alerts}
        ).select_related("alert")
        known = list(same.order_by("pk"))
        tries: dict[tuple[int, str], list[Delivery]] = defaultdict(list)
        for row in known:
            tries[row.alert.guardian_id, row.alert.key].append(row)
        return cls(
            now=now,
            sends_sms=alert_settings().sends_sms,
            school=School.objects.get(pk=current_school_id()),
            facts=facts,
            class_names=_class_names(facts.values()),
            tries=tries,
            told={
                (row.alert.kind, row.alert.subject_id, row.recipient)
                for row in known
                if row.state not in FAILED
            },
        )

    def decide(self, alert: Alert) -> None:
        """A delivery, a reason for none, or a little patience.

        One that cannot be decided is left to a person (`send_again`): it stops no other.
        """
        self.decided.append(alert)
        try:
            self._decide(alert)
        except Exception:
            logger.exception("Alert %s cannot be told", alert.pk)
            alert.state, alert.why = Alert.State.UNSENT, Alert.Why.BROKEN

    def _decide(self, alert: Alert) -> None:
        if self._waits(alert):
            alert.due_at = self.now + HELD_BACK
        elif why := self._why_not(alert):
            is_unsent = why not in (Alert.Why.NOT_TRUE, Alert.Why.SAME_NUMBER)
            alert.state = Alert.State.UNSENT if is_unsent else Alert.State.CANCELLED
            alert.why = why
        else:
            delivery = self._delivery(alert)
            alert.state = Alert.State.SENT
            self.told.add(self._call(alert))
            self.deliveries.append(delivery)

    def _waits(self, alert: Alert) -> bool:
        """A correction goes once it is known whether what it corrects has left."""
        return any(one.state in (State.CREATED, State.SENDING) for one in self._originals(alert))

    def _originals(self, alert: Alert) -> list[Delivery]:
        """What was sent of that which a correction corrects."""
        if alert.kind != Alert.Kind.CORRECTION:
            return []
        return self.tries.get((alert.guardian_id, absence_key(alert.subject_id)), [])

    def _why_not(self, alert: Alert) -> str:
        if not self._is_true(alert):
            return Alert.Why.NOT_TRUE
        if is_stale(alert.due_at, self.now):
            return Alert.Why.TOO_LATE
        if not self.sends_sms:
            return Alert.Why.SMS_OFF
        if not is_mobile(alert.guardian.phone):
            return Alert.Why.NO_MOBILE
        return Alert.Why.SAME_NUMBER if self._call(alert) in self.told else ""

    def _is_true(self, alert: Alert) -> bool:
        if alert.kind == Alert.Kind.MAILING:
            return True
        outcome = self.facts[alert.subject_id].outcome
        if alert.kind == Alert.Kind.ABSENCE:
            return outcome is Outcome.STANDING
        return not outcome.is_an_absence and any(map(may_have_left, self._originals(alert)))

    @staticmethod
    def _call(alert: Alert) -> tuple[str, int, str]:
        return (alert.kind, alert.subject_id, alert.guardian.phone)

    def _delivery(self, alert: Alert) -> Delivery:
        text = self._text(alert)
        return Delivery(
            alert=alert,
            recipient=alert.guardian.phone,
            text=text,
            is_bulk=alert.is_bulk,
            segments=cost_of(text).segments,
            may_be_double=any(one.in_doubt for one in self.tries.get((alert.guardian_id, alert.key), [])),
            next_try_at=self.now,
            created_at=self.now,
            updated_at=self.now,
        )

    def _text(self, alert: Alert) -> str:
        """The fullest wording that costs one SMS, else the shortest."""
        if alert.kind == Alert.Kind.MAILING:
            return fold(alert.text)
        fact = self.facts[alert.subject_id]
        told = Told(
            school=self.school.name,
            school_phone=show_phone(self.school.phone),
            first_names=alert.student.first_name,
            class_name=self.class_names.get(fact.student_id, ""),
            is_girl=alert.student.sex == Sex.FEMALE,
            held_on=fact.held_on,
            starts_at=fact.starts_at,
            ends_at=fact.ends_at,
        )
        if alert.kind == Alert.Kind.ABSENCE:
            wordings = absence_texts(told)
        else:
            wordings = correction_texts(told, is_late=fact.outcome is Outcome.LATE)
        texts = [fold(text) for text in wordings]
        return next((text for text in texts if cost_of(text).segments == 1), texts[-1])

    def save(self) -> None:
        Alert.objects.bulk_update(self.decided, ["state", "why", "due_at"])
        created = Delivery.objects.bulk_create(self.deliveries)
        DeliveryChange.objects.bulk_create(
            DeliveryChange(delivery=row, state=row.state, changed_at=self.now) for row in created
        )


def _class_names(facts: Iterable[AbsenceFact]) -> dict[int, str]:
    """Each pupil's class on the day of the absence."""
    by_day: dict[date, set[int]] = {}
    for fact in facts:
        by_day.setdefault(fact.held_on, set()).add(fact.student_id)
    return {
        pupil: its_class.name
        for day, pupils in by_day.items()
        for pupil, its_class in classes.class_groups_of(pupils, day).items()
    }
