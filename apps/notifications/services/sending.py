"""How a delivery is taken by one worker at a time, and what became of it written down. No network here."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from apps.core.tenancy import current_school_id
from apps.gateways.api import (
    NUMBER,
    PLATFORM,
    SCHOOL,
    Accepted,
    Account,
    Ambiguous,
    Call,
    Doubt,
    Refused,
    Unreachable,
    take,
)
from apps.notifications.models import Alert, AlertSettings, Delivery, DeliveryChange
from apps.notifications.rules import FAILED, advance, is_stale, wait_after, without_persons

from .days import local_day
from .money import charge, give_back
from .moving import alerts_moved
from .numbers import set_aside
from .routes import Route, Routes
from .rows import save_all

LEASE = timedelta(seconds=90)
CALL = timedelta(seconds=20)  # a call takes at most (gateways): none begins when the lease has less left
NUDGED = timedelta(seconds=30)
BULK_NUDGED = timedelta(minutes=2)  # a long queue is not asked for again and again
RECEIPT_WAIT = timedelta(minutes=3)  # before a message in doubt leaves again, where only a receipt tells
logger = logging.getLogger(__name__)
State = Delivery.State
ON_ITS_WAY = {State.CREATED, State.SENDING}
COST_NOTHING = {State.REFUSED, State.CANCELLED, State.EXPIRED}  # unless a receipt says so of what was taken
_CEILINGS = {
    NUMBER: Alert.Why.CAP_NUMBER,
    SCHOOL: Alert.Why.CAP_SCHOOL,
    PLATFORM: Alert.Why.CAP_PLATFORM,
}


def alert_settings() -> AlertSettings:
    """The school's, or what a school that chose nothing gets."""
    return AlertSettings.objects.first() or AlertSettings()


@dataclass(frozen=True, slots=True)
class NeverLeft:
    """The gateway never had it, and it is no longer to be sent."""


@dataclass(frozen=True, slots=True)
class Lapsed:
    """Whoever held it came back too late to call (stopped, suspended): somebody else has it, or will."""


Result = Accepted | Refused | NeverLeft | Lapsed | Unreachable | Ambiguous


class Steps:
    """Deliveries that move, each step appended; a step that is not forward is not taken."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.rows: dict[int, Delivery] = {}
        self.spared: list[Delivery] = []
        self.changes: list[DeliveryChange] = []

    def take(self, delivery: Delivery, state: str, detail: str = "") -> None:
        """To another state; one in which nothing certainly left costs nothing."""
        after = advance(delivery.state, state)
        if after != delivery.state:
            delivery.state = after
            self.note(delivery, detail)
            if after in COST_NOTHING and not delivery.in_doubt:
                self.spared.append(delivery)

    def note(self, delivery: Delivery, detail: str = "") -> None:
        """A step within a state: another try, or why the last one failed."""
        delivery.detail, delivery.updated_at = without_persons(detail)[:120], self.now
        self.rows[delivery.pk] = delivery
        self.changes.append(
            DeliveryChange(
                delivery=delivery, state=delivery.state, detail=delivery.detail, changed_at=self.now
            )
        )

    def save(self) -> None:
        if not self.rows:
            return
        give_back(self.spared)
        self._hasten_what_follows()
        save_all(
            self.rows.values(),
            ["state", "detail", "updated_at", "token", "leased_until", "next_try_at", "attempts", "in_doubt",
             "may_be_double", "gateway", "provider_reference", "cost", "charged_to"],
        )  # fmt: skip
        DeliveryChange.objects.bulk_create(self.changes)
        if any(row.state not in ON_ITS_WAY and not row.is_bulk for row in self.rows.values()):
            alerts_moved(self.now)

    def _hasten_what_follows(self) -> None:
        """The next channel of what failed need not be waited for.

        Unless somebody holds the alert, to correct it or to climb already: he may wait for our delivery.
        """
        failed = {delivery.alert_id for delivery in self.rows.values() if delivery.state in FAILED}
        if failed:
            waiting = Alert.objects.filter(pk__in=failed, climbs_at__gt=self.now).order_by("pk")
            free = list(waiting.select_for_update(skip_locked=True).values_list("pk", flat=True))
            Alert.objects.filter(pk__in=free).update(climbs_at=self.now)


@dataclass(frozen=True, slots=True)
class Leased:
    """What a worker carries to the gateway, without the database. `token` fences whoever held it before."""

    delivery_id: int
    token: int
    reference: UUID
    recipient: str
    text: str
    account: Account
    in_doubt: bool
    asks_first: bool
    may_send: bool
    until: datetime

    @property
    def doubt_stays(self) -> bool:
        """Whether an earlier try may have left, whatever comes of this one: nobody can be asked."""
        return self.in_doubt and not self.asks_first

    def has_time(self, now: datetime) -> bool:
        """Whether a call that begins now ends within the lease."""
        return now <= self.until - CALL


@transaction.atomic
def lease(delivery_ids: Iterable[int], now: datetime, *, limit: int) -> list[Leased]:
    """Take up to `limit` deliveries for the time of a lease; nobody else sends them meanwhile.

    What is stale, or no longer true and certainly not left, or above a ceiling of the day, is closed here
    instead.
    """
    rows = Delivery.objects.unfinished(now).filter(pk__in=list(delivery_ids)).select_related("alert")
    taken = list(rows.order_by("pk").select_for_update(skip_locked=True, of=["self"])[:limit])
    if not taken:
        return []
    steps, routes = Steps(now), Routes.of_school(now)
    wanted = _wanted(taken)
    alive = [delivery for delivery in taken if _may_live(delivery, delivery.pk in wanted, steps)]
    on_their_way = [(one, route) for one in alive if (route := _route_of(one, routes, steps))]
    leased = [
        _lease_one(delivery, route, delivery.pk in wanted, steps)
        for delivery, route in _under_ceilings(on_their_way, steps)
        if _may_leave(delivery, route, delivery.pk in wanted, steps)
    ]
    steps.save()
    return leased


def _wanted(deliveries: list[Delivery]) -> set[int]:
    """Those whose alert, or one that is told with it, still stands."""
    leads = {one.alert_id for one in deliveries if one.alert.state == Alert.State.CANCELLED}
    followed = set()
    if leads:
        standing = Alert.objects.filter(lead__in=leads).exclude(state=Alert.State.CANCELLED)
        followed = set(standing.values_list("lead", flat=True))
    return {one.pk for one in deliveries if one.alert_id not in leads or one.alert_id in followed}


def _route_of(delivery: Delivery, routes: Routes, steps: Steps) -> Route | None:
    """Without one it waits: until the secret is typed again, or the doubt is too old."""
    route = routes.of(delivery)
    if not route:
        delivery.leased_until = None
        _try_later(delivery, "attend le secret de sa passerelle", RECEIPT_WAIT, steps)
    return route


def _may_live(delivery: Delivery, is_wanted: bool, steps: Steps) -> bool:
    if not is_wanted and not delivery.in_doubt:
        steps.take(delivery, State.CANCELLED)
        return False
    if is_stale(delivery.alert.due_at, steps.now):
        steps.take(delivery, State.EXPIRED, Alert.Why.IN_DOUBT if delivery.in_doubt else Alert.Why.TOO_LATE)
        return False
    return True


def _under_ceilings(deliveries: list[tuple[Delivery, Route]], steps: Steps) -> list[tuple[Delivery, Route]]:
    """Each SMS is charged to the month once, when it is first taken, and counted.

    What is above the budget or a ceiling is closed with the reason, uncounted, and costs nothing.
    """
    sms = Delivery.Channel.SMS
    new = [(one, route) for one, route in deliveries if one.state == State.CREATED and one.channel == sms]
    if not new:
        return deliveries
    settings = alert_settings()
    left_out = charge([(one, route.price(settings)) for one, route in new], settings, steps.now)
    why = dict.fromkeys(left_out, Alert.Why.BUDGET)
    paid = [one for one, _ in new if one.pk not in why]
    calls = [Call(one.recipient, current_school_id(), settings.sms_a_day) for one in paid]
    answers = take(calls, local_day(steps.now))
    why |= {one.pk: _CEILINGS[at] for one, at in zip(paid, answers, strict=True) if at}
    for delivery, _ in new:
        if delivery.pk in why:
            steps.take(delivery, State.EXPIRED, why[delivery.pk])
    return [(one, route) for one, route in deliveries if one.pk not in why]


def _may_leave(delivery: Delivery, route: Route, is_wanted: bool, steps: Steps) -> bool:
    """Where nobody can be asked, what may have left waits for a receipt before it leaves again, marked."""
    if not delivery.in_doubt or route.doubt is Doubt.ASKS:
        return True
    if route.doubt is Doubt.WAITS and delivery.leased_until:  # whoever held it died
        delivery.leased_until, delivery.next_try_at = None, steps.now + RECEIPT_WAIT
        steps.note(delivery, "attend un accusé de réception")
        return False
    if not is_wanted:
        steps.take(delivery, State.EXPIRED, Alert.Why.IN_DOUBT)
        return False
    delivery.may_be_double = delivery.may_be_double or route.doubt is Doubt.WAITS
    return True


def _lease_one(delivery: Delivery, route: Route, is_wanted: bool, steps: Steps) -> Leased:
    was_in_doubt, delivery.in_doubt, delivery.gateway = delivery.in_doubt, True, route.gateway
    delivery.state = advance(delivery.state, State.SENDING)
    delivery.token += 1
    delivery.attempts += 1
    delivery.leased_until = steps.now + LEASE
    steps.note(delivery)
    return Leased(
        delivery.pk, delivery.token, delivery.reference, delivery.recipient, delivery.text, route.account,
        was_in_doubt, was_in_doubt and route.doubt is Doubt.ASKS, is_wanted, delivery.leased_until,
    )  # fmt: skip


@transaction.atomic
def record(results: Sequence[tuple[Leased, Result]], now: datetime) -> int:
    """Write what the gateway said, and return of how many; who lost the lease is not heard."""
    said = {leased.delivery_id: (leased, result) for leased, result in results}
    steps, routes = Steps(now), Routes.of_school(now)
    for delivery in Delivery.objects.filter(pk__in=said).select_for_update().order_by("pk"):
        leased, result = said[delivery.pk]
        if delivery.token != leased.token:
            logger.warning("Late word about delivery %s refused", delivery.pk)
        elif delivery.state == State.SENDING:  # else a receipt said more
            delivery.leased_until = None
            delivery.in_doubt = leased.in_doubt if isinstance(result, Lapsed) else delivery.in_doubt
            _record_one(delivery, leased, result, steps, routes)
    steps.save()
    routes.save()
    return len(steps.rows)


def _record_one(delivery: Delivery, leased: Leased, result: Result, steps: Steps, routes: Routes) -> None:
    match result:
        case Accepted():
            delivery.provider_reference, delivery.in_doubt = result.provider_reference, False
            steps.take(delivery, State.DELIVERED if result.is_delivered else State.ACCEPTED)
        case Refused():
            if result.number_is_unknown:
                set_aside(delivery.recipient, result.reason, steps.now)
            _record_refused(delivery, leased, result.reason, steps, routes)
        case NeverLeft():
            delivery.in_doubt = False
            steps.take(delivery, State.CANCELLED)
        case Lapsed():
            _try_later(delivery, "bail dépassé", timedelta(), steps)
        case Unreachable():
            _record_unreachable(delivery, str(result), steps, routes)
        case Ambiguous():
            route = routes.of(delivery)
            waits = not route or route.doubt is Doubt.WAITS
            _try_later(delivery, str(result), RECEIPT_WAIT if waits else wait_after(delivery.attempts), steps)


def _record_refused(delivery: Delivery, leased: Leased, reason: str, steps: Steps, routes: Routes) -> None:
    if leased.doubt_stays:
        steps.note(delivery, reason)
        steps.take(delivery, State.EXPIRED, Alert.Why.IN_DOUBT)
        return
    delivery.in_doubt = False
    if not _falls_over(delivery, reason, steps, routes):
        steps.take(delivery, State.REFUSED, reason)


def _record_unreachable(delivery: Delivery, reason: str, steps: Steps, routes: Routes) -> None:
    delivery.in_doubt = False
    routes.is_down(delivery)
    if not _falls_over(delivery, reason, steps, routes):
        delivery.gateway = None  # from the first again, later
        _try_later(delivery, reason, wait_after(delivery.attempts), steps)


def _falls_over(delivery: Delivery, reason: str, steps: Steps, routes: Routes) -> bool:
    """To the school's other gateway, at once, if it has one that this message has not tried."""
    after = routes.after(delivery)
    if not after or delivery.state != State.SENDING:
        return False
    detail = f"{delivery.gateway} : {reason}"
    delivery.gateway = after
    _try_later(delivery, detail, timedelta(), steps)
    return True


def _try_later(delivery: Delivery, detail: str, wait: timedelta, steps: Steps) -> None:
    delivery.next_try_at = steps.now + wait
    steps.note(delivery, detail)


@transaction.atomic
def to_nudge(now: datetime, *, limit: int, bulk: bool = False) -> list[int]:
    """The deliveries that no worker was asked to carry lately (half a minute); they are asked for now."""
    rows = Delivery.objects.unfinished(now).filter(is_bulk=bulk)
    rows = rows.filter(Q(nudged_until=None) | Q(nudged_until__lte=now))
    taken = list(rows.order_by("pk").select_for_update(skip_locked=True).values_list("pk", flat=True)[:limit])
    Delivery.objects.filter(pk__in=taken).update(nudged_until=now + (BULK_NUDGED if bulk else NUDGED))
    return taken
