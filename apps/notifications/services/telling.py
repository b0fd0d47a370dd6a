"""Who is told of an absence, and who is told that it was not one."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from apps.accounts.models import Member
from apps.attendance.api import AbsenceFact, LateFact, Outcome, facts_of, facts_of_day, late_facts_of
from apps.core.events import publish
from apps.notifications.events import AlertSentAgain
from apps.notifications.models import Alert, AlertQuerySet, Delivery
from apps.notifications.rules import FAILED, LEFT, absence_key, is_of_the_past

from .audiences import informed
from .ladders import rules_of_school
from .moving import alerts_moved
from .sending import Steps, alert_settings

State = Delivery.State


@transaction.atomic
def tell_of_absence(*, absence_id: int, recorded_at: datetime, now: datetime) -> None:
    """One alert for each guardian who is to be informed, after the school's grace delay.

    A pupil whom nobody answers for gets a line that vie scolaire sees. Run twice, nothing more happens.
    """
    fact = facts_of([absence_id])[absence_id]
    if fact.outcome is Outcome.STANDING:
        _tell(Alert.Kind.ABSENCE, fact, absence_key(absence_id), recorded_at, now)


@transaction.atomic
def tell_of_late_arrival(*, late_arrival_id: int, recorded_at: datetime, now: datetime) -> None:
    """The same of a pupil who came late; a mistake is there no more and tells nobody."""
    fact = late_facts_of([late_arrival_id]).get(late_arrival_id)
    if fact:
        _tell(Alert.Kind.LATE, fact, f"late:{late_arrival_id}", recorded_at, now)


def _tell(kind: str, fact: AbsenceFact | LateFact, key: str, recorded_at: datetime, now: datetime) -> None:
    rule = rules_of_school()[kind]
    if not rule.is_on or is_of_the_past(recorded_at, fact.held_on, now):
        return
    values = {
        "student_id": fact.student_id,
        "kind": kind,
        "key": key,
        "due_at": recorded_at + alert_settings().grace,
        "created_at": now,
    }
    told = informed([fact.student_id], fact.held_on, rule.audience).get(fact.student_id, [])
    alerts = [Alert(guardian_id=pk, **values) for pk in dict(told)]
    nobody = Alert(guardian=None, state=Alert.State.UNSENT, why=Alert.Why.NO_GUARDIAN, **values)
    Alert.objects.bulk_create(alerts or [nobody], ignore_conflicts=True)
    _tell_after_all(Alert.objects.filter(key=key), values["due_at"])
    alerts_moved(now)


def _tell_after_all(withdrawn: AlertQuerySet, due_at: datetime) -> None:
    """Of these, what was withdrawn before it left, or had failed, is true again."""
    left = Delivery.objects.filter(Q(alert=OuterRef("pk")) | Q(alert=OuterRef("lead")))
    left = left.filter(Q(state__in=LEFT) | Q(in_doubt=True))
    withdrawn = withdrawn.filter(state=Alert.State.CANCELLED, why=Alert.Why.NOT_TRUE)
    withdrawn.exclude(Exists(left)).update(
        state=Alert.State.WAITING, why="", due_at=due_at, lead=None, rung=0, climbs_at=None
    )


@transaction.atomic
def correct(*, absence_id: int, now: datetime) -> None:
    """The absence changed: cancel what has not left, and if the alert was wrong, correct once what has.

    So for the others of that day: one that was part of this one may have been a mistake all along.
    """
    facts = {
        absence_key(pk): fact
        for pk, fact in facts_of_day(absence_id).items()
        if fact.outcome is not Outcome.STANDING
    }
    alerts = list(Alert.objects.filter(key__in=facts).select_for_update().order_by("pk"))
    deliveries: dict[int, list[Delivery]] = defaultdict(list)
    tellers = {alert.lead_id or alert.pk for alert in alerts}
    for delivery in Delivery.objects.filter(alert__in=tellers).select_for_update().order_by("pk"):
        deliveries[delivery.alert_id].append(delivery)
    steps = Steps(now)
    for alert in alerts:
        tries = deliveries[alert.lead_id or alert.pk]
        latest = tries[-1] if tries else None
        if latest is None or not may_have_left(latest):
            _withdraw(alert, latest, steps)
        elif latest.state == State.SENDING:  # if it has not left after all, it never shall
            _close(alert, Alert.State.CANCELLED, Alert.Why.NOT_TRUE)
        if any(map(may_have_left, tries)) and not facts[alert.key].outcome.is_an_absence:
            _announce_correction(alert, now)
    steps.save()
    if alerts:
        alerts_moved(now)


def may_have_left(delivery: Delivery) -> bool:
    return delivery.state in LEFT or delivery.in_doubt


def _withdraw(alert: Alert, delivery: Delivery | None, steps: Steps) -> None:
    """It is not told; what would have been told with it is, by another message."""
    family = Q(pk=alert.lead_id) | Q(lead=alert.lead_id) if alert.lead_id else Q(lead=alert.pk)
    others = Alert.objects.filter(family).exclude(pk=alert.pk).exclude(state=Alert.State.CANCELLED)
    alert.lead = None  # what becomes of the others is not said of it
    _close(alert, Alert.State.CANCELLED, Alert.Why.NOT_TRUE)
    if delivery and delivery.state not in FAILED:
        steps.take(delivery, State.CANCELLED)
        others.update(state=Alert.State.WAITING, why="", lead=None, rung=0, climbs_at=None)


def _close(alert: Alert, state: str, why: str) -> None:
    """The next channel stays: it is for those that are told with it."""
    alert.state, alert.why = state, why
    alert.save(update_fields=["state", "why", "lead"])


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
    _tell_after_all(Alert.objects.filter(key=correction.key, guardian=alert.guardian_id), now)


@transaction.atomic
def send_again(*, alert_ids: Iterable[int], by: Member, now: datetime) -> list[Alert]:
    """Those that failed are due now, and are decided anew: by another delivery, never the one that failed.

    Those told with them too: they would pass for told by a new message that does not name them. The others
    stay as they are: those on their way, received, cancelled, or of a pupil whom nobody answers for.
    Returns those that will be tried.
    """
    rows = Alert.objects.with_their_families(alert_ids).select_for_update().order_by("pk")
    locked = [alert.pk for alert in rows]
    failed = list(Alert.objects.failed().filter(pk__in=locked).exclude(guardian=None).order_by("pk"))
    for alert in failed:
        alert.state, alert.why, alert.due_at = Alert.State.WAITING, "", now
        alert.lead, alert.rung, alert.climbs_at = None, 0, None
        alert.save(update_fields=["state", "why", "due_at", "lead", "rung", "climbs_at"])
        publish(AlertSentAgain(alert_id=alert.pk, by_id=by.pk))
    if failed:
        alerts_moved(now)
    return failed
