"""pytest plugin: the tests' own PostgreSQL and Redis, and a fresh database for each worker.

The main process starts the servers and migrates one template as the owner; each worker copies it and connects
as the application does. DATABASE_URL and REDIS_URL are never believed, so that no run can touch real data;
only EDUCONNECT_TEST_DATABASE_URL (a superuser's) and EDUCONNECT_TEST_REDIS_URL name other servers.
"""

import atexit
import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from deploy import schema
from deploy.servers import roles
from deploy.servers.places import ROOT, RunDir, SetupFailed, state_dir
from deploy.servers.postgres import Postgres
from deploy.servers.redis import Redis

TEMPLATE = "educonnect_test"
KEPT_TEMPLATES = 3
REDIS_DATABASES_EACH = 4
WRITTEN = """
    SELECT relname, pg_relation_size(oid) > 1e6 FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0
      AND relname NOT IN ('django_migrations', 'django_content_type', 'auth_permission')
"""
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
        raise pytest.UsageError(str(trouble)) from None
    return (yield)


def pytest_unconfigure() -> None:
    """Nothing of ours outlives the run."""
    _open.close()


@pytest.fixture(scope="session", autouse=True)
def _rows_are_deleted() -> Iterator[None]:
    """After a transactional test, delete what was written, in the place of Django's TRUNCATE of everything.

    That takes ten times as long, and deadlocks with the pages that a browser is still reading.
    """
    from django.db.backends.postgresql.operations import DatabaseOperations  # not before the settings

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", lambda operations, statements: empty())
        yield


def empty() -> None:
    """No rows but those that migrations would make again; as the superuser, whom no key or trigger stops."""
    with psycopg.connect(os.environ["EDUCONNECT_TEST_ADMIN_URL"], autocommit=True) as db:
        db.execute("SET session_replication_role = replica")
        for name, is_large in db.execute(WRITTEN).fetchall():
            table = sql.Identifier(name)
            db.execute(sql.SQL("DELETE FROM {}").format(table))
            if is_large:
                db.execute(sql.SQL("VACUUM {}").format(table))


def start() -> None:
    """The servers, the roles, and a template that `migrate` has filled as the owner."""
    atexit.register(_open.close)
    run = RunDir("test")
    _open.callback(run.remove)
    os.environ |= {
        "SECRET_KEY": "only for tests",
        "REDIS_URL": os.environ.get("EDUCONNECT_TEST_REDIS_URL") or start_redis(run),
    }
    if named := os.environ.get("EDUCONNECT_TEST_DATABASE_URL"):
        use_postgres(named)
    else:
        start_postgres(run)


def start_redis(run: RunDir) -> str:
    """A throw-away Redis; its address."""
    server = Redis(run.path, run, durable=False)
    _open.callback(server.stop)
    server.start()
    tell(f"tests run on {server}")
    return server.url


def start_postgres(run: RunDir) -> None:
    """A throw-away PostgreSQL with the template in it: a copy of the one that last had these migrations."""
    server = Postgres(run.path, run, durable=False)
    _open.callback(server.stop)
    tell(f"tests run on {server}")
    kept = kept_files(server)
    if kept.exists():
        copy(kept, server.home)
        server.start()
        name_databases(server.url(roles.SUPERUSER, TEMPLATE), server.passwords)
        return
    server.start()
    make_template(server.url(roles.SUPERUSER), TEMPLATE, server.passwords)
    server.stop(in_order=True)
    keep(server.home, kept)
    server.start()


def use_postgres(admin_url: str) -> None:
    """A server of somebody else's: its databases of ours are dropped at the end."""
    password = hashlib.sha256(admin_url.encode()).hexdigest()[:24]  # runs side by side agree on it
    passwords = dict.fromkeys(roles.LOGINS, password)
    roles.make_roles(admin_url, passwords)
    template = f"{TEMPLATE}_{os.getpid()}"
    _open.callback(drop_databases, admin_url, template)
    make_template(admin_url, template, passwords)


def kept_files(server: Postgres) -> Path:
    """Where the files of a server of this version with these migrations are kept."""
    ours = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]
    return state_dir() / "tests" / f"{server.home.name}-{schema.fingerprint()}-{ours}"


def another_postgres(run: RunDir) -> Postgres:
    """A server of its own, not started, with the same template in it, for a test that stops it."""
    server = Postgres(run.path, run, durable=False)
    kept = kept_files(server)
    if not kept.exists():
        pytest.skip("EDUCONNECT_TEST_DATABASE_URL names a server that is not ours to stop")
    copy(kept, server.home)
    return server


def keep(home: Path, kept: Path) -> None:
    """Put a stopped server's files aside for the next run; those of older migrations go."""
    kept.parent.mkdir(exist_ok=True)
    for old in sorted(kept.parent.iterdir(), key=lambda path: path.stat().st_mtime)[:-KEPT_TEMPLATES]:
        shutil.rmtree(old, ignore_errors=True)
    part = kept.with_name(f".{kept.name}-{os.getpid()}")
    copy(home, part)
    with contextlib.suppress(OSError):  # another run was quicker
        part.rename(kept)
    shutil.rmtree(part, ignore_errors=True)


def copy(source: Path, target: Path) -> None:
    """All of a directory, its owners too."""
    subprocess.run(["cp", "-a", source, target], check=True)


def make_template(admin_url: str, template: str, passwords: dict[str, str]) -> None:
    """A database with the owner's tables in it."""
    roles.make_database(admin_url, template)
    name_databases(roles.in_database(admin_url, template), passwords)
    migrate()


def name_databases(url: str, passwords: dict[str, str]) -> None:
    """The template's addresses, in the environment."""
    os.environ["EDUCONNECT_TEST_ADMIN_URL"] = url
    os.environ["DATABASE_URL"] = roles.as_role(url, roles.APP, passwords[roles.APP])
    os.environ["DATABASE_OWNER_URL"] = roles.as_role(url, roles.OWNER, passwords[roles.OWNER])


def migrate() -> None:
    """As the owner."""
    owner_url = os.environ["DATABASE_OWNER_URL"]
    settings = {"DJANGO_SETTINGS_MODULE": "educonnect.settings.test", "DATABASE_URL": owner_url}
    command = [sys.executable, ROOT / "manage.py", "migrate", "--verbosity", "0"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | settings, capture_output=True, text=True)
    if done.returncode:
        raise SetupFailed(f"manage.py migrate failed:\n{done.stdout}{done.stderr}")


def claim(worker: str) -> None:
    """This process's own copy of the template, and its own four Redis databases."""
    owner_url = os.environ["DATABASE_OWNER_URL"]
    template = urlsplit(owner_url).path.removeprefix("/").removesuffix("_main")
    mine = f"{template}_{worker}"
    roles.copy_database(owner_url, template, mine)
    for variable in ("DATABASE_URL", "DATABASE_OWNER_URL", "EDUCONNECT_TEST_ADMIN_URL"):
        os.environ[variable] = roles.in_database(os.environ[variable], mine)
    number = 0 if worker == "main" else 1 + int(worker.removeprefix("gw"))
    os.environ["REDIS_DB_BASE"] = str(REDIS_DATABASES_EACH * number)


def drop_databases(admin_url: str, template: str) -> None:
    """Those of this run."""
    with psycopg.connect(admin_url, autocommit=True) as db:
        for (name,) in db.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [template]
        ).fetchall():
            db.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def tell(text: str) -> None:
    """A line before pytest's own first one."""
    sys.stderr.write(f"{text}\n")
