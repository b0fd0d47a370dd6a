"""Workers killed with messages in their hands, Redis emptied, PostgreSQL restarted, an operator that sins.

No alert is lost; none is doubled where the operator knows our reference or answers about it, and elsewhere
what is doubled is marked. Each protection is also taken away, and the campaign must then find what it
prevents: one that cannot proves nothing. By hand, the whole and its table: python -m tests.faults.alerts
"""

import itertools
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client

from apps.accounts.models import Role
from apps.attendance.rules import Line, default_slots
from apps.attendance.services import close_roll_call
from apps.core.clock import now, today
from apps.core.tenancy import in_school
from apps.notifications.models import Alert, AlertSettings, Delivery, SmsGateway
from apps.notifications.services import new_receipts_key
from apps.people.models import Guardianship
from deploy.servers import roles
from deploy.servers.postgres import Postgres
from tests.factories.notifications import AlertFactory, SmsGatewayFactory
from tests.factories.schools import SchoolFactory
from tests.faults.results import keep, seed_of, size
from tests.faults.test_marks import connected
from tests.faults.test_messages import leave, return_again
from tests.gateways.peer import TOKEN, Peer, running_peer
from tests.processes import PATIENCE, running, wait_until
from tests.servers import TEMPLATE, another_postgres

KILLS = int(os.environ.get("EDUCONNECT_KILLS", size(4)))
FLUSHES = int(os.environ.get("EDUCONNECT_FLUSHES", size(4)))
RESTARTS = int(os.environ.get("EDUCONNECT_RESTARTS", size(4)))
EACH = int(os.environ.get("EDUCONNECT_EACH", 4))  # messages written before each fault
NURSERY = "tests.faults.alerts_worker"
TAKEN, RECEIVED = {"deliveryStatus": "MessageWaiting"}, {"deliveryStatus": "DeliveredToTerminal"}
SAID = ([RECEIVED], [RECEIVED, RECEIVED], [TAKEN, RECEIVED])  # of a message
SINS = (500, "cut", "cut-before", 503, 429)


_numbers = itertools.count()


class Nursery:
    """A process whose children work until they are killed."""

    def __init__(self, names: Path, rng: random.Random) -> None:
        self.names, self.rng, self.kills = names, rng, 0
        self.lock = threading.Lock()
        self.last = 0

    def child(self) -> int:
        """The pid of the one that works now; 0 while the next one is being born."""
        lines = self.names.read_text().splitlines() if self.names.exists() else []
        return int(lines[-1]) if lines and int(lines[-1]) != self.last else 0

    def kill(self) -> bool:
        """End it without warning, if it is born."""
        with self.lock:
            pid = self.child()
            if not pid:
                return False
            self.last = pid
            self.kills += 1
        with suppress(ProcessLookupError):  # it died of something else
            os.kill(pid, signal.SIGKILL)
        return True

    def wait_and_kill(self) -> None:
        """As soon as one is born."""
        deadline = time.monotonic() + PATIENCE
        while not self.kill():
            assert time.monotonic() < deadline, "nobody is born any more"
            time.sleep(0.005)

    def kill_now_and_then(self, message: dict) -> None:
        """While the operator reads a message."""
        if self.rng.random() < 0.15:
            self.kill()

    def kill_at_once(self, message: dict) -> None:
        """The same, for each of the first messages."""
        if self.kills < KILLS:
            self.kill()


@contextmanager
def nursery(folder: Path, rng: random.Random, *asked: str, **environment: str) -> Iterator[Nursery]:
    names = folder / f"{'-'.join(('worker', *asked)).replace(' ', '_')}.pids"
    log = names.with_suffix(".log")
    with running("-m", NURSERY, str(names), *asked, log=log, **environment) as process:
        raised = Nursery(names, rng)
        wait_until(raised.child, process, log)
        yield raised


def write(school) -> None:
    """Some messages to send, each to a number of its own, in few statements: campaigns write thousands."""
    instant, numbers = now(), [next(_numbers) for _ in range(EACH)]
    with in_school(school.pk):
        model = Alert.objects.order_by("pk").first() or AlertFactory(state="sent")
        about = {"guardian_id": model.guardian_id, "student_id": model.student_id, "kind": "absence"}
        alerts = Alert.objects.bulk_create(
            Alert(key=f"absence:{10**6 + n}", state="sent", due_at=instant, created_at=instant, **about)
            for n in numbers
        )
        times = {"next_try_at": instant, "created_at": instant, "updated_at": instant}
        Delivery.objects.bulk_create(
            Delivery(alert=alert, recipient=f"+22507{n:08}", text="Aya est absente.", **times)
            for alert, n in zip(alerts, numbers, strict=True)
        )


def waiting(school) -> int:
    with in_school(school.pk):
        return Delivery.objects.filter(state__in=["created", "sending"]).count()


def kill_again_and_again(school, raised: Nursery, keep_pace: Callable[[], None] = lambda: None) -> None:
    """At random points of its work, each time with messages to carry; until nothing waits."""
    while raised.kills < KILLS:
        keep_pace()
        write(school)
        time.sleep(raised.rng.uniform(0, 0.15))
        raised.wait_and_kill()
    wait_until_all_left(school)


def wait_until_all_left(school) -> None:
    """What so many killed workers left behind is a queue: it takes its time."""
    deadline = time.monotonic() + PATIENCE + 0.2 * EACH * KILLS
    while left := waiting(school):
        assert time.monotonic() < deadline, f"{left} still wait"
        time.sleep(0.2)


def platform(peer: Peer) -> dict[str, str]:
    return {"SMS_GATEWAY": "http", "SMS_HTTP_URL": peer.url, "SMS_HTTP_TOKEN": TOKEN, **NO_CEILING}


NO_CEILING = {"SMS_A_DAY": "1000000", "SMS_A_DAY_PER_NUMBER": "1000000"}


def found(school, peer: Peer, **faults: int) -> dict[str, int]:
    """What became of each message. Doubled and not marked is what must never be."""
    doubled = set(peer.doubled)
    with in_school(school.pk):
        rows = list(Delivery.objects.order_by("pk").values_list("reference", "may_be_double", "state"))
    return {
        "acknowledged": len(rows),
        "lost": sum(str(reference) not in peer.taken for reference, _, _ in rows),
        "doubled": len(doubled),
        "unmarked": sum(str(reference) in doubled and not marked for reference, marked, _ in rows),
        "marked": sum(marked for _, marked, _ in rows),
        "half_done": sum(state in ("created", "sending") for _, _, state in rows),
        **faults,
    }


def say(what: str, request, counts: dict[str, int]) -> None:
    print(f"{what}: {counts}")  # noqa: T201
    keep(what, seed=seed_of(request), **counts)


@pytest.fixture
def rng(request) -> random.Random:
    return random.Random(seed_of(request))


@pytest.fixture
def many(school):
    """A school that may send as much as a campaign writes."""
    with in_school(school.pk):
        AlertSettings.objects.create(sms_a_day=10**6)
    return school


@dataclass
class Stage:
    """A PostgreSQL that keeps what it acknowledges, a school in it, and how processes reach it."""

    postgres: Postgres
    places: dict[str, str]
    school: object = None

    def write_through(self, school) -> None:
        """So many messages, acknowledged."""
        wait_until(lambda: answered(write, school))


def answered(ask: Callable, *args: object) -> bool:
    """Whether the database is there for that."""
    try:
        ask(*args)
    except (OperationalError, InterfaceError):
        connection.close()
        return False
    return True


@pytest.fixture
def stage(run_dir, django_db_setup, django_db_blocker) -> Iterator[Stage]:
    postgres = another_postgres(run_dir)
    postgres.durable = True
    postgres.start()
    places = {"DATABASE_URL": postgres.url(roles.APP, TEMPLATE), "DATABASE_OWNER_URL": ""}
    with django_db_blocker.unblock(), connected(places):
        stage = Stage(postgres, places, SchoolFactory())
        with in_school(stage.school.pk):
            AlertSettings.objects.create(sms_a_day=10**6)
        yield stage
    postgres.stop()


def killed(school, folder: Path, rng: random.Random) -> dict[str, int]:
    """Kills at random points, with an operator that sins and answers about our references."""
    with running_peer() as peer:
        peer.sin = sinner(rng)
        with nursery(folder, rng, **platform(peer)) as raised:
            peer.on_message = raised.kill_now_and_then
            kill_again_and_again(school, raised)
        return found(school, peer, kills=raised.kills)


def killed_without(protection: str, school, folder: Path, rng: random.Random) -> dict[str, int]:
    """Kills as the operator reads, which no luck survives without that protection."""
    with running_peer() as peer, nursery(folder, rng, protection, **platform(peer)) as raised:
        peer.on_message = raised.kill_at_once
        for _ in range(KILLS):
            write(school)
        wait_until_all_left(school)
        return found(school, peer, kills=raised.kills)


def sinner(rng: random.Random) -> Callable[[], int | str]:
    """One message in four meets a sin."""
    return lambda: rng.choice(SINS) if rng.random() < 0.25 else 202


def test_killed_workers_lose_nothing_and_double_nothing(many, tmp_path, request, rng):
    counts = killed(many, tmp_path, rng)
    say("alerts-killed", request, counts)
    assert (counts["lost"], counts["doubled"], counts["marked"], counts["half_done"]) == (0, 0, 0, 0)
    assert counts["kills"] >= KILLS


@pytest.mark.long
def test_without_asking_first_the_campaign_finds_doubles(many, tmp_path, request, rng):
    counts = killed_without("never asks", many, tmp_path, rng)
    say("alerts-killed-never-asking", request, counts)
    assert counts["doubled"] > 0


@pytest.mark.long
def test_marked_before_it_is_sent_the_campaign_finds_losses(many, tmp_path, request, rng):
    counts = killed_without("marks first", many, tmp_path, rng)
    say("alerts-killed-marked-first", request, counts)
    assert counts["lost"] > 0


@pytest.mark.long
def test_where_our_reference_is_known_nothing_is_doubled_either(many, tmp_path, request, rng):
    with running_peer() as peer:
        peer.dedupes, peer.answers_questions, peer.sin = True, False, sinner(rng)
        with in_school(many.pk):
            SmsGatewayFactory(kind="http", url=peer.url, knows_references=True, secret=TOKEN)
        with nursery(tmp_path, rng, **NO_CEILING) as raised:
            peer.on_message = raised.kill_now_and_then
            kill_again_and_again(many, raised)
        counts = found(many, peer, kills=raised.kills)
    say("alerts-killed-knowing", request, counts)
    assert (counts["lost"], counts["doubled"], counts["marked"], counts["half_done"]) == (0, 0, 0, 0)


@pytest.mark.long
@pytest.mark.parametrize("brings", [True, False], ids=["receipts", "no-receipts"])
def test_where_only_receipts_tell_what_is_doubled_is_marked(many, tmp_path, request, rng, address_in, brings):
    with running_peer() as peer:
        with in_school(many.pk):
            door = "https://portail.ci" + address_in(many, "notifications:receipts", new_receipts_key())
            gateway = SmsGatewayFactory(url=peer.address, receipts_at=door)
        postman = Postman(gateway, peer, rng)
        with nursery(tmp_path, rng, **NO_CEILING) as raised:
            peer.on_message = raised.kill_now_and_then
            if brings:
                postman.start()
            kill_again_and_again(many, raised, postman.catch_up if brings else lambda: None)
            postman.over.set()
        if brings:
            postman.join()
        counts = found(many, peer, kills=raised.kills)
    say(f"alerts-killed-waiting{'' if brings else '-no-receipts'}", request, counts)
    assert (counts["lost"], counts["unmarked"], counts["half_done"]) == (0, 0, 0)
    if brings:
        assert counts["doubled"] <= counts["acknowledged"] / 1000


class Postman(threading.Thread):
    """Posts what the operator says of what it took, where it was told to: late, shuffled, doubled."""

    def __init__(self, gateway: SmsGateway, peer: Peer, rng: random.Random) -> None:
        super().__init__()
        self.path, self.peer, self.rng = urlsplit(gateway.receipts_at).path, peer, rng
        self.over, self.told = threading.Event(), 0

    def catch_up(self) -> None:
        """Until all that was taken by now is told: a machine that is slow to post is no silent operator."""
        taken = len(self.peer.received)
        wait_until(lambda: self.told >= taken)

    def run(self) -> None:
        while not self.over.wait(0.1):
            seen = len(self.peer.received)
            notices = [
                {
                    "callbackData": message["number"],
                    "deliveryInfo": {"address": f"tel:{message['to']}"} | said,
                }
                for message in self.peer.received[self.told : seen]
                if message["taken"]
                for said in self.rng.choice(SAID)
            ]
            self.rng.shuffle(notices)
            for notice in notices:
                body = {"deliveryInfoNotification": notice}
                assert Client().post(self.path, body, content_type="application/json").status_code == 204
            self.told = seen
        connection.close()


@pytest.mark.long
@pytest.mark.parametrize("swept", [True, False], ids=["swept", "no-sweep"])
def test_a_redis_emptied_again_and_again_loses_nothing(many, tmp_path, request, rng, redis, swept):
    with running_peer() as peer:
        peer.seconds = 0.02
        environment = platform(peer) | {"REDIS_URL": redis.url, "REDIS_DB_BASE": "0"}
        without = () if swept else ("no sweep",)
        with (
            nursery(tmp_path, rng, "queue", *without, **environment),
            nursery(tmp_path, rng, "rq", **environment),
        ):
            for number in range(FLUSHES):
                write(many)
                time.sleep(rng.uniform(0, 0.1))
                if number % 50 == 49:
                    redis.stop()
                    redis.start()
                else:
                    redis.flush()
            if swept:
                wait_until(lambda: not waiting(many))
            else:
                time.sleep(5)
        counts = found(many, peer, flushes=FLUSHES)
    say("alerts-flushed" if swept else "alerts-flushed-no-sweep", request, counts)
    if swept:
        assert (counts["lost"], counts["doubled"], counts["half_done"]) == (0, 0, 0)
    else:
        assert counts["lost"] > 0


@pytest.mark.long
def test_postgresql_restarted_again_and_again_loses_nothing(tmp_path, request, rng, stage):
    """At once, at random points, while messages leave. A write that was not acknowledged is written again."""
    school = stage.school
    with running_peer() as peer, nursery(tmp_path, rng, **platform(peer), **stage.places):
        for _ in range(RESTARTS):
            stage.write_through(school)
            time.sleep(rng.uniform(0, 0.2))
            stage.postgres.stop(in_order=False)
            stage.postgres.start()
        wait_until(lambda: answered(waiting, school))
        wait_until(lambda: not waiting(school))
        counts = found(school, peer, restarts=RESTARTS)
    say("alerts-restarted", request, counts)
    assert (counts["lost"], counts["doubled"], counts["half_done"]) == (0, 0, 0)


@pytest.mark.parametrize(
    "without", ["", pytest.param("never looks at the clock", id="twin", marks=pytest.mark.long)]
)
def test_a_worker_stopped_beyond_its_lease_doubles_nothing(many, tmp_path, rng, without):
    """Stopped with four messages in its hands, of which the operator reads one; the heir sends them all."""
    held, asked = threading.Event(), ["one thread", *([without] if without else [])]
    with running_peer() as peer:
        with nursery(tmp_path, rng, *asked, **platform(peer)) as raised:

            def stop(message: dict) -> None:
                peer.on_message = lambda message: None
                os.kill(raised.child(), signal.SIGSTOP)
                held.set()

            stopped = raised.child()
            peer.on_message = stop
            write(many)
            assert held.wait(10)
            heir_folder = tmp_path / "heir"
            heir_folder.mkdir()
            with nursery(heir_folder, rng, *asked, **platform(peer)):
                wait_until(lambda: not waiting(many))
                os.kill(stopped, signal.SIGCONT)
                time.sleep(0.5)
        counts = found(many, peer)
    assert (counts["lost"], counts["half_done"]) == (0, 0)
    assert (counts["doubled"] > 0) is bool(without)


def test_an_absence_is_told_though_redis_is_away(school, world, redis, environment, tmp_path):
    with in_school(school.pk):
        AlertSettings.objects.create(grace_minutes=0)
    with running_peer() as peer:
        gateway = {"SMS_GATEWAY": "http", "SMS_HTTP_URL": peer.url, "SMS_HTTP_TOKEN": TOKEN} | environment
        with (
            running("manage.py", "relay", log=tmp_path / "relay.log", **gateway),
            running("manage.py", "sweep", log=tmp_path / "sweep.log", **gateway),
        ):
            for hour, fault in [(6, "stop"), (7, "freeze")]:
                leave(redis, fault)
                with in_school(school.pk):
                    phone = phone_of_someone_absent(world, hour)
                wait_until(lambda phone=phone: phone in {message["to"] for message in peer.received})
                return_again(redis, fault)
    assert peer.doubled == []


def phone_of_someone_absent(world, hour: int) -> str:
    """Another one, who was there this morning, misses that hour."""
    care = Guardianship.objects.exclude(student=world.student).order_by("pk")[hour - 6]
    close_roll_call(
        group_id=world.course.group_id,
        held_on=today(),
        hours=default_slots()[hour],
        lines={care.student_id: Line("absent")},
        by=world.members[Role.TEACHER],
        at=now(),
    )
    return care.guardian.phone
