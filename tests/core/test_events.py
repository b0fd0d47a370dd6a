"""Facts, the relay, one reaction per handler, and those that wait for a human."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction

from apps.core import events
from apps.core.clock import now
from apps.core.models import PATIENCE, Reaction, RecordedEvent
from apps.core.tenancy import current_school_id, in_school
from tests.conftest import outside_any_school
from tests.factories.people import StudentFactory
from tests.factories.schools import SchoolFactory


@pytest.fixture
def heard(monkeypatch):
    """Handlers of a fact of ours, and what they heard."""
    monkeypatch.setattr(events, "_handlers", {"core.Rang": {}})
    monkeypatch.setattr(events.Event, "types", {})

    @dataclass(frozen=True, kw_only=True)
    class Rang(events.Event):
        bell: int
        loud: bool = True

    Rang.__module__ = "apps.core.tests"
    events.Event.types.clear()
    events.Event.types["core.Rang"] = Rang
    heard: list = []
    events._handlers["core.Rang"]["core.listen"] = lambda fact: heard.append((current_school_id(), fact))
    heard_type = Rang
    return heard, heard_type


def relay(**kwargs) -> int:
    with outside_any_school():
        return events.relay(**kwargs)


def test_a_fact_reaches_each_handler_once_in_its_school(school, heard):
    heard, rang = heard
    events.publish(rang(bell=1))
    assert relay() == 1
    assert relay() == 0
    assert heard == [(school.pk, rang(bell=1))]
    assert RecordedEvent.objects.get().relayed_at


def test_a_fact_of_a_change_that_was_undone_never_was(school, heard):
    heard, rang = heard
    with pytest.raises(ZeroDivisionError):
        ring_and_fail(rang(bell=1))
    assert relay() == 0
    assert heard == []


@transaction.atomic
def ring_and_fail(fact) -> None:
    events.publish(fact)
    raise ZeroDivisionError


def test_a_failing_handler_stops_no_other_and_undoes_only_itself(school, heard):
    heard, rang = heard

    def breaks(fact):
        StudentFactory()
        raise ValueError

    events._handlers["core.Rang"]["core.breaks"] = breaks
    events.publish(rang(bell=1))
    assert relay() == 2
    assert len(heard) == 1
    assert not school_has_pupils()
    failed = Reaction.objects.get(handler="core.breaks")
    assert (failed.state, failed.attempts, failed.trouble) == ("waiting", 1, "ValueError")
    assert relay() == 0


def school_has_pupils() -> bool:
    return StudentFactory._meta.model.objects.exists()


def test_a_stubborn_failure_is_parked_and_a_human_releases_it(school, heard):
    heard, rang = heard
    broken = [True]

    def listens_at_last(fact):
        if broken:
            raise ValueError
        heard.append(fact)

    events._handlers["core.Rang"] = {"core.listens_at_last": listens_at_last}
    events.publish(rang(bell=1))
    at = now()
    tries = 0
    for _ in range(20):
        tries += relay(at=at)
        at += timedelta(days=1)
    assert tries == len(PATIENCE) + 1
    parked = Reaction.objects.parked().get()
    broken.clear()
    parked.release(at)
    assert relay(at=at) == 1
    assert heard == [rang(bell=1)]
    assert not Reaction.objects.parked().exists()


def test_a_fact_of_unknown_name_waits_for_the_release_that_knows_it(school, heard):
    heard, rang = heard
    RecordedEvent.objects.create(name="core.Whistled", payload={})
    events.publish(rang(bell=1))
    assert relay() == 1
    assert not RecordedEvent.objects.get(name="core.Whistled").relayed_at


def test_a_fact_of_another_release_is_read_by_what_we_know_of_it(school, heard):
    heard, rang = heard
    RecordedEvent.objects.create(name="core.Rang", payload={"bell": 3, "tune": "new"})
    relay()
    assert heard == [(school.pk, rang(bell=3, loud=True))]


def test_a_fact_due_later_waits_for_its_hour(school, heard):
    heard, rang = heard
    events.publish(rang(bell=1), due_at=now() + timedelta(hours=1))
    assert relay() == 0
    assert relay(at=now() + timedelta(hours=2)) == 1


def test_what_happens_often_is_told_once_in_a_while(school, heard):
    heard, rang = heard
    soon = now() + timedelta(seconds=3)
    for bell in (1, 1, 2, 1):
        events.publish_once(rang(bell=bell), at=now(), due_at=soon)
    assert relay(at=soon) == 2
    assert [fact.bell for _, fact in heard] == [1, 2]
    events.publish_once(rang(bell=1), at=soon, due_at=soon + timedelta(seconds=3))
    assert relay(at=soon + timedelta(seconds=3)) == 1


def test_what_is_being_told_hides_no_later_one(school, heard):
    """It may be told before this transaction is seen."""
    heard, rang = heard
    soon = now() + timedelta(seconds=3)
    events.publish_once(rang(bell=1), at=now(), due_at=soon)
    events.publish_once(rang(bell=1), at=soon, due_at=soon + timedelta(seconds=3))
    assert relay(at=soon + timedelta(seconds=3)) == 2


def test_the_relay_serves_every_school_and_mixes_none(school, heard):
    heard, rang = heard
    neighbour = SchoolFactory()
    with in_school(neighbour.pk):
        events.publish(rang(bell=2))
    events.publish(rang(bell=1))
    assert relay() == 2
    assert sorted((school_id, fact.bell) for school_id, fact in heard) == [(school.pk, 1), (neighbour.pk, 2)]


def test_without_notify_a_fact_is_relayed_all_the_same(school, heard, settings):
    heard, rang = heard
    settings.EVENTS_NOTIFY = False
    events.publish(rang(bell=1))
    assert relay() == 1
    assert len(heard) == 1
