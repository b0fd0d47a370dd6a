"""Workers to be killed: short leases, and a protection taken away if asked.

A nursery: it loads Django once and lives on; its child works until killed, and another is born.

    python -m tests.faults.alerts_worker PIDS_FILE [queue|rq|one thread] [PROTECTION TAKEN AWAY]

Each child's pid is added to the file. The child sweeps and carries by itself; with `queue` it sweeps and asks
the queue, and `rq` works for that one.
"""

import ctypes
import os
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path

import django

django.setup()

import django_rq  # noqa: E402 Django first
from django.db import connections  # noqa: E402
from rq import SimpleWorker  # noqa: E402
from rq.serializers import JSONSerializer  # noqa: E402

from apps.core.clock import now  # noqa: E402
from apps.core.tenancy import in_school  # noqa: E402
from apps.gateways.api import Accepted, send_sms  # noqa: E402
from apps.notifications import services, tasks  # noqa: E402
from apps.notifications.services import sending  # noqa: E402

CHUNK = 4
PR_SET_PDEATHSIG = 1


def mark_then_send(school_id: int, *ids: int) -> None:
    """What is marked and not sent when it dies is lost."""
    with in_school(school_id):
        leased = services.lease(ids, now(), limit=CHUNK)
        services.record([(one, Accepted()) for one in leased], now())
    for one in leased:
        send_sms(one.reference, one.recipient, one.text)


def without_a_queue(*args, **kwargs) -> bool:
    return False


def live(queue: bool, rq: bool) -> None:
    """Until killed. A database that went away is another's life's affair."""
    if rq:
        named = django_rq.get_queue("alerts")
        while True:
            SimpleWorker([named], connection=named.connection, serializer=JSONSerializer).work(burst=True)
            time.sleep(0.01)
    if not queue:
        tasks.enqueue = without_a_queue
    while True:
        tasks.sweep(now())
        time.sleep(0.02)


def raise_children(names: Path, *asked: str) -> None:
    """One after the other, for ever."""
    while True:
        connections.close_all()
        child = os.fork()
        if not child:
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            live("queue" in asked, "rq" in asked)
        with names.open("a") as told:
            told.write(f"{child}\n")
        os.waitpid(child, 0)


sending.LEASE, sending.CALL = timedelta(seconds=0.6), timedelta(seconds=0.2)
sending.wait_after = lambda attempts: timedelta(seconds=0.1)
sending.RECEIPT_WAIT = timedelta(seconds=3)  # receipts come one by one, by the portal's own door
sending.NUDGED = timedelta(seconds=0.3) if "queue" in sys.argv else timedelta(0)
tasks.CHUNK = CHUNK
if "one thread" in sys.argv:
    tasks.THREADS = 1
if "never asks" in sys.argv:
    tasks._ask = lambda gateway, leased: None
if "marks first" in sys.argv:
    tasks.deliver = mark_then_send
if "never looks at the clock" in sys.argv:
    services.Leased.has_time = lambda leased, now: True
if "no sweep" in sys.argv:
    sending.NUDGED = timedelta(hours=1)
raise_children(Path(sys.argv[1]), *sys.argv[2:])
