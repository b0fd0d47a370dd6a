"""pytest plugin: the tests' own PostgreSQL and Redis, and a fresh database for each worker.

The main process starts the servers and migrates one template as the owner; each worker copies it and connects
as the application does. DATABASE_URL and REDIS_URL are never believed, so that no run can touch real data;
only EDUCONNECT_TEST_DATABASE_URL (a superuser's) and EDUCONNECT_TEST_REDIS_URL name other servers.
"""

import atexit
import contextlib
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from deploy.servers import roles
from deploy.servers.places import ROOT, RunDir, SetupFailed
from deploy.servers.postgres import Postgres
from deploy.servers.redis import Redis

REDIS_DATABASES_EACH = 4
_open = contextlib.ExitStack()


@pytest.hookimpl(wrapper=True)  # a wrapper runs before pytest-django reads the settings
def pytest_load_initial_conftests() -> Iterator[None]:
    """Servers first, then a database of our own, then the settings."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    try:
        if worker == "main":
            start()
        claim(worker)
    except SetupFailed as trouble:
        _open.close()
        pytest.exit(str(trouble), returncode=4)
    return (yield)


def pytest_unconfigure() -> None:
    """Nothing of ours outlives the run."""
    _open.close()


def start() -> None:
    """The servers, the roles, and a template that `migrate` has filled as the owner."""
    atexit.register(_open.close)
    run = RunDir("test")
    _open.callback(run.remove)
    os.environ |= {
        "SECRET_KEY": "only for tests",
        "REDIS_URL": os.environ.get("EDUCONNECT_TEST_REDIS_URL") or start_redis(run),
        "EDUCONNECT_TEST_TEMPLATE": f"educonnect_test_{os.getpid()}",
    }
    if named := os.environ.get("EDUCONNECT_TEST_DATABASE_URL"):
        use_postgres(named)
    else:
        start_postgres(run)
    migrate()


def start_redis(run: RunDir) -> str:
    """A throw-away Redis; its address."""
    server = Redis(run.path, run, durable=False)
    _open.callback(server.stop)
    server.start()
    tell(f"tests run on {server}")
    return server.url


def start_postgres(run: RunDir) -> None:
    """A throw-away PostgreSQL, with an empty template in it."""
    server = Postgres(run.path, run, durable=False)
    _open.callback(server.stop)
    server.start()
    tell(f"tests run on {server}")
    prepare(server.url(roles.SUPERUSER), server.passwords)


def use_postgres(admin_url: str) -> None:
    """A server of somebody else's: its databases of ours are dropped at the end."""
    password = hashlib.sha256(admin_url.encode()).hexdigest()[:24]  # runs side by side agree on it
    passwords = dict.fromkeys(roles.LOGINS, password)
    roles.make_roles(admin_url, passwords)
    _open.callback(drop_databases, admin_url)
    prepare(admin_url, passwords)


def prepare(admin_url: str, passwords: dict[str, str]) -> None:
    """The empty template, and the two addresses in the environment."""
    template = os.environ["EDUCONNECT_TEST_TEMPLATE"]
    roles.make_database(admin_url, template)
    in_template = roles.in_database(admin_url, template)
    for variable, role in (("DATABASE_URL", roles.APP), ("DATABASE_OWNER_URL", roles.OWNER)):
        os.environ[variable] = roles.as_role(in_template, role, passwords[role])


def migrate() -> None:
    """Fill the template as the owner. Only here may the application truncate: transactional tests flush."""
    owner_url = os.environ["DATABASE_OWNER_URL"]
    settings = {"DJANGO_SETTINGS_MODULE": "educonnect.settings.test", "DATABASE_URL": owner_url}
    command = [sys.executable, ROOT / "manage.py", "migrate", "--verbosity", "0"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | settings, capture_output=True, text=True)
    if done.returncode:
        raise SetupFailed(f"manage.py migrate failed:\n{done.stdout}{done.stderr}")
    with psycopg.connect(owner_url) as db:
        db.execute(f"GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO {roles.APP}")


def claim(worker: str) -> None:
    """This process's own copy of the template, and its own four Redis databases."""
    template = os.environ["EDUCONNECT_TEST_TEMPLATE"]
    mine = f"{template}_{worker}"
    roles.copy_database(os.environ["DATABASE_OWNER_URL"], template, mine)
    for variable in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        os.environ[variable] = roles.in_database(os.environ[variable], mine)
    number = 0 if worker == "main" else 1 + int(worker.removeprefix("gw"))
    os.environ["REDIS_DB_BASE"] = str(REDIS_DATABASES_EACH * number)


def drop_databases(admin_url: str) -> None:
    """Those of this run."""
    like = f"{os.environ['EDUCONNECT_TEST_TEMPLATE']}%"
    with psycopg.connect(admin_url, autocommit=True) as db:
        for (name,) in db.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [like]).fetchall():
            db.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def tell(text: str) -> None:
    """A line before pytest's own first one."""
    sys.stderr.write(f"{text}\n")
