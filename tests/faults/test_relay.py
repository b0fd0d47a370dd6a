"""The relay stopped and started, in order or killed: what was written meanwhile is reacted to, and once.

Without its memory it must be found to lose facts: a campaign that cannot proves nothing.
"""

import os
import signal
from contextlib import ExitStack
from pathlib import Path

import pytest

from apps.attendance.events import AbsenceRecorded
from apps.core.clock import now, today
from apps.core.events import publish
from apps.core.models import Reaction, RecordedEvent
from apps.core.tenancy import in_school
from apps.notifications.models import Alert
from tests.factories.attendance import AbsenceFactory
from tests.factories.people import GuardianshipFactory
from tests.faults.results import keep, seed_of, size
from tests.processes import running, wait_until

STOPS = size(2)
HOW = [signal.SIGTERM, signal.SIGKILL]  # in turn
AWAY, THERE = 3, 2  # facts written while it is away, and while it listens
RELAY, FORGETFUL = ("manage.py", "relay"), ("-m", "tests.faults.forgetful_relay")


def miss_an_hour(school, count: int) -> None:
    """So many pupils are absent: a fact for each, in a transaction of its own."""
    for _ in range(count):
        with in_school(school.pk):
            care = GuardianshipFactory()
            absence = AbsenceFactory(student=care.student, held_on=today())
            publish(
                AbsenceRecorded(
                    absence_id=absence.pk, student_id=care.student_id, recorded_at=now().isoformat()
                )
            )


def waiting(school) -> int:
    with in_school(school.pk):
        unheard = RecordedEvent.objects.filter(relayed_at=None).count()
        return unheard + Reaction.objects.exclude(state=Reaction.State.DONE).count()


def campaign(school, folder: Path, command: tuple[str, ...], stops: int) -> dict[str, int]:
    """Stop the relay again and again while facts are written; what became of them."""
    for number in range(stops):
        log = folder / f"relay{number}.log"
        with running(*command, log=log) as relay:
            wait_until(lambda log=log: "en marche" in log.read_text(), relay, log)
            miss_an_hour(school, THERE)
            os.kill(relay.pid, HOW[number % 2])
            wait_until(lambda relay=relay: relay.poll() is not None)
        miss_an_hour(school, AWAY)
    with ExitStack() as stack:
        log = folder / "relay.log"
        relay = stack.enter_context(running(*command, log=log))
        wait_until(lambda: not waiting(school), relay, log)
    return found(school) | {"stops": stops}


def found(school) -> dict[str, int]:
    with in_school(school.pk):
        facts = RecordedEvent.objects.filter(name="attendance.AbsenceRecorded")
        told = set(Alert.objects.values_list("key", flat=True))
        born = Alert.pgh_event_model.objects.filter(pgh_label="insert")
        keys = [f"absence:{fact.payload['absence_id']}" for fact in facts.order_by("pk")]
        return {
            "acknowledged": len(keys),
            "lost": sum(key not in told for key in keys),
            "doubled": born.count() - len(told),
            "half_done": len(told - set(keys)),
        }


def test_what_is_written_while_it_is_away_is_reacted_to_once(school, tmp_path, request):
    counts = campaign(school, tmp_path, RELAY, STOPS)
    print(f"relay: {counts}")  # noqa: T201
    keep("relay", seed=seed_of(request), **counts)
    assert counts["acknowledged"] == STOPS * (AWAY + THERE)
    assert (counts["lost"], counts["doubled"], counts["half_done"]) == (0, 0, 0)


@pytest.mark.long
def test_without_its_memory_the_campaign_finds_losses(school, tmp_path, request):
    counts = campaign(school, tmp_path, FORGETFUL, 1)
    keep("relay-without-memory", seed=seed_of(request), **counts)
    assert counts["lost"] >= AWAY
