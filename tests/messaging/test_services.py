"""Starting, writing, reading: what is kept, what is announced, what is refused."""

import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from apps.accounts.models import Role
from apps.core.clock import now
from apps.core.models import RecordedEvent
from apps.core.tenancy import in_school
from apps.messaging.models import Message, Participation, Thread
from apps.messaging.services import MayNotWrite, NoBroadcast, mark_read, post_message, start_thread
from tests.conftest import outside_any_school
from tests.factories.accounts import MemberFactory
from tests.factories.messaging import make_pair, make_thread
from tests.factories.people import GuardianFactory, GuardianshipFactory
from tests.factories.schools import SchoolFactory


def start(pair, by, *to, subject="Devoirs", body="Bonjour"):
    return start_thread(
        student=pair.student, by=by, to=[member.pk for member in to], subject=subject, body=body, at=now()
    )


def facts():
    return list(RecordedEvent.objects.order_by("pk").values_list("name", "by_id", "payload__sequence"))


def test_a_thread_begins_with_its_first_message(pair):
    thread = start(pair, pair.mother, pair.teacher)
    assert [(m.sequence, m.author, m.body) for m in thread.messages.all()] == [(1, pair.mother, "Bonjour")]
    assert {(p.member, p.last_read) for p in thread.participations.all()} == {
        (pair.mother, 1),
        (pair.teacher, 0),
    }
    assert facts() == [("messaging.MessageSent", pair.mother.pk, 1)]


def test_a_teacher_writes_to_both_guardians_at_once(pair):
    father = GuardianshipFactory(student=pair.student, guardian=GuardianFactory(active=True)).guardian.member
    thread = start(pair, pair.teacher, pair.mother, father)
    assert thread.participations.count() == 3


def test_a_guardian_cannot_broadcast(pair):
    educator = MemberFactory(roles=[Role.EDUCATOR])
    with pytest.raises(NoBroadcast):
        start(pair, pair.mother, pair.teacher, educator)
    assert not Thread.objects.exists()


def test_nobody_writes_to_strangers_nor_to_nobody(pair):
    stranger = make_pair()
    for recipients in ([stranger.teacher], [stranger.mother], [pair.mother], []):
        with pytest.raises(MayNotWrite):
            start(pair, pair.mother, *recipients)
    with pytest.raises(MayNotWrite):
        start(pair, stranger.mother, pair.teacher)


def test_answers_are_numbered_in_order(pair, thread):
    post_message(thread_id=thread.pk, by=pair.teacher, body="Bonjour", at=now())
    post_message(thread_id=thread.pk, by=pair.mother, body="Merci", at=now())
    assert list(thread.messages.order_by("sequence").values_list("sequence", "body")) == [
        (1, "Bonjour Madame."),
        (2, "Bonjour"),
        (3, "Merci"),
    ]
    assert facts()[1:] == [
        ("messaging.MessageSent", pair.teacher.pk, 2),
        ("messaging.MessageSent", pair.mother.pk, 3),
    ]


def test_whoever_writes_has_read_what_was_before(pair, thread):
    post_message(thread_id=thread.pk, by=pair.teacher, body="Bonjour", at=now())
    assert Participation.objects.get(member=pair.teacher).last_read == 2
    assert Participation.objects.get(member=pair.mother).last_read == 1


def test_those_outside_the_thread_cannot_write_in_it(pair, thread):
    father = GuardianshipFactory(student=pair.student, guardian=GuardianFactory(active=True)).guardian.member
    for outsider in (father, make_pair().teacher, MemberFactory(roles=[Role.PRINCIPAL])):
        with pytest.raises(MayNotWrite):
            post_message(thread_id=thread.pk, by=outsider, body="Bonjour", at=now())


def test_a_thread_closes_when_the_teacher_no_longer_teaches_the_pupil(pair, thread):
    pair.course.teachers.update(until=now().date() - timedelta(days=1))
    for author in (pair.teacher, pair.mother):
        with pytest.raises(MayNotWrite):
            post_message(thread_id=thread.pk, by=author, body="Bonjour", at=now())
    assert thread.messages.count() == 1


def test_a_thread_of_three_stays_open_for_who_still_has_someone_to_write_to(pair):
    father = GuardianshipFactory(student=pair.student, guardian=GuardianFactory(active=True))
    thread = start(pair, pair.teacher, pair.mother, father.guardian.member)
    type(father).objects.filter(pk=father.pk).update(until=now().date() - timedelta(days=1))
    assert post_message(thread_id=thread.pk, by=pair.mother, body="Merci", at=now()).sequence == 2
    with pytest.raises(MayNotWrite):
        post_message(thread_id=thread.pk, by=father.guardian.member, body="Merci", at=now())


def test_reading_goes_forward_and_no_further_than_the_last_message(pair, thread):
    assert mark_read(thread_id=thread.pk, by=pair.teacher, up_to=99, at=now())
    assert Participation.objects.get(member=pair.teacher).last_read == 1
    assert not mark_read(thread_id=thread.pk, by=pair.teacher, up_to=0, at=now())
    assert not mark_read(thread_id=thread.pk, by=pair.teacher, up_to=1, at=now())
    assert facts()[1:] == [("messaging.MessagesRead", pair.teacher.pk, 1)]


def test_the_news_leave_after_commit_and_only_then(pair, thread, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        post_message(thread_id=thread.pk, by=pair.teacher, body="Bonjour", at=now())
    assert len(callbacks) == 1


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_leave_no_gap_and_no_double():
    school = SchoolFactory()
    with in_school(school.pk):
        pair = make_pair()
        thread = make_thread(pair)

    def write(turn: int) -> None:
        with outside_any_school(), in_school(school.pk):
            author = (pair.mother, pair.teacher)[turn % 2]
            post_message(thread_id=thread.pk, by=author, body=f"Message {turn}", at=now())
        connection.close()

    with ThreadPoolExecutor(6) as writers:
        list(writers.map(write, range(40)))
    with in_school(school.pk):
        rows = list(Message.objects.order_by("sequence").values_list("sequence", "body"))
        assert [sequence for sequence, _ in rows] == list(range(1, 42))
        assert len({body for _, body in rows}) == 41
        assert Thread.objects.get().last_sequence == 41


@pytest.fixture(params=["dead", "frozen"])
def no_redis(request, settings):
    """A channel layer whose Redis is gone, or lets everyone in and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        if request.param == "dead":
            server.close()
        settings.CHANNEL_LAYERS = {
            "default": {
                "BACKEND": "apps.core.channels.PatientRedisLayer",
                "CONFIG": {"address": f"redis://127.0.0.1:{port}/0", "prefix": "nobody"},
            }
        }
        yield


def test_without_redis_a_message_is_saved_all_the_same(
    pair, thread, no_redis, caplog, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        post_message(thread_id=thread.pk, by=pair.teacher, body="Elle progresse", at=now())
    assert thread.messages.count() == 2
    assert "No news was sent" in caplog.text
    assert "progresse" not in caplog.text
