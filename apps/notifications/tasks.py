"""Deliveries carried to the gateway, outside any transaction; and the sweep that finds what was forgotten."""

import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from django.db import InterfaceError, OperationalError
from django.db.models import Q

from apps.core.clock import now
from apps.core.jobs import enqueue, waiting_in
from apps.core.tenancy import all_schools, in_school
from apps.gateways.api import Ambiguous, Gateway, Unreachable, gateway_of, send_sms

from . import services
from .models import Alert, Delivery, Receipt, SmsGateway
from .services import Lapsed, Leased, NeverLeft, Result

THREADS = 16
CHUNK = 4 * THREADS  # leased together: even if each call takes its 20 s, within the lease
BATCH = 3 * CHUNK  # in one job
JOB_SECONDS = 30  # a job begins no other chunk after that: it ends within RQ's 120 s
AT_ONCE = 200  # prepared together, so that workers begin while the sweep goes on
TURNS = {False: 10, True: 2}  # of one school in one sweep; in number, fewer: the urgent are looked at again
NUDGES = 10  # batches given in a turn
URGENT, BULK = "alerts", "bulk"
logger = logging.getLogger(__name__)


def deliver(school_id: int, *delivery_ids: int) -> None:
    """Carry these deliveries, or those of them that still wait. Run twice or at once, each leaves once."""
    ends_at = time.monotonic() + JOB_SECONDS
    with ThreadPoolExecutor(THREADS) as pool:
        while time.monotonic() < ends_at and _carry_chunk(pool, school_id, delivery_ids):
            pass


def deliver_in_bulk(school_id: int, *delivery_ids: int) -> None:
    """The same of what is sent in number; between two chunks, it makes way for urgent jobs."""
    ends_at = time.monotonic() + JOB_SECONDS
    with ThreadPoolExecutor(THREADS) as pool:
        while _carry_chunk(pool, school_id, delivery_ids):
            if time.monotonic() > ends_at or waiting_in(URGENT):
                enqueue(deliver_in_bulk, school_id, *delivery_ids, queue=BULK)
                return


def _carry_chunk(pool: ThreadPoolExecutor, school_id: int, delivery_ids: tuple[int, ...]) -> int:
    """How many of them were carried. The threads have no scope and no database: network only."""
    with in_school(school_id):
        leased = services.lease(delivery_ids, now(), limit=CHUNK)
    if leased:
        results = list(zip(leased, pool.map(_carry, leased), strict=True))
        with in_school(school_id):
            services.record(results, now())
    return len(leased)


def _carry(leased: Leased) -> Result:
    """One message, to its gateway; asked about first when it may have left already.

    That a second try reached nobody says nothing of the first: the doubt stays. A worker that was stopped
    beyond its lease sends nothing when it goes on: its heir may have.
    """
    try:
        gateway = gateway_of(leased.account)
        if leased.asks_first:
            known = _ask(gateway, leased)
            if known is not None or not leased.may_send:
                return known or NeverLeft()
        if not leased.has_time(now()):
            return Lapsed()
        if leased.account.kind == "mail":
            return gateway.send(leased.reference, leased.recipient, leased.text)
        return send_sms(leased.reference, leased.recipient, leased.text, by=gateway)
    except Unreachable as trouble:
        return Ambiguous(str(trouble)) if leased.doubt_stays else trouble
    except Ambiguous as trouble:
        return trouble
    except Exception as bug:
        logger.exception("Delivery %s", leased.delivery_id)
        return Ambiguous(type(bug).__name__)


def _ask(gateway: Gateway, leased: Leased) -> Result | None:
    """What the gateway knows of it. Raises Ambiguous when it cannot be asked: the doubt stays."""
    try:
        return gateway.ask(leased.reference)
    except Unreachable as trouble:
        raise Ambiguous(str(trouble)) from trouble


def sweep(at: datetime) -> int:
    """In every school: prepare what is due, have carried what waits. Return how many deliveries.

    It is what delivers when Redis lost everything: workers are only quicker. Without a queue, it carries
    them itself. Several may run side by side. What is sent in number comes after all the rest.
    """
    schools = _schools_with_work(at)
    urgent = sum(_sweep_one(school_id, at, bulk=False) for school_id in schools)
    return urgent + sum(_sweep_one(school_id, at, bulk=True) for school_id in schools)


def _schools_with_work(at: datetime) -> list[int]:
    with all_schools(reason="the sweep serves every school", read_only=True):
        due, climbing = Alert.objects.due(at), Alert.objects.climbing(at)
        waiting = Delivery.objects.unfinished(at).filter(Q(nudged_until=None) | Q(nudged_until__lte=at))
        heard = Receipt.objects.filter(settled_at=None)
        work = [rows.order_by().values("school_id") for rows in (due, climbing, waiting, heard)]
        return sorted(row["school_id"] for row in work[0].union(*work[1:]))


def _sweep_one(school_id: int, at: datetime, *, bulk: bool) -> int:
    """One school; its trouble is not the others'."""
    try:
        if not bulk:
            with in_school(school_id):
                services.settle_receipts(at)
        return sum(_turns(school_id, at, bulk=bulk))
    except (OperationalError, InterfaceError):
        raise  # the database is away: the next sweep starts with another connection
    except Exception:
        logger.exception("The sweep of school %s failed", school_id)
        return 0


def _turns(school_id: int, at: datetime, *, bulk: bool) -> Iterator[int]:
    """Some are prepared, and workers asked to carry them while others are prepared."""
    for _ in range(TURNS[bulk]):
        with in_school(school_id):
            prepared = services.prepare(at, limit=AT_ONCE, bulk=bulk)
        yield sum(map(len, _nudge(school_id, at, bulk=bulk)))
        if prepared < AT_ONCE:
            return


def _nudge(school_id: int, at: datetime, *, bulk: bool) -> Iterator[list[int]]:
    """Batches given to workers, or carried here; of those in number, without a queue, one at a time."""
    task, queue = (deliver_in_bulk, BULK) if bulk else (deliver, URGENT)
    for _ in range(NUDGES):
        with in_school(school_id):
            ids = services.to_nudge(at, limit=BATCH, bulk=bulk)
        if not ids:
            return
        is_queued = enqueue(task, school_id, *ids, queue=queue)
        if not is_queued:
            deliver(school_id, *ids)
        yield ids
        if bulk and not is_queued:
            return


def look_after_gateways() -> None:
    """A job for each school's gateway: the sweep waits for none of them, and one's trouble is its own.

    Without a queue, they are left to the next hour.
    """
    with all_schools(reason="each school's gateways are looked after", read_only=True):
        known = list(SmsGateway.objects.order_by("pk").values_list("school_id", "pk"))
    for school_id, gateway_id in known:
        if not enqueue(look_after_gateway, school_id, gateway_id):
            return


def look_after_gateway(school_id: int, gateway_id: int) -> None:
    """Receipts asked for where they are not yet, what is left on the account; unreachable, the next hour.

    Old receipts are forgotten, of one out of service too.
    """
    with in_school(school_id):
        services.forget_receipts(now())
        gateway = SmsGateway.objects.filter(pk=gateway_id, is_active=True).first()
        account = gateway and services.account_of(gateway)
    if not account:
        return
    try:
        if gateway.receipts_at and not gateway.subscribed_at:
            gateway_of(account).subscribe(gateway.receipts_at)
            gateway.subscribed_at = now()
        balance = gateway_of(account).balance()
        if balance:
            gateway.balance, gateway.balance_at = balance.units, now()
    except Unreachable as trouble:
        logger.warning("Gateway %s: %s", gateway_id, trouble)
    with in_school(school_id):
        gateway.save(update_fields=["subscribed_at", "balance", "balance_at"])
