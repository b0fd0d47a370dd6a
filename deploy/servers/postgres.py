"""One PostgreSQL server on a private Unix socket, with the three roles in it."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from deploy.servers import roles
from deploy.servers.binaries import find_postgres
from deploy.servers.places import RunDir, SetupFailed, give, server_account
from deploy.servers.processes import end, last_words, spawn

PATIENCE = 60
OPTIONS = {
    "listen_addresses": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_min_messages": "warning",
    "logging_collector": "off",
    "jit": "off",
}
THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


class Postgres:
    """`durable` survives anything; without it, a crash loses all and everything is faster."""

    def __init__(self, home: Path, run: RunDir, *, durable: bool) -> None:
        self.binaries = find_postgres()
        self.account = server_account()
        self.durable = durable
        self.home = home / f"postgres-{self.binaries.major}"  # one version cannot read another's files
        self.data = self.home / "data"
        self.log = self.home / "postgres.log"
        self.sockets = run.sub("pg", self.account)
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        """Return once it takes connections, with the roles made."""
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        give(self.home, self.account)
        self.log.touch()
        give(self.log, self.account)
        if not self.data.exists():
            self._initialise()
        self.passwords = json.loads((self.home / "passwords.json").read_text())
        _until(lambda: not self._held_by_an_earlier_run())
        self._run()
        roles.make_roles(self.url(roles.SUPERUSER), self.passwords)

    def stop(self, *, in_order: bool | None = None) -> None:
        """In order when the data is to be kept, at once when it is not."""
        if self.process:
            orderly = self.durable if in_order is None else in_order
            end(self.process, signal.SIGINT if orderly else signal.SIGQUIT, patience=30)

    def url(self, role: str, database: str = "postgres") -> str:
        """The address of a database for one of the roles."""
        address = f"postgresql:///{database}?host={quote(str(self.sockets), safe='')}"
        return roles.as_role(address, role, self.passwords[role])

    def _initialise(self) -> None:
        """`initdb` beside the final place: what a killed run left half-made is never taken for a cluster."""
        passwords = {role: secrets.token_urlsafe(18) for role in (roles.SUPERUSER, *roles.LOGINS)}
        kept = self.home / "passwords.json"
        kept.touch(mode=0o600)
        kept.write_text(json.dumps(passwords))
        given = self.home / "initdb-password"
        given.touch(mode=0o600)
        given.write_text(passwords[roles.SUPERUSER])
        give(given, self.account)
        part = self.home / "data.part"
        shutil.rmtree(part, ignore_errors=True)
        # C.UTF-8: the same order and the same lower() on every machine, whatever locales it has
        builtin = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        locale = builtin if self.binaries.major >= 17 else ("--locale=C.UTF-8",)
        command = [self.binaries.bin / "initdb", "-D", part, "-U", roles.SUPERUSER, "-E", "UTF8", *locale]
        command += ["--auth=scram-sha-256", f"--pwfile={given}"]
        command += [] if self.durable else ["--no-sync", "--wal-segsize=1"]
        process = spawn(command, log=self.log, account=self.account, cwd="/", env=self._environment())
        if status := process.wait():
            raise SetupFailed(
                f"PostgreSQL's initdb failed ({status}); from {self.log}:\n{last_words(self.log)}"
            )
        given.unlink()
        part.rename(self.data)

    def _run(self) -> None:
        options = OPTIONS | {"unix_socket_directories": str(self.sockets)}
        options |= {} if self.durable else THROW_AWAY
        words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        self.process = spawn(
            [self.binaries.bin / "postgres", "-D", self.data, *words],
            log=self.log,
            account=self.account,
            death_signal=signal.SIGINT if self.durable else signal.SIGQUIT,
            cwd="/",
            env=self._environment(),
        )
        if not _until(lambda: self._is_ready() or self.process.poll() is not None) or self.process.poll():
            self.stop()
            raise SetupFailed(f"PostgreSQL did not start; from {self.log}:\n{last_words(self.log)}")

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return kept | {"LC_ALL": "C.UTF-8" if sys.platform == "linux" else "C", "HOME": "/"}

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _is_ready(self) -> bool:
        lines = self._pid_file()
        return len(lines) > 7 and lines[0] == str(self.process.pid) and lines[7].strip() == "ready"

    def _held_by_an_earlier_run(self) -> bool:
        """A killed run's server is still closing its files, for a moment."""
        lines = self._pid_file()
        try:
            os.kill(int(lines[0]), 0)
        except PermissionError:
            return True
        except (IndexError, ValueError, ProcessLookupError):
            return False
        return True

    def __str__(self) -> str:
        return str(self.binaries)


def _until(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.02)
    return False
