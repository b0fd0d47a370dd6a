"""Several relays side by side share the work; without their lock, they would double it."""

import threading
import time
from collections import Counter
from dataclasses import dataclass

import pytest
from django.db import connection
from django.db.models import QuerySet

from apps.core import events
from apps.core.tenancy import in_school
from tests.factories.schools import SchoolFactory

FACTS, RELAYS = 60, 4


@pytest.fixture
def rung(transactional_db, monkeypatch) -> Counter:
    """So many facts, and how often each was heard."""
    heard: Counter = Counter()
    monkeypatch.setattr(events.Event, "types", {})
    monkeypatch.setattr(events, "_handlers", {})

    @dataclass(frozen=True, kw_only=True)
    class Rang(events.Event):
        bell: int

    def listen(fact: Rang) -> None:
        heard[fact.bell] += 1
        time.sleep(0.002)

    events.Event.types[events.name_of(Rang)] = Rang
    events._handlers[events.name_of(Rang)] = {"core.listen": listen}
    with in_school(SchoolFactory().pk):
        for bell in range(FACTS):
            events.publish(Rang(bell=bell))
    return heard


def relay_side_by_side() -> None:
    together = threading.Barrier(RELAYS)

    def work() -> None:
        together.wait()
        events.relay()
        connection.close()

    relays = [threading.Thread(target=work) for _ in range(RELAYS)]
    for relay in relays:
        relay.start()
    for relay in relays:
        relay.join()


def test_each_fact_is_heard_once_whatever_the_number_of_relays(rung):
    relay_side_by_side()
    print(f"{FACTS} facts, {RELAYS} relays: {sum(rung.values())} heard")  # noqa: T201
    assert rung == dict.fromkeys(range(FACTS), 1)


def test_without_the_lock_some_would_be_heard_twice(rung, monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **how: self)
    relay_side_by_side()
    assert max(rung.values()) > 1
