"""Servers of their own for the tests that stop them."""

import os
import signal
from collections.abc import Iterator
from contextlib import closing

import pytest
import redis as redis_client
import requests
from django.conf import settings
from django.test import Client

from apps.accounts.models import User
from apps.core.tenancy import in_school
from deploy.servers.places import RunDir
from deploy.servers.postgres import Postgres
from deploy.servers.redis import Redis
from tests.factories.schools import SchoolFactory
from tests.servers import another_postgres
from tests.world import build_world


@pytest.fixture
def school(transactional_db):
    """A school that the portal's own processes see: its rows are committed."""
    return SchoolFactory()


@pytest.fixture
def world(school):
    with in_school(school.pk):
        return build_world(pupils=5, subjects=1, columns=1)


@pytest.fixture
def run_dir() -> Iterator[RunDir]:
    run = RunDir("faults")
    yield run
    run.remove()


class FragileRedis(Redis):
    """A Redis that a test may stop, start again empty, freeze and thaw."""

    def flush(self) -> None:
        """It forgets everything, and goes on."""
        with closing(redis_client.Redis.from_url(self.url)) as client:
            client.flushall()

    def freeze(self) -> None:
        os.kill(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.process.pid, signal.SIGCONT)


@pytest.fixture
def redis(run_dir) -> Iterator[FragileRedis]:
    server = FragileRedis(run_dir.path, run_dir, durable=False)
    server.start()
    yield server
    if server.process.poll() is None:
        server.thaw()
    server.stop()


@pytest.fixture
def environment(redis) -> dict[str, str]:
    """The processes talk to that Redis and to this worker's database."""
    return {"REDIS_URL": redis.url, "REDIS_DB_BASE": "0"}


class Visitor(requests.Session):
    """Someone signed in, over real HTTP; forms carry their CSRF token."""

    def __init__(self, user: User, address: str) -> None:
        super().__init__()
        self.address = address
        self.trust_env = False
        signed_in = Client()
        signed_in.force_login(user)
        self.cookies.set(settings.SESSION_COOKIE_NAME, signed_in.cookies[settings.SESSION_COOKIE_NAME].value)

    def see(self, path: str) -> requests.Response:
        return self.get(self.address + path, timeout=20)

    def submit(self, path: str, form: dict, **headers: str) -> requests.Response:
        token = {"X-CSRFToken": self.cookies.get("csrftoken", "")}
        return self.post(self.address + path, data=form, headers=token | headers, timeout=20)


@pytest.fixture
def postgres(run_dir) -> Iterator[Postgres]:
    """A PostgreSQL that a test may stop and start; its database is `educonnect_test`."""
    server = another_postgres(run_dir)
    server.start()
    yield server
    server.stop()
