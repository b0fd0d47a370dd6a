"""What each due alert becomes: a message by a channel, a reason for none, or a little patience."""

import logging
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db import transaction
from django.utils.timezone import localtime

from apps.attendance.api import Outcome
from apps.core.tenancy import check_references_at_once, current_school_id
from apps.core.turns import take_turns
from apps.gateways.api import cost_of, is_mobile, mail_is_on
from apps.notifications.models import Alert, Delivery, DeliveryChange
from apps.notifications.rules import HELD_BACK, is_stale, quiet_ends

from .known import GATHERED, Known
from .ladders import Rule, Step
from .moving import alerts_moved
from .rows import save_all
from .telling import absence_key, may_have_left
from .wordings import as_sms

State, Channel = Delivery.State, Delivery.Channel
logger = logging.getLogger(__name__)


@transaction.atomic
def prepare(now: datetime, *, limit: int, bulk: bool = False) -> int:
    """Turn up to `limit` due alerts into deliveries, or say why not. Return how many were looked at.

    Those sent in number (`bulk`) are looked at apart, so that they delay no other.
    """
    if not bulk:
        take_turns(f"prepare alerts of {current_school_id()}")  # two sweeps would tell a family twice
    alerts = _looked_at(now, limit, bulk)
    if not alerts:
        return 0
    check_references_at_once()
    plan = Plan(alerts, now)
    for alert in alerts:
        plan.decide(alert)
    plan.tell()
    plan.save()
    return len(alerts)


def _looked_at(now: datetime, limit: int, bulk: bool) -> list[Alert]:
    """Locked; the last family whole, whatever the limit."""
    free = Alert.objects.filter(is_bulk=bulk).select_related("guardian", "student")
    free = free.select_for_update(skip_locked=True, of=["self"])
    due = list(free.due(now).order_by("due_at", "pk")[:limit])
    if len(due) == limit:
        families = {alert.guardian_id for alert in due if alert.kind in GATHERED}
        others = free.due(now).filter(kind__in=GATHERED, guardian__in=families)
        due += others.exclude(pk__in=[alert.pk for alert in due]).order_by("due_at", "pk")
    return [*due, *free.climbing(now).order_by("climbs_at", "pk")[:limit]]


@dataclass
class Plan(Known):
    """What is decided of each due alert."""

    ready: dict[tuple, list[Alert]] = field(default_factory=lambda: defaultdict(list))
    deliveries: list[Delivery] = field(default_factory=list)

    def decide(self, alert: Alert) -> None:
        """Ready to be told, or not, or not yet.

        One that cannot be decided is left to a person (`send_again`): it stops no other.
        """
        try:
            if alert.state == Alert.State.WAITING:
                self._decide(alert)
            else:
                self._climb(alert)
        except Exception:
            logger.exception("Alert %s cannot be decided", alert.pk)
            _close(alert, Alert.State.UNSENT, Alert.Why.BROKEN)

    def _decide(self, alert: Alert) -> None:
        rule = self.rules[alert.kind]
        if self._waits(alert):
            alert.due_at = self.now + HELD_BACK
        elif why := self._why_not(alert, rule):
            _close(alert, Alert.State.UNSENT if why == Alert.Why.TOO_LATE else Alert.State.CANCELLED, why)
        elif later := self._quiet_until(rule) or self._gathers_until(alert):
            alert.due_at = later
        else:
            self.ready[self._gathered_by(alert)].append(alert)

    def _waits(self, alert: Alert) -> bool:
        """A correction goes once it is known whether what it corrects has left."""
        return any(one.state in (State.CREATED, State.SENDING) for one in self._originals(alert))

    def _originals(self, alert: Alert) -> list[Delivery]:
        """What was sent of that which a correction corrects."""
        if alert.kind != Alert.Kind.CORRECTION:
            return []
        return self.tries.get((alert.guardian_id, absence_key(alert.subject_id)), [])

    def _why_not(self, alert: Alert, rule: Rule) -> str:
        if not rule.is_on:
            return Alert.Why.RULE_OFF
        if not self._is_true(alert):
            return Alert.Why.WITHDRAWN if alert.kind == Alert.Kind.BULLETIN else Alert.Why.NOT_TRUE
        return Alert.Why.TOO_LATE if is_stale(alert.due_at, self.now) else ""

    def _is_true(self, alert: Alert) -> bool:
        if alert.kind == Alert.Kind.MAILING:
            return True
        fact = self.facts[alert.key]
        if alert.kind in (Alert.Kind.LATE, Alert.Kind.BULLETIN):
            return fact is not None
        if alert.kind == Alert.Kind.ABSENCE:
            return fact.outcome is Outcome.STANDING
        return not fact.outcome.is_an_absence and any(map(may_have_left, self._originals(alert)))

    def _quiet_until(self, rule: Rule) -> datetime | None:
        if rule.ignores_quiet:
            return None
        return quiet_ends(localtime(self.now), self.settings.quiet_from, self.settings.quiet_until)

    def _gathers_until(self, alert: Alert) -> datetime | None:
        """Until another one of that family is due, if that is soon: then both make one message."""
        if alert.kind not in GATHERED or not self.settings.digest_minutes:
            return None
        last = alert.created_at + self.settings.grace + self.settings.digest
        return next((due_at for due_at in self.coming[self._gathered_by(alert)] if due_at <= last), None)

    @cached_property
    def coming(self) -> dict[tuple, list[datetime]]:
        """When each family's next ones are due, of those that are still true."""
        found: dict[tuple, list[datetime]] = defaultdict(list)
        for alert in self.soon:
            if self.facts[alert.key] and self._is_true(alert):
                found[self._gathered_by(alert)].append(alert.due_at)
        return found

    def _gathered_by(self, alert: Alert) -> tuple:
        if alert.kind not in GATHERED or not self.settings.digest_minutes:
            return (alert.pk,)
        return alert.guardian_id, alert.kind, self.facts[alert.key].held_on

    # How it is told

    def tell(self) -> None:
        """A message for each family and day."""
        for family in self.ready.values():
            try:
                self._tell(family)
            except Exception:
                logger.exception("Alert %s cannot be told", family[0].pk)
                for alert in family:
                    _close(alert, Alert.State.UNSENT, Alert.Why.BROKEN)

    def _tell(self, family: list[Alert]) -> None:
        for alert in family:
            alert.text = self.words.of(alert, self.facts[alert.key])[0]
        rung, why = self._next_rung(family, 0)
        wait = self.rules[family[0].kind].steps[rung].after if rung is not None else None
        if wait and family[0].guardian.member_id:  # it may be read on the portal first
            lead = _lead(family)
            lead.rung, lead.climbs_at = rung, self.now + wait
        elif rung is not None:
            self._send(rung, family)
            return
        for alert in family:
            _close(alert, _end_without_message(why), why)

    def _climb(self, alert: Alert) -> None:
        """By the next channel, what of it is still to be told, if nothing confirmed that the family knows."""
        alert.climbs_at = None
        family = [one for one in (alert, *self.followers[alert.pk]) if self._is_owed(one)]
        if not family or self._is_received(alert):
            return
        if is_stale(alert.due_at, self.now):
            _leave_the_portal(family, Alert.State.UNSENT, Alert.Why.TOO_LATE)
        elif later := self._quiet_until(self.rules[alert.kind]):
            alert.climbs_at = alert.due_at = later  # silence makes nothing late
        else:
            self._climb_now(alert, family)

    def _climb_now(self, alert: Alert, family: list[Alert]) -> None:
        rung, why = self._next_rung(family, alert.rung)
        if rung is None:
            _leave_the_portal(family, _end_without_message(why), why)
        else:
            self._send(rung, family, alert)

    def _is_owed(self, alert: Alert) -> bool:
        """Still true, and unread."""
        return alert.state != Alert.State.CANCELLED and not alert.read_at and self._is_true(alert)

    def _is_received(self, alert: Alert) -> bool:
        made = self.tries.get((alert.guardian_id, alert.key), [])
        received = any(one.state == State.DELIVERED for one in made)
        return received or any(one.channel == Channel.EMAIL and one.state == State.ACCEPTED for one in made)

    def _next_rung(self, family: list[Alert], start: int) -> tuple[int | None, str]:
        """The next channel that this guardian has; else why not the first of them ("" if there was none)."""
        why_not = ""
        for rung, step in enumerate(self.rules[family[0].kind].steps[start:], start):
            why = self._why_not_by(step, family)
            if not why:
                return rung, ""
            why_not = why_not or why
        return None, why_not

    def _why_not_by(self, step: Step, family: list[Alert]) -> str:
        guardian = family[0].guardian
        if step.channel == Channel.EMAIL:
            return "" if guardian.email and mail_is_on() else Alert.Why.NO_EMAIL
        if not self.settings.sends_sms:
            return Alert.Why.SMS_OFF
        if not is_mobile(guardian.phone):
            return Alert.Why.NO_MOBILE
        if guardian.phone in self.bad_numbers:
            return Alert.Why.BAD_NUMBER
        return "" if self._left_to(step, family) else Alert.Why.SAME_NUMBER

    def _left_to(self, step: Step, family: list[Alert]) -> list[Alert]:
        """What that channel has to tell: by SMS, what no other guardian was told at the same number."""
        if step.channel == Channel.EMAIL:
            return family
        return [alert for alert in family if (alert.key, alert.guardian.phone) not in self.told]

    def _send(self, rung: int, family: list[Alert], lead: Alert | None = None) -> None:
        """What that channel has left to tell of it, by one message, its `lead`'s or its first's."""
        step = self.rules[family[0].kind].steps[rung]
        fresh = self._left_to(step, family)
        for alert in family:
            if alert in fresh:
                _close(alert, Alert.State.SENT, "")
            elif alert.state != Alert.State.SENT:
                _close(alert, Alert.State.ONLINE, Alert.Why.SAME_NUMBER)
        self._write(lead or _lead(fresh), rung, step, fresh)

    def _write(self, alert: Alert, rung: int, step: Step, family: list[Alert]) -> None:
        texts = self._texts(family)
        by_mail = step.channel == Channel.EMAIL
        text = texts[0] if by_mail else as_sms(texts)
        recipient = alert.guardian.email if by_mail else alert.guardian.phone
        self.told |= {(one.key, recipient) for one in family}
        self.deliveries.append(
            Delivery(
                alert=alert,
                channel=step.channel,
                recipient=recipient,
                text=text,
                is_bulk=alert.is_bulk,
                segments=0 if by_mail else cost_of(text).segments,
                may_be_double=any(one.in_doubt for one in self._made_by(alert, step)),
                next_try_at=self.now,
                created_at=self.now,
                updated_at=self.now,
            )
        )
        alert.rung = rung + 1
        following, _ = self._next_rung(family, rung + 1)
        steps = self.rules[alert.kind].steps
        alert.climbs_at = None if following is None else self.now + steps[following].after

    def _made_by(self, alert: Alert, step: Step) -> Iterator[Delivery]:
        made = self.tries.get((alert.guardian_id, alert.key), [])
        return (one for one in made if one.channel == step.channel)

    def _texts(self, family: list[Alert]) -> list[str]:
        if len(family) == 1:
            return self.words.of(family[0], self.facts[family[0].key])
        return self.words.of_digest((alert, self.facts[alert.key]) for alert in family)

    def save(self) -> None:
        save_all(self.known, ["state", "why", "due_at", "text", "lead", "rung", "climbs_at"])
        created = Delivery.objects.bulk_create(self.deliveries)
        DeliveryChange.objects.bulk_create(
            DeliveryChange(delivery=row, state=row.state, changed_at=self.now) for row in created
        )
        if any(not alert.is_bulk for alert in self.known):
            alerts_moved(self.now)


def _close(alert: Alert, state: str, why: str) -> None:
    alert.state, alert.why = state, why


def _leave_the_portal(family: list[Alert], state: str, why: str) -> None:
    """Those that were only to be read there; what was sent stays so."""
    for alert in family:
        if alert.state == Alert.State.ONLINE:
            _close(alert, state, why)


def _end_without_message(why: str) -> str:
    """On the portal, where it always is, unless somebody must be told that nothing could be sent."""
    return Alert.State.ONLINE if why in ("", Alert.Why.SAME_NUMBER) else Alert.State.UNSENT


def _lead(family: list[Alert]) -> Alert:
    """The first, that the others are told with."""
    for alert in family[1:]:
        alert.lead = family[0]
    return family[0]
