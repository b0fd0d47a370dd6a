"""Nudges: after commit, ids only, into a school's scope; a dead Redis is shrugged off."""

import socket

import django_rq
import pytest
from django.core.management import get_commands, load_command_class
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from apps.core import jobs
from apps.core.tenancy import NoSchoolInScope, in_school
from apps.people.models import Student
from tests.conftest import outside_any_school
from tests.factories.people import StudentFactory
from tests.factories.schools import SchoolFactory
from tests.processes import running, wait_until

done: list = []


def counts_pupils(school_id: int, *ids: int) -> None:
    with in_school(school_id):
        done.append((school_id, ids, Student.objects.count()))


def forgets_the_school(school_id: int) -> None:
    done.append(Student.objects.count())


@pytest.fixture
def queue():
    done.clear()
    queue = django_rq.get_queue("default")
    queue.empty()
    yield queue
    queue.empty()


def work(queue) -> None:
    with outside_any_school():
        SimpleWorker([queue], connection=queue.connection, serializer=JSONSerializer).work(burst=True)


def test_a_nudge_runs_in_its_school_after_commit(school, queue, django_capture_on_commit_callbacks):
    StudentFactory()
    with django_capture_on_commit_callbacks(execute=True):
        jobs.nudge(counts_pupils, 4, 5)
        assert len(queue) == 0
    assert len(queue) == 1
    work(queue)
    assert done == [(school.pk, (4, 5), 1)]


def test_a_job_that_forgets_its_school_fails_closed(school, queue):
    StudentFactory()
    job = queue.enqueue(forgets_the_school, school.pk)
    work(queue)
    assert done == []
    assert NoSchoolInScope.__name__ in job.latest_result().exc_string


def test_a_dead_redis_is_shrugged_off(school, settings, django_capture_on_commit_callbacks):
    settings.RQ_REDIS_URL = "unix:///nowhere/redis.sock"
    with django_capture_on_commit_callbacks(execute=True) as after_commit:
        jobs.nudge(counts_pupils, 4)
    assert len(after_commit) == 1
    assert not jobs.enqueue(counts_pupils, school.pk, 4)


def test_a_frozen_redis_is_not_waited_for(school, settings):
    with socket.create_server(("127.0.0.1", 0)) as deaf:  # accepts, and never answers
        settings.RQ_REDIS_URL = f"redis://127.0.0.1:{deaf.getsockname()[1]}/0"
        assert not jobs.enqueue(counts_pupils, school.pk, 4)


def test_the_queue_speaks_json_and_never_pickle(queue):
    assert queue.serializer is JSONSerializer


def test_the_worker_command_reads_what_we_queue(queue):
    worker = load_command_class(get_commands()["rqworker"], "rqworker").create_parser("manage.py", "rqworker")
    assert worker.get_default("serializer") == f"{JSONSerializer.__module__}.JSONSerializer"


@pytest.mark.django_db(transaction=True)
def test_the_worker_says_what_matters_and_nothing_of_its_own_life(queue, tmp_path):
    school = SchoolFactory()
    queue.enqueue(forgets_the_school, school.pk)
    log = tmp_path / "worker.log"
    with running("manage.py", "rqworker", "default", "--burst", "--with-scheduler", log=log) as worker:
        wait_until(lambda: worker.poll() is not None)
    said = log.read_text()
    assert said.startswith("tâches en marche\n")
    assert NoSchoolInScope.__name__ in said, "a failure is told"
    for chatter in ("Listening", "started with PID", "cleaning registries", "done, quitting", "Job OK"):
        assert chatter not in said
