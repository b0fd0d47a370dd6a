"""A message to the families of some classes: entered at once, told once to each, behind every other alert."""

from datetime import time, timedelta

import django_rq
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from apps.core.clock import now, today
from apps.notifications import services, tasks
from apps.notifications.models import Alert, AlertSettings, Delivery
from tests.attendance.conftest import classroom_of
from tests.conftest import outside_any_school
from tests.factories.notifications import AlertFactory, DeliveryFactory
from tests.factories.people import GuardianshipFactory

TEXT = "Réunion de rentrée samedi à 9h, à l’école."


def write(*classrooms, by, text: str = TEXT):
    groups = [one.group.pk for one in classrooms]
    return services.write_to_families(text=text, audience="6e 1", groups=groups, by=by, now=now())


@pytest.fixture(autouse=True)
def day_and_night(school) -> AlertSettings:
    """This school has no hours of silence."""
    return AlertSettings.objects.create(quiet_from=time(0), quiet_until=time(0))


@pytest.fixture
def bulk():
    queue = django_rq.get_queue("bulk")
    queue.empty()
    yield queue
    queue.empty()


@pytest.fixture
def work_in_order(queue, bulk):
    """A worker does all that is queued, the urgent first."""

    def run() -> None:
        with outside_any_school():
            worker = SimpleWorker([queue, bulk], connection=queue.connection, serializer=JSONSerializer)
            worker.work(burst=True)

    return run


def sweep() -> int:
    with outside_any_school():
        return tasks.sweep(now())


def test_each_guardian_who_is_informed_is_told_once(classroom, educator, peer, work_in_order):
    mother = GuardianshipFactory(student=classroom.pupils[0]).guardian
    GuardianshipFactory(student=classroom.pupils[1], guardian=mother)
    GuardianshipFactory(student=classroom.pupils[1], is_informed=False)
    GuardianshipFactory(student=classroom.pupils[2], until=today() - timedelta(days=1))
    GuardianshipFactory(student=classroom_of(1).pupils[0])
    mailing = write(classroom, by=educator)
    sweep()
    work_in_order()
    [message] = peer.received
    assert (message["to"], message["text"]) == (mother.phone, TEXT.replace("’", "'"))
    assert mailing.count == 1


def test_two_guardians_with_one_number_get_one_message(classroom, educator, peer, work_in_order):
    first = GuardianshipFactory(student=classroom.pupils[0]).guardian
    GuardianshipFactory(student=classroom.pupils[1], guardian__phone=first.phone)
    write(classroom, by=educator)
    sweep()
    work_in_order()
    assert len(peer.received) == 1
    assert sorted(Alert.objects.values_list("why", flat=True)) == ["", "same_number"]


def test_nobody_to_tell_is_said(classroom, educator):
    with pytest.raises(services.NobodyToTell):
        write(classroom, by=educator)


def test_fifty_alerts_enter_by_one_statement(school, educator):
    classroom = classroom_of(50)
    for pupil in classroom.pupils:
        GuardianshipFactory(student=pupil)
    with CaptureQueriesContext(connection) as asked:
        write(classroom, by=educator)
    sent = [one["sql"] for one in asked.captured_queries]
    assert sum(sql.startswith('INSERT INTO "notifications_alert"') for sql in sent) == 1
    assert len(asked) <= 8
    assert Alert.objects.count() == 50


def test_an_absence_overtakes_what_is_sent_in_number(school, peer, work_in_order):
    AlertFactory.create_batch(12, kind="mailing", key="mailing:1", is_bulk=True, text=TEXT)
    sweep()
    urgent = AlertFactory(due_at=now() - timedelta(minutes=1))
    sweep()
    work_in_order()
    assert peer.received[0]["to"] == urgent.guardian.phone
    assert len(peer.taken) == 13


def test_a_job_in_number_makes_way_between_two_chunks(school, peer, queue, bulk, work_in_order, monkeypatch):
    monkeypatch.setattr(tasks, "CHUNK", 16)
    ids = [one.pk for one in DeliveryFactory.create_batch(24, is_bulk=True)]
    urgent = DeliveryFactory()
    queue.enqueue(tasks.deliver, school.pk, urgent.pk)
    with outside_any_school():
        tasks.deliver_in_bulk(school.pk, *ids)
    assert (len(peer.taken), len(bulk)) == (tasks.CHUNK, 1)
    work_in_order()
    assert peer.received[tasks.CHUNK]["to"] == urgent.recipient
    assert len(peer.taken) == 25


def test_without_a_queue_one_batch_in_number_leaves_in_a_sweep(school, peer, settings, monkeypatch):
    monkeypatch.setattr(tasks, "BATCH", 8)
    settings.RQ_REDIS_URL = "redis://127.0.0.1:9/0"
    DeliveryFactory.create_batch(10, is_bulk=True)
    DeliveryFactory.create_batch(10)
    sweep()
    assert Delivery.objects.filter(state="accepted", is_bulk=False).count() == 10
    assert Delivery.objects.filter(state="accepted", is_bulk=True).count() == 8
