"""Workers killed with messages in their hands, Redis away: no alert is lost, none is doubled.

Each protection is also taken away, and the campaign must then find what it prevents: one that cannot
proves nothing.
"""

import os
import signal
import threading
from pathlib import Path

import pytest

from apps.accounts.models import Role
from apps.attendance.rules import Line, default_slots
from apps.attendance.services import close_roll_call
from apps.core.clock import now, today
from apps.core.tenancy import in_school
from apps.notifications.models import AlertSettings, Delivery
from apps.people.models import Guardianship
from tests.factories.notifications import DeliveryFactory
from tests.faults.results import keep, seed_of, size
from tests.faults.test_messages import leave
from tests.gateways.peer import TOKEN, Peer, running_peer
from tests.processes import running, wait_until

KILLS = size(2)
MESSAGES = 4 * KILLS
KILLED_AT = {3 * (n + 1) for n in range(KILLS)}  # of the messages that the gateway received
WORKER = "tests.faults.alerts_worker"


class Killer:
    """Ends the worker, without warning, while the gateway reads each third message."""

    def __init__(self) -> None:
        self.process = None
        self.count = 0
        self.lock = threading.Lock()

    def __call__(self, message: dict) -> None:
        with self.lock:
            self.count += 1
            if self.count in KILLED_AT and self.process:
                os.kill(self.process.pid, signal.SIGKILL)
                self.process = None


def campaign(school, log: Path, *without: str) -> dict[str, int]:
    """Send while workers are killed until nothing waits: what was lost, what doubled, in how many kills."""
    with in_school(school.pk):
        DeliveryFactory.create_batch(MESSAGES)
    killer, kills = Killer(), 0
    with running_peer() as peer:
        peer.on_message = killer
        gateway = {"SMS_GATEWAY": "http", "SMS_HTTP_URL": peer.url, "SMS_HTTP_TOKEN": TOKEN}
        while waiting(school):
            with running("-m", WORKER, *without, log=log, **gateway) as process:
                killer.process = process
                wait_until(lambda: process.poll() is not None or not waiting(school))
                kills += process.poll() == -signal.SIGKILL
    counts = {"lost": lost(school, peer), "doubled": len(peer.doubled), "half_done": waiting(school)}
    return {"acknowledged": MESSAGES, **counts, "kills": kills}


def waiting(school) -> int:
    with in_school(school.pk):
        return Delivery.objects.filter(state__in=["created", "sending"]).count()


def lost(school, peer: Peer) -> int:
    with in_school(school.pk):
        references = Delivery.objects.values_list("reference", flat=True)
        return sum(str(reference) not in peer.taken for reference in references)


def test_killed_workers_lose_nothing_and_double_nothing(school, tmp_path, request):
    counts = campaign(school, tmp_path / "worker.log")
    print(f"alerts: {counts}")  # noqa: T201
    keep("alerts", seed=seed_of(request), **counts)
    assert (counts["lost"], counts["doubled"], counts["half_done"]) == (0, 0, 0)
    assert counts["kills"] == len(KILLED_AT)


def test_without_asking_first_the_campaign_finds_doubles(school, tmp_path, request):
    counts = campaign(school, tmp_path / "worker.log", "never asks")
    keep("alerts-never-asking", seed=seed_of(request), **counts)
    assert counts["doubled"] > 0


def test_marked_before_it_is_sent_the_campaign_finds_losses(school, tmp_path, request):
    counts = campaign(school, tmp_path / "worker.log", "marks first")
    keep("alerts-marked-first", seed=seed_of(request), **counts)
    assert counts["lost"] > 0


@pytest.mark.parametrize("fault", ["stop", "freeze"])
def test_an_absence_is_told_though_redis_is_away(school, world, redis, environment, tmp_path, fault):
    with in_school(school.pk):
        AlertSettings.objects.create(grace_minutes=0)
    with running_peer() as peer:
        gateway = {"SMS_GATEWAY": "http", "SMS_HTTP_URL": peer.url, "SMS_HTTP_TOKEN": TOKEN} | environment
        with (
            running("manage.py", "relay", log=tmp_path / "relay.log", **gateway),
            running("manage.py", "sweep", log=tmp_path / "sweep.log", **gateway),
        ):
            leave(redis, fault)
            with in_school(school.pk):
                phone = phone_of_someone_absent(world)
            wait_until(lambda: phone in {message["to"] for message in peer.received})
    assert peer.doubled == []


def phone_of_someone_absent(world) -> str:
    """Someone who was there this morning misses the seventh hour."""
    care = Guardianship.objects.exclude(student=world.student).order_by("pk").first()
    close_roll_call(
        group_id=world.course.group_id,
        held_on=today(),
        hours=default_slots()[6],
        lines={care.student_id: Line("absent")},
        by=world.members[Role.TEACHER],
        at=now(),
    )
    return care.guardian.phone
