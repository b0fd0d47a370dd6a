"""Who runs the demo's servers, who borrows them, and whom the commands connect as."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy import schema
from deploy.demo_main import table_of_logins
from deploy.home import Home
from deploy.manage_main import environment_of
from deploy.portal import free_port
from deploy.servers.places import ROOT, RunDir, SetupFailed
from tests.servers import another_postgres

WHO = (
    "from django.db import connection as c; k = c.cursor(); k.execute('SELECT user'); print(k.fetchone()[0])"
)


@pytest.fixture
def run() -> Iterator[RunDir]:
    """A directory that the account of PostgreSQL may pass through."""
    run = RunDir("home")
    yield run
    run.remove()


@pytest.fixture
def home(run, monkeypatch) -> Iterator[Home]:
    """A home of our own."""
    monkeypatch.setenv("EDUCONNECT_STATE", str(run.path))
    home = Home()
    yield home
    home.release()


def test_one_runs_the_servers_and_the_others_learn_who(home):
    assert home.claim("./deploy/demo") is None
    assert Home().claim("./deploy/manage") == "./deploy/demo"


def test_what_a_killed_run_announced_is_not_believed(home):
    home.announce({"DATABASE_URL": "gone"})
    assert home.running.stat().st_mode & 0o077 == 0
    assert home.claim("./deploy/manage") is None
    with home.borrow() as environment:
        assert environment is None


def test_reset_forgets_all_but_the_lock(home):
    home.claim("./deploy/demo")
    (home.path / "postgres-15").mkdir()
    home.logins.write_text("[]")
    home.forget()
    assert [path.name for path in home.path.iterdir()] == ["lock"]


def test_a_port_that_is_taken_is_refused_or_passed_over():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        with pytest.raises(SetupFailed, match="choose another one with --port"):
            free_port("127.0.0.1", taken.getsockname()[1])
        assert free_port("127.0.0.1") != taken.getsockname()[1]


def test_logins_are_shown_in_columns(tmp_path):
    rows = [
        {"role": "directrice", "login": "kouadio", "password": "demo", "path": "/sainte-anne/"},
        {"role": "mère", "login": "0707000001", "password": "demo"},
    ]
    (tmp_path / "logins.json").write_text(json.dumps(rows))
    assert table_of_logins(tmp_path / "logins.json", "http://127.0.0.1:8000/") == [
        "directrice  kouadio     demo  http://127.0.0.1:8000/sainte-anne/",
        "mère        0707000001  demo  http://127.0.0.1:8000/",
    ]


def test_only_commands_that_change_tables_connect_as_the_owner():
    environment = {"DATABASE_URL": "the application's", "DATABASE_OWNER_URL": "the owner's"}
    assert environment_of("migrate", environment)["DATABASE_URL"] == "the owner's"
    assert environment_of("load_demo", environment)["DATABASE_URL"] == "the application's"


@pytest.fixture
def files(run) -> Path:
    """PostgreSQL's, made once for all the tests."""
    return another_postgres(run).home


@pytest.fixture
def migrated(files, home) -> Home:
    """A home in which a command has nothing to make."""
    files.rename(home.path / files.name)
    (home.path / f"migrated-{files.name}").write_text(schema.fingerprint())
    return home


def manage(*arguments: str) -> subprocess.Popen:
    """`./deploy/manage`, past its set-up."""
    command = [sys.executable, "-m", "deploy.manage_main", *arguments]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=ROOT, text=True, **pipes)


@pytest.mark.long
def test_a_command_runs_on_servers_of_its_own_and_lends_them(migrated):
    with manage("shell", "-v0") as first:
        while not migrated.running.exists():
            assert first.poll() is None, first.stderr.read()
        with manage("shell", "-v0", "-c", WHO) as second:
            assert second.communicate() == ("educonnect_app\n", "")
        first.communicate("raise SystemExit(3)\n")
    assert (first.returncode, second.returncode) == (3, 0)
    assert not migrated.running.exists()
    assert migrated.claim("./deploy/demo") is None
