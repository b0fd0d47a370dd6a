"""From roll call to SMS with real relay, queue and worker; and without them."""

from datetime import timedelta

import pytest

from apps.attendance.models import Absence
from apps.core.clock import now, today
from apps.core.models import Reaction, RecordedEvent
from apps.core.tenancy import in_school
from apps.notifications import services, tasks
from apps.notifications.models import Alert, Delivery
from tests.attendance.conftest import classroom_of
from tests.conftest import outside_any_school
from tests.factories.attendance import AbsenceFactory
from tests.factories.notifications import AlertFactory, DeliveryFactory
from tests.factories.people import GuardianshipFactory
from tests.factories.schools import SchoolFactory


def sweep(later: timedelta = timedelta()) -> int:
    with outside_any_school():
        return tasks.sweep(now() + later)


def states() -> list[str]:
    return sorted(Delivery.objects.values_list("state", flat=True))


def test_an_absence_becomes_an_sms(classroom, care, no_grace, peer, relay, work):
    classroom.call("a")
    relay()
    assert sweep() == 1
    work()
    (message,) = peer.received
    assert message["to"] == care.guardian.phone
    assert "Aya" in message["text"]
    assert states() == ["accepted"]


def test_relay_and_handlers_run_twice_tell_once(classroom, care, no_grace, peer, relay, work):
    classroom.call("a")
    relay()
    RecordedEvent.objects.update(relayed_at=None)
    Reaction.objects.update(state="waiting")
    relay()
    for _ in range(3):
        sweep(timedelta(minutes=1))
        work()
    assert len(peer.received) == 1


def test_during_the_grace_delay_nothing_leaves(classroom, care, peer, relay, work):
    classroom.call("a")
    relay()
    assert sweep(timedelta(minutes=4)) == 0
    assert sweep(timedelta(minutes=5)) == 1


def test_a_correction_before_sending_sends_nothing(classroom, care, peer, relay, work):
    classroom.call("a")
    relay()
    classroom.call("p")
    relay()
    sweep(timedelta(minutes=6))
    work()
    assert peer.received == []


def test_a_correction_after_sending_sends_one_corrective_sms(classroom, care, no_grace, peer, relay, work):
    classroom.call("a")
    relay()
    sweep()
    work()
    classroom.call("l")
    for _ in range(2):
        relay()
        sweep()
        work()
    alert, correction = (message["text"] for message in peer.received)
    assert "est absente" in alert
    assert "rectificatif" in correction


def test_what_a_flushed_redis_forgot_is_found(school, peer, queue, work):
    DeliveryFactory.create_batch(3)
    assert sweep() == 3
    queue.connection.flushdb()
    work()
    assert peer.received == []
    assert sweep(timedelta(seconds=10)) == 0
    assert sweep(timedelta(seconds=31)) == 3
    work()
    assert len(peer.received) == 3
    assert states() == ["accepted"] * 3


@pytest.mark.parametrize("url", ["unix:///nowhere/redis.sock", "redis://127.0.0.1:9/0"])
def test_without_any_redis_the_sweep_carries_them_itself(school, peer, settings, url):
    settings.RQ_REDIS_URL = url
    DeliveryFactory.create_batch(3)
    sweep()
    assert len(peer.received) == 3


def test_the_lease_of_a_dead_worker_is_found(school, peer, work):
    DeliveryFactory(state="sending", in_doubt=True, leased_until=now() + timedelta(seconds=40))
    assert sweep(timedelta(seconds=30)) == 0
    assert sweep(timedelta(seconds=50)) == 1


def test_the_sweep_serves_every_school_and_mixes_none(classroom, care, no_grace, peer, relay, work):
    with in_school(SchoolFactory().pk):
        other = classroom_of(2)
        theirs = GuardianshipFactory(student=other.pupils[0])
        other.call("a")
    classroom.call("a")
    relay()
    sweep(timedelta(minutes=6))
    work()
    texts = {message["to"]: message["text"] for message in peer.received}
    assert texts.keys() == {care.guardian.phone, theirs.guardian.phone}
    assert classroom.group.name in texts[care.guardian.phone]
    assert other.group.name in texts[theirs.guardian.phone]


def test_the_trouble_of_one_school_is_not_the_others(school, peer, work, caplog):
    AlertFactory(key="absence:nonsense")  # nothing of that school can be read
    with in_school(SchoolFactory().pk):
        AlertFactory()
    assert sweep() == 1
    assert f"school {school.pk} failed" in caplog.text
    work()
    assert len(peer.received) == 1


def test_an_alert_that_cannot_be_told_stops_no_other_and_waits_for_a_person(school, peer, work, educator):
    broken = AlertFactory(key="absence:0")  # no such absence
    AlertFactory()
    sweep()
    work()
    assert len(peer.received) == 1
    broken.refresh_from_db()
    assert (broken.state, broken.why) == ("unsent", "broken")
    Alert.objects.filter(pk=broken.pk).update(key=f"absence:{AbsenceFactory(held_on=today()).pk}")
    services.send_again(alert_ids=[broken.pk], by=educator, now=now())
    sweep(timedelta(seconds=1))
    work()
    assert len(peer.received) == 2


def test_a_gateway_back_after_an_hour_gets_what_waited(school, peer, settings, work):
    url, settings.SMS_HTTP_URL = settings.SMS_HTTP_URL, "http://127.0.0.1:9/sms"
    DeliveryFactory.create_batch(2)
    sweep()
    work()
    assert states() == ["sending", "sending"]
    settings.SMS_HTTP_URL = url
    Delivery.objects.update(next_try_at=now() - timedelta(seconds=1))
    assert sweep(timedelta(minutes=1)) == 2
    work()
    assert states() == ["accepted", "accepted"]
    assert peer.doubled == []


def test_nothing_to_do_costs_a_look(school, count_queries):
    with outside_any_school():
        assert count_queries(tasks.sweep, now()) <= 3


def test_many_due_alerts_leave_in_a_few_jobs(school, peer, queue, work):
    AlertFactory.create_batch(100)
    sweep()
    assert len(queue) <= 2
    work()
    assert len(peer.taken) == 100
    assert not Alert.objects.due(now()).exists()


def test_an_absence_loaded_from_the_past_makes_no_alert(classroom, care, no_grace, relay):
    classroom.call("a", at=now() - timedelta(days=40))
    classroom.call("a", at=now(), held_on=now().date() - timedelta(days=3))
    relay()
    sweep()
    assert Absence.objects.count() == 2
    assert not Alert.objects.exists()
