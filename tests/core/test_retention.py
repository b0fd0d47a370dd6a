"""What is forgotten, and what never is while something waits for it."""

from datetime import timedelta

from apps.core.clock import now
from apps.core.models import KeptAnswer, Reaction, RecordedEvent
from apps.core.retention import forget_the_old
from apps.core.tenancy import in_school
from tests.factories.schools import SchoolFactory

LONG_AGO = now() - timedelta(days=400)


def fact(**changes) -> RecordedEvent:
    return RecordedEvent.objects.create(name="core.Rang", payload={}, **changes)


def test_old_facts_go_and_recent_ones_stay_in_every_school(school):
    fact(recorded_at=LONG_AGO, relayed_at=LONG_AGO)
    recent = fact(relayed_at=now())
    neighbour = SchoolFactory()
    with in_school(neighbour.pk):
        fact(recorded_at=LONG_AGO, relayed_at=LONG_AGO)
    forget_the_old(now())
    assert list(RecordedEvent.objects.all()) == [recent]
    with in_school(neighbour.pk):
        assert not RecordedEvent.objects.exists()


def test_a_fact_that_somebody_still_waits_for_is_kept(school):
    waiting = fact(recorded_at=LONG_AGO)
    parked = fact(recorded_at=LONG_AGO, relayed_at=LONG_AGO)
    Reaction.objects.create(event=parked, handler="core.listen", state=Reaction.State.PARKED)
    forget_the_old(now())
    assert set(RecordedEvent.objects.all()) == {waiting, parked}


def test_an_answer_is_kept_for_seven_days(school):
    for days in (6, 8):
        KeptAnswer.objects.create(
            member_id=1, route="/", key=str(days), body_hash="", kept_at=now() - timedelta(days=days)
        )
    forget_the_old(now())
    assert [answer.key for answer in KeptAnswer.objects.all()] == ["6"]
