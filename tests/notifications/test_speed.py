"""How long messages in number take, and what an absence waits behind them: printed.

20,000 of them by hand: EDUCONNECT_SPEED=20000 ./deploy/test -n0 -s -m long tests/notifications/test_speed.py
"""

import json
import os
import resource
import time
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from urllib.request import urlopen

import pytest

from apps.accounts.models import Role
from apps.attendance.models import Absence
from apps.core.clock import now, today
from apps.core.tenancy import check_references_at_once, in_school, learn_sizes
from apps.notifications.models import Alert, AlertSettings, Mailing
from apps.people.models import Guardian, Sex, Student
from deploy.servers.redis import Redis
from tests.factories.accounts import MemberFactory
from tests.factories.schools import SchoolFactory
from tests.faults.conftest import run_dir  # noqa: F401 a fixture
from tests.processes import answers, free_port, running, wait_until

pytestmark = pytest.mark.long

MESSAGES, ABSENCES, WORKERS = int(os.environ.get("EDUCONNECT_SPEED", 5000)), 600, 2
SCHOOL, ABSENCE = "Lycee", "Lycee:"  # the first word of each absence alert
GRACE = timedelta(seconds=5)
PATIENCE = 900


@pytest.fixture
def school(transactional_db):
    school = SchoolFactory(name=SCHOOL)
    with in_school(school.pk):
        AlertSettings.objects.create(
            sms_a_day=10**6, quiet_from="00:00", quiet_until="00:00", digest_minutes=0
        )
    return school


def people(count: int, prefix: str) -> list[tuple[int, int]]:
    """As many guardians, each with a number and a child of her own."""
    guardians = Guardian.objects.bulk_create(
        Guardian(last_name="Bamba", sort_key="bamba", phone=f"+22507{prefix}{n:06}") for n in range(count)
    )
    students = Student.objects.bulk_create(
        Student(last_name="Bamba", first_name="Aya", sort_key="bamba aya", sex=Sex.FEMALE)
        for _ in range(count)
    )
    return [(guardian.pk, student.pk) for guardian, student in zip(guardians, students, strict=True)]


def write_in_number() -> float:
    """Seconds that the alerts of the mailing took to enter."""
    pairs = people(MESSAGES, "10")
    mailing = Mailing.objects.create(
        text="x", audience="x", author=MemberFactory(roles=[Role.PRINCIPAL]), created_at=now()
    )
    values = {"kind": "mailing", "key": f"mailing:{mailing.pk}", "is_bulk": True, "text": "Reunion samedi"}
    instant, began = now(), time.perf_counter()
    check_references_at_once()
    Alert.objects.bulk_create(
        Alert(guardian_id=guardian, student_id=student, due_at=instant, created_at=instant, **values)
        for guardian, student in pairs
    )
    return time.perf_counter() - began


def find_absent() -> float:
    """When the alerts of a morning's absences are due."""
    instant = now()
    pairs = people(ABSENCES, "20")
    absences = Absence.objects.bulk_create(
        Absence(student_id=student, held_on=today(), starts_at="07:30", ends_at="08:25", recorded_at=instant)
        for _, student in pairs
    )
    due_at = now() + GRACE
    Alert.objects.bulk_create(
        Alert(
            guardian_id=guardian, student_id=student, kind="absence", key=f"absence:{absence.pk}",
            due_at=due_at, created_at=instant,
        )
        for (guardian, student), absence in zip(pairs, absences, strict=True)
    )  # fmt: skip
    return due_at.timestamp()


@contextmanager
def the_portal_s_processes(tmp_path, run_dir):  # noqa: F811 the fixture
    """A sweep, workers, and an operator that takes 50 ms; gives what asks the operator what came."""
    redis, port = Redis(run_dir.path, run_dir, durable=False), free_port()
    redis.start()
    environment = {
        "REDIS_URL": redis.url, "REDIS_DB_BASE": "0", "SMS_GATEWAY": "http", "SMS_A_DAY": "1000000",
        "SMS_HTTP_URL": f"http://127.0.0.1:{port}/sms", "SMS_HTTP_TOKEN": "x",
    }  # fmt: skip

    def came() -> dict:
        with urlopen(f"http://127.0.0.1:{port}/counts") as answer:
            return json.load(answer)

    with ExitStack() as stack:
        stack.callback(redis.stop)
        peer = ("-m", "tests.gateways.fast_peer", str(port))
        stack.enter_context(running(*peer, log=tmp_path / "peer.log"))
        wait_until(lambda: answers(f"http://127.0.0.1:{port}/counts"))
        for number in range(WORKERS):
            command = ("manage.py", "rqworker", "alerts", "default", "bulk")
            stack.enter_context(running(*command, log=tmp_path / f"worker{number}.log", **environment))
        stack.enter_context(running("manage.py", "sweep", log=tmp_path / "sweep.log", **environment))
        yield came


def cpu_of_children() -> float:
    """Seconds that those that ended have used, with their own."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def wait_for(count: int, first_word: str, came) -> list[float]:
    """When each message of that kind came, once so many are there."""
    deadline = time.monotonic() + PATIENCE
    while len(found := came()["came"].get(first_word, [])) < count:
        assert time.monotonic() < deadline, f"{len(found)} of {count}"
        time.sleep(0.5)
    return sorted(found)


def test_a_morning_s_absences_overtake_what_is_sent_in_number(school, tmp_path, run_dir):  # noqa: F811
    with in_school(school.pk):
        entered = write_in_number()
        learn_sizes()
    began, cpu = time.time(), cpu_of_children()
    with the_portal_s_processes(tmp_path, run_dir) as came:
        wait_for(MESSAGES // 10, "Reunion", came)
        with in_school(school.pk):
            due_at = find_absent()
        absences = wait_for(ABSENCES, ABSENCE, came)
        waits = sorted(moment - due_at for moment in absences)
        messages = wait_for(MESSAGES, "Reunion", came)
        waiting = sum(moment > absences[-1] for moment in messages)
        doubled = came()["doubled"]
    cpu = cpu_of_children() - cpu
    print(  # noqa: T201
        f"\n{MESSAGES} alerts entered in {entered:.1f} s, handed over in {messages[-1] - began:.0f} s"
        f" by {WORKERS} workers to a gateway of 50 ms, {doubled} doubled;"
        f" {1000 * cpu / (MESSAGES + ABSENCES):.1f} ms of CPU each, the operator's among them, the database's"
        f" not; {os.getloadavg()[1]:.0f} processes on {os.cpu_count()} cores\n"
        f"{ABSENCES} absence alerts, {waiting} others waiting behind: 50 % {waits[300]:.1f} s,"
        f" 95 % {waits[570]:.1f} s, all {waits[-1]:.1f} s after the grace delay"
    )
    assert doubled == 0
    assert waiting > 0, "the absences overtook nothing"
