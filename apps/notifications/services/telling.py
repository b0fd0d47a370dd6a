"""Who is told of an absence, and who is told that it was not one."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from apps.accounts.models import Member
from apps.attendance.api import Outcome, facts_of
from apps.core.events import publish
from apps.notifications.events import AlertSentAgain
from apps.notifications.models import Alert, Delivery
from apps.notifications.rules import LEFT, is_of_the_past
from apps.people.models import Guardianship

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
        if latest is None or not may_have_left(latest):
            _withdraw(alert, latest, steps)
        elif latest.state == State.SENDING:  # if it has not left after all, it never shall
            _close(alert, Alert.State.CANCELLED, Alert.Why.NOT_TRUE)
        if any(map(may_have_left, tries)) and not fact.outcome.is_an_absence:
            _announce_correction(alert, now)
    steps.save()


def may_have_left(delivery: Delivery) -> bool:
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
        key=f"correction:{alert.subject_id}",
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
