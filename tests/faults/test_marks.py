"""PostgreSQL restarted, connections cut while marks are saved: what was acknowledged is there, and once.

Each protection is also taken away, and the campaign must then find what it prevents: one that cannot
proves nothing. By hand, the whole of it: python -m tests.faults.marks
"""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import pytest
from django.db import DEFAULT_DB_ALIAS, connections

from apps.accounts.models import Role
from apps.classes.models import CourseTeacher
from apps.core.tenancy import in_school
from deploy.servers import roles
from deploy.servers.places import RunDir
from deploy.servers.postgres import THROW_AWAY, Postgres
from deploy.servers.redis import Redis
from educonnect import env
from tests import processes
from tests.factories.accounts import MemberFactory
from tests.factories.grades import AssessmentFactory
from tests.factories.schools import SchoolFactory
from tests.faults.columns import HIGHEST, Column, Queue, cut_connections, cutting_proxy, saving
from tests.faults.conftest import Visitor
from tests.faults.results import keep, seed_of, size
from tests.servers import TEMPLATE, another_postgres

CUTS = int(os.environ.get("EDUCONNECT_CUTS", size(8)))
RESTARTS = int(os.environ.get("EDUCONNECT_RESTARTS", size(1)))
CLIENTS, PUPILS = 8, 10
NONE = {"lost": 0, "half_saved": 0, "doubled": 0, "refused": 0}


@dataclass
class Stage:
    """A web on a PostgreSQL that keeps what it acknowledges, as in a school's server room."""

    postgres: Postgres
    address: str


@pytest.fixture(scope="module")
def stage(tmp_path_factory, django_db_setup, django_db_blocker) -> Iterator[Stage]:
    """One for all of these; this process's own queries go there too."""
    run = RunDir("marks")
    postgres, redis = another_postgres(run), Redis(run.path, run, durable=False)
    postgres.durable = True
    log = tmp_path_factory.mktemp("marks") / "web.log"
    try:
        postgres.start()
        redis.start()
        places = {"DATABASE_URL": postgres.url(roles.APP, TEMPLATE), "DATABASE_OWNER_URL": ""}
        places |= {"REDIS_URL": redis.url, "REDIS_DB_BASE": "0"}
        with processes.web(log, **places) as address, django_db_blocker.unblock(), connected(places):
            yield Stage(postgres, address)
    finally:
        postgres.stop(in_order=False)
        redis.stop()
        run.remove()


@contextmanager
def connected(places: dict[str, str]) -> Iterator[None]:
    """This thread's connection leads to that database."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", places["DATABASE_URL"])
        there = env.database("DATABASE_URL")
    own = connections[DEFAULT_DB_ALIAS]  # itself: what is patched on its proxy is deleted afterwards
    usual = own.settings_dict
    own.close()
    own.settings_dict = usual | there
    try:
        yield
    finally:
        own.close()
        own.settings_dict = usual


@pytest.fixture
def rng(request) -> random.Random:
    return random.Random(seed_of(request))


def new_columns(count: int) -> list[Column]:
    """So many, each of a teacher's own, in a school of their own."""
    school = SchoolFactory()
    with in_school(school.pk):
        return [
            Column(school, assessment, [f"{assessment.pk}.{pk}" for pk in pupils_of(assessment)])
            for assessment in AssessmentFactory.create_batch(count, pupils=PUPILS, out_of=HIGHEST)
        ]


def pupils_of(assessment) -> list[int]:
    enrolments = assessment.course.group.class_group.enrolments.order_by("pk")
    return list(enrolments.values_list("student", flat=True))


def colleague_in(course):
    """Who teaches it too."""
    colleague = MemberFactory(roles=[Role.TEACHER])
    CourseTeacher.objects.create(course=course, member=colleague, since=date(2026, 9, 1))
    return colleague


def cut(stage: Stage, rng: random.Random, count: int, *, careless: bool = False) -> dict[str, int]:
    """Save through cut connections; what became of it."""
    [column] = new_columns(1)
    with in_school(column.school.pk):
        course = column.assessment.course
        pair = [member.user for member in (course.teacher, colleague_in(course))]
    with cutting_proxy(stage.address) as address:
        hers, colleague = (Visitor(user, address) for user in pair)
        cut_connections(Queue(hers, column, careless=careless), Queue(colleague, column), count, rng)
    return {"cuts": count} | column.compare()


def restart(stage: Stage, rng: random.Random, *, durable: bool = True) -> dict[str, int]:
    """Restart PostgreSQL at once, at random moments, while eight teachers save; what became of it.

    Not `durable`, it acknowledges what is not on its disk yet (synchronous_commit off).
    """
    columns = new_columns(CLIENTS)
    with in_school(columns[0].school.pk):
        users = [column.assessment.course.teacher.user for column in columns]
    queues = [
        Queue(Visitor(user, stage.address), column) for user, column in zip(users, columns, strict=True)
    ]
    connections[DEFAULT_DB_ALIAS].close()
    stage.postgres.stop(in_order=True)
    stage.postgres.durable = durable
    stage.postgres.start()
    with saving(queues, rng):
        for _ in range(RESTARTS):
            wait_for_savings(columns)
            time.sleep(rng.uniform(0, 0.3))
            stage.postgres.stop(in_order=False)
            stage.postgres.start()
    counts = Counter(restarts=RESTARTS)
    for column in columns:
        counts.update(column.compare())
    return dict(counts)


def wait_for_savings(columns: list[Column]) -> None:
    """A few more, so that every fault meets people at work."""

    def acknowledged() -> int:
        return sum(len(column.acknowledged) for column in columns)

    before = acknowledged()
    processes.wait_until(lambda: acknowledged() >= before + 4)


def harm(counts: dict[str, int]) -> dict[str, int]:
    """What must not be."""
    return {name: counts[name] for name in NONE}


def test_marks_sent_through_cut_connections_are_there_once(stage, rng, request):
    counts = cut(stage, rng, CUTS)
    print(f"marks, cut: {counts}")  # noqa: T201
    keep("marks-cut", seed=seed_of(request), **counts)
    assert harm(counts) == NONE
    assert counts["acknowledged"] > CUTS


@pytest.mark.long
def test_with_a_new_key_for_each_try_and_nothing_seen_the_campaign_finds_doubles(stage, rng, request):
    counts = cut(stage, rng, CUTS // 4, careless=True)
    print(f"marks, cut, careless: {counts}")  # noqa: T201
    keep("marks-cut-careless", seed=seed_of(request), **counts)
    assert counts["doubled"] > 0


def test_marks_saved_while_postgresql_restarts_are_there_once(stage, rng, request):
    counts = restart(stage, rng)
    print(f"marks, restarted: {counts}")  # noqa: T201
    keep("marks-restarted", seed=seed_of(request), **counts)
    assert harm(counts) == NONE
    assert counts["acknowledged"] > RESTARTS


@pytest.mark.long
def test_acknowledged_before_they_are_on_disk_the_campaign_finds_losses(stage, rng, request, monkeypatch):
    monkeypatch.setitem(THROW_AWAY, "wal_writer_delay", "10s")  # as long as PostgreSQL lets them wait
    counts = restart(stage, rng, durable=False)
    print(f"marks, restarted, acknowledged early: {counts}")  # noqa: T201
    keep("marks-restarted-early", seed=seed_of(request), **counts)
    assert counts["lost"] > 0
