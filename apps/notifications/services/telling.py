"""Who is told of an absence, who is told that it was not one, and in which words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from apps.accounts.models import Member
from apps.attendance.api import AbsenceFact, Outcome, facts_of
from apps.classes import api as classes
from apps.core.events import publish
from apps.core.tenancy import current_school_id
from apps.gateways.api import cost_of, fold, is_mobile, show_phone
from apps.notifications.events import AlertSentAgain
from apps.notifications.models import Alert, Delivery, DeliveryChange
from apps.notifications.rules import (
    FAILED,
    HELD_BACK,
    LEFT,
    Told,
    absence_texts,
    correction_texts,
    is_of_the_past,
    is_stale,
)
from apps.people.models import Guardianship, Sex
from apps.schools.models import School

from .sending import Steps, alert_settings

State = Delivery.State


@transaction.atomic
def tell_of_absence(*, absence_id: int, recorded_at: datetime, now: datetime) -> None:
    """One alert for each guardian who is to be informed, after the school's grace delay.

    A pupil whom nobody answers for gets a line that vie scolaire sees. Run twice, nothing more happens.
    """
    fact = facts_of([absence_id])[absence_id]
    if fact.outcome is not Outcome.STANDING or is_of_the_past(recorded_at, fact.held_on, now):
        return
    guardians = _informed_guardians(fact.student_id, fact.held_on)
    values = {
        "student_id": fact.student_id,
        "kind": Alert.Kind.ABSENCE,
        "key": absence_key(absence_id),
        "due_at": recorded_at + alert_settings().grace,
        "created_at": now,
    }
    alerts = [Alert(guardian_id=pk, **values) for pk in guardians] or [
        Alert(guardian=None, state=Alert.State.UNSENT, why=Alert.Why.NO_GUARDIAN, **values)
    ]
    Alert.objects.bulk_create(alerts, ignore_conflicts=True)


def _informed_guardians(student_id: int, on: date) -> list[int]:
    cares = Guardianship.objects.current(on).filter(student=student_id, is_informed=True)
    return list(cares.order_by("pk").values_list("guardian", flat=True).distinct())


def absence_key(absence_id: int) -> str:
    """What an alert of that absence is known by."""
    return f"absence:{absence_id}"


@transaction.atomic
def correct(*, absence_id: int, now: datetime) -> None:
    """The absence changed: cancel what has not left, and if the alert was wrong, correct once what has."""
    fact = facts_of([absence_id])[absence_id]
    if fact.outcome is Outcome.STANDING:
        return
    alerts = list(Alert.objects.filter(key=absence_key(absence_id)).select_for_update().order_by("pk"))
    deliveries: dict[int, list[Delivery]] = defaultdict(list)
    for delivery in Delivery.objects.filter(alert__in=alerts).select_for_update().order_by("pk"):
        deliveries[delivery.alert_id].append(delivery)
    steps = Steps(now)
    for alert in alerts:
        tries = deliveries[alert.pk]
        latest = tries[-1] if tries else None
        if latest is None or not _may_have_left(latest):
            _withdraw(alert, latest, steps)
        elif latest.state == State.SENDING:  # if it has not left after all, it never shall
            _close(alert, Alert.State.CANCELLED, Alert.Why.NOT_TRUE)
        if any(map(_may_have_left, tries)) and not fact.outcome.is_an_absence:
            _announce_correction(alert, now)
    steps.save()


def _may_have_left(delivery: Delivery) -> bool:
    return delivery.state in LEFT or delivery.in_doubt


def _withdraw(alert: Alert, delivery: Delivery | None, steps: Steps) -> None:
    _close(alert, Alert.State.CANCELLED, Alert.Why.NOT_TRUE)
    if delivery:
        steps.take(delivery, State.CANCELLED)


def _close(alert: Alert, state: str, why: str) -> None:
    alert.state, alert.why = state, why
    alert.save(update_fields=["state", "why"])


def _announce_correction(alert: Alert, now: datetime) -> None:
    correction = Alert(
        guardian_id=alert.guardian_id,
        student_id=alert.student_id,
        kind=Alert.Kind.CORRECTION,
        key=f"correction:{alert.absence_id}",
        due_at=now,
        created_at=now,
    )
    Alert.objects.bulk_create([correction], ignore_conflicts=True)


@transaction.atomic
def send_again(*, alert_ids: Iterable[int], by: Member, now: datetime) -> list[Alert]:
    """Those that failed are due now, and are decided anew: by another delivery, never the one that failed.

    The others stay as they are: those on their way, received, cancelled, or of a pupil whom nobody answers
    for. Returns those that will be tried.
    """
    rows = Alert.objects.filter(pk__in=list(alert_ids)).select_for_update().order_by("pk")
    locked = [alert.pk for alert in rows]
    failed = list(Alert.objects.failed().filter(pk__in=locked).exclude(guardian=None).order_by("pk"))
    for alert in failed:
        alert.state, alert.why, alert.due_at = Alert.State.WAITING, "", now
        alert.save(update_fields=["state", "why", "due_at"])
        publish(AlertSentAgain(alert_id=alert.pk, by_id=by.pk))
    return failed


@transaction.atomic
def prepare(now: datetime, *, limit: int) -> int:
    """Turn up to `limit` due alerts into deliveries, or say why not. Return how many were looked at."""
    due = Alert.objects.due(now).select_related("guardian", "student").order_by("due_at", "pk")
    alerts = list(due.select_for_update(skip_locked=True, of=["self"])[:limit])
    if not alerts:
        return 0
    plan = _Plan.of(alerts, now)
    for alert in alerts:
        plan.decide(alert)
    plan.save()
    return len(alerts)


@dataclass
class _Plan:
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
    def of(cls, alerts: list[Alert], now: datetime) -> "_Plan":
        facts = facts_of({alert.absence_id for alert in alerts})
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
                (row.alert.kind, row.alert.absence_id, row.recipient)
                for row in known
                if row.state not in FAILED
            },
        )

    def decide(self, alert: Alert) -> None:
        """A delivery, a reason for none, or a little patience."""
        self.decided.append(alert)
        if self._waits(alert):
            alert.due_at = self.now + HELD_BACK
        elif why := self._why_not(alert):
            is_unsent = why not in (Alert.Why.NOT_TRUE, Alert.Why.SAME_NUMBER)
            alert.state = Alert.State.UNSENT if is_unsent else Alert.State.CANCELLED
            alert.why = why
        else:
            alert.state = Alert.State.SENT
            self.told.add(self._call(alert))
            self.deliveries.append(self._delivery(alert))

    def _waits(self, alert: Alert) -> bool:
        """A correction goes once it is known whether what it corrects has left."""
        return any(one.state in (State.CREATED, State.SENDING) for one in self._originals(alert))

    def _originals(self, alert: Alert) -> list[Delivery]:
        """What was sent of that which a correction corrects."""
        if alert.kind != Alert.Kind.CORRECTION:
            return []
        return self.tries.get((alert.guardian_id, absence_key(alert.absence_id)), [])

    def _why_not(self, alert: Alert) -> str:
        outcome = self.facts[alert.absence_id].outcome
        if alert.kind == Alert.Kind.ABSENCE:
            is_true = outcome is Outcome.STANDING
        else:
            is_true = any(map(_may_have_left, self._originals(alert)))
        if not is_true or outcome.is_an_absence != (alert.kind == Alert.Kind.ABSENCE):
            return Alert.Why.NOT_TRUE
        if is_stale(alert.due_at, self.now):
            return Alert.Why.TOO_LATE
        if not self.sends_sms:
            return Alert.Why.SMS_OFF
        if not is_mobile(alert.guardian.phone):
            return Alert.Why.NO_MOBILE
        return Alert.Why.SAME_NUMBER if self._call(alert) in self.told else ""

    @staticmethod
    def _call(alert: Alert) -> tuple[str, int, str]:
        return (alert.kind, alert.absence_id, alert.guardian.phone)

    def _delivery(self, alert: Alert) -> Delivery:
        text = self._text(alert)
        return Delivery(
            alert=alert,
            recipient=alert.guardian.phone,
            text=text,
            segments=cost_of(text).segments,
            may_be_double=any(one.in_doubt for one in self.tries.get((alert.guardian_id, alert.key), [])),
            next_try_at=self.now,
            created_at=self.now,
            updated_at=self.now,
        )

    def _text(self, alert: Alert) -> str:
        """The fullest wording that costs one SMS, else the shortest."""
        fact = self.facts[alert.absence_id]
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
