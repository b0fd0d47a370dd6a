"""Deliveries carried to the gateway, outside any transaction; and the sweep that finds what was forgotten."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from django.db import InterfaceError, OperationalError
from django.db.models import Q

from apps.core.clock import now
from apps.core.jobs import enqueue
from apps.core.tenancy import all_schools, in_school
from apps.gateways.api import Ambiguous, Unreachable, ask_sms, send_sms

from . import services
from .models import Alert, Delivery
from .services import Leased, NeverLeft, Result

THREADS = 16
CHUNK = 2 * THREADS  # leased together: even if each call takes its 14 s, within the lease
BATCH = 3 * CHUNK  # in one job: within its 120 s
AT_ONCE = 1000  # of one school, in one sweep
logger = logging.getLogger(__name__)


def deliver(school_id: int, *delivery_ids: int) -> None:
    """Carry these deliveries, or those of them that still wait. Run twice or at once, each leaves once."""
    while True:
        with in_school(school_id):
            leased = services.lease(delivery_ids, now(), limit=CHUNK)
        if not leased:
            return
        with ThreadPoolExecutor(THREADS) as pool:  # they have no scope and no database: network only
            results = list(zip(leased, pool.map(_carry, leased), strict=True))
        with in_school(school_id):
            services.record(results, now())


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
    them itself. Several may run side by side.
    """
    return sum(_sweep_one(school_id, at) for school_id in _schools_with_work(at))


def _schools_with_work(at: datetime) -> list[int]:
    with all_schools(reason="the sweep serves every school", read_only=True):
        due = Alert.objects.due(at).order_by().values("school_id")
        waiting = Delivery.objects.unfinished(at).filter(Q(nudged_until=None) | Q(nudged_until__lte=at))
        rows = due.union(waiting.order_by().values("school_id"))
        return sorted(row["school_id"] for row in rows)


def _sweep_one(school_id: int, at: datetime) -> int:
    """One school; its trouble is not the others'."""
    try:
        with in_school(school_id):
            services.prepare(at, limit=AT_ONCE)
            ids = services.to_nudge(at, limit=AT_ONCE)
        for batch in _batches(ids):
            if not enqueue(deliver, school_id, *batch, queue="alerts"):
                deliver(school_id, *batch)
    except (OperationalError, InterfaceError):
        raise  # the database is away: the next sweep starts with another connection
    except Exception:
        logger.exception("The sweep of school %s failed", school_id)
        return 0
    return len(ids)


def _batches(ids: list[int]) -> list[list[int]]:
    return [ids[first : first + BATCH] for first in range(0, len(ids), BATCH)]
