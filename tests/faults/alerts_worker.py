"""A worker to be killed: short leases, no queue, and a protection taken away if asked."""

import sys
import time
from datetime import timedelta

import django

django.setup()

from apps.core.clock import now  # noqa: E402 Django first
from apps.core.tenancy import in_school  # noqa: E402
from apps.gateways.api import Accepted, send_sms  # noqa: E402
from apps.notifications import services, tasks  # noqa: E402
from apps.notifications.services import sending  # noqa: E402

CHUNK = 4


def mark_then_send(school_id: int, *ids: int) -> None:
    """What is marked and not sent when it dies is lost."""
    with in_school(school_id):
        leased = services.lease(ids, now(), limit=CHUNK)
        services.record([(one, Accepted()) for one in leased], now())
    for one in leased:
        send_sms(one.reference, one.recipient, one.text)


sending.LEASE = timedelta(seconds=0.5)
sending.NUDGED = timedelta(0)
tasks.CHUNK = CHUNK
tasks.enqueue = lambda *args, **kwargs: False
match sys.argv[1:]:
    case ["never asks"]:
        tasks._ask = lambda gateway, leased: None
    case ["marks first"]:
        tasks.deliver = mark_then_send
while True:
    tasks.sweep(now())
    time.sleep(0.1)
