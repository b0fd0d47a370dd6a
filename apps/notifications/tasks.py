"""Deliveries carried to the gateway, outside any transaction; and the sweep that finds what was forgotten."""

import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from math import ceil

from django.db import InterfaceError, OperationalError
from django.db.models import Q

from apps.core.clock import now
from apps.core.jobs import enqueue, waiting_in
from apps.core.tenancy import all_schools, in_school
from apps.gateways.api import Ambiguous, Unreachable, ask_sms, send_sms

from . import services
from .models import Alert, Delivery
from .services import Leased, NeverLeft, Result

THREADS = 16
CHUNK = 2 * THREADS  # leased together: even if each call takes all its time, within the lease
BATCH = 3 * CHUNK  # in one job
JOB_SECONDS = 40  # a job begins no other chunk after that: it ends within RQ's 120 s
AT_ONCE = 1000  # of one school, in one sweep
URGENT, BULK = "alerts", "bulk"
logger = logging.getLogger(__name__)


def deliver(school_id: int, *delivery_ids: int) -> None:
    """Carry these deliveries, or those of them that still wait. Run twice or at once, each leaves once."""
    ends_at = time.monotonic() + JOB_SECONDS
    while time.monotonic() < ends_at and _carry_chunk(school_id, delivery_ids):
        pass


def deliver_in_bulk(school_id: int, *delivery_ids: int) -> None:
    """The same of what is sent in number; between two chunks, it makes way for urgent jobs."""
    ends_at = time.monotonic() + JOB_SECONDS
    while _carry_chunk(school_id, delivery_ids):
        if time.monotonic() > ends_at or waiting_in(URGENT):
            enqueue(deliver_in_bulk, school_id, *delivery_ids, queue=BULK)
            return


def _carry_chunk(school_id: int, delivery_ids: tuple[int, ...]) -> int:
    """How many of them were carried."""
    with in_school(school_id):
        leased = services.lease(delivery_ids, now(), limit=CHUNK)
    if leased:
        with ThreadPoolExecutor(THREADS) as pool:  # they have no scope and no database: network only
            results = list(zip(leased, pool.map(_carry, leased), strict=True))
        with in_school(school_id):
            services.record(results, now())
    return len(leased)


def _carry(leased: Leased) -> Result:
    """One message, to the gateway; asked about first when it may have left already."""
    try:
        if leased.asks_first:
            known = _ask(leased)
            if known is not None or not leased.may_send:
                return known or NeverLeft()
        return send_sms(leased.reference, leased.recipient, leased.text)
    except (Unreachable, Ambiguous) as trouble:
        return trouble
    except Exception as bug:
        logger.exception("Delivery %s", leased.delivery_id)
        return Ambiguous(type(bug).__name__)


def _ask(leased: Leased) -> Result | None:
    """What the gateway knows of it. Raises Ambiguous when it cannot be asked: the doubt stays."""
    try:
        return ask_sms(leased.reference)
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
        due = Alert.objects.due(at).order_by().values("school_id")
        waiting = Delivery.objects.unfinished(at).filter(Q(nudged_until=None) | Q(nudged_until__lte=at))
        rows = due.union(waiting.order_by().values("school_id"))
        return sorted(row["school_id"] for row in rows)


def _sweep_one(school_id: int, at: datetime, *, bulk: bool) -> int:
    """One school; its trouble is not the others'."""
    try:
        with in_school(school_id):
            services.prepare(at, limit=AT_ONCE, bulk=bulk)
        return sum(map(len, _nudge(school_id, at, bulk=bulk)))
    except (OperationalError, InterfaceError):
        raise  # the database is away: the next sweep starts with another connection
    except Exception:
        logger.exception("The sweep of school %s failed", school_id)
        return 0


def _nudge(school_id: int, at: datetime, *, bulk: bool) -> Iterator[list[int]]:
    """Batches given to workers, or carried here; of those in number, without a queue, one at a time."""
    task, queue = (deliver_in_bulk, BULK) if bulk else (deliver, URGENT)
    for _ in range(ceil(AT_ONCE / BATCH)):
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
