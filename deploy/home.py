"""The demo's home: its data, its private servers, and who may start or stop them.

Whoever runs the servers (the demo, or one `manage` while no demo runs) holds `lock`; the addresses are in
`running.json`. A `manage` that borrows them holds `borrowed`, and a `manage` that started them waits for it.
"""

import fcntl
import json
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TextIO

from deploy import schema
from deploy.servers import roles
from deploy.servers.places import ROOT, RunDir, SetupFailed, state_dir
from deploy.servers.postgres import Postgres
from deploy.servers.redis import Redis

MANAGE = (sys.executable, str(ROOT / "manage.py"))


class Home:
    """Where the demo lives; `start` its servers, or `borrow` those of whoever runs them."""

    def __init__(self, name: str = "demo") -> None:
        self.path = state_dir() / name
        self.path.mkdir(exist_ok=True)
        self.running = self.path / "running.json"
        self.logins = self.path / "logins.json"
        self.servers: list[Postgres | Redis] = []
        self._held: TextIO | None = None

    def claim(self, holder: str) -> str | None:
        """Become the one who runs the servers (None), or learn who does."""
        lock = (self.path / "lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with lock:
                lock.seek(0)
                return lock.read() or "another run"
        lock.truncate(0)
        lock.write(holder)
        lock.flush()
        self._held = lock
        self.running.unlink(missing_ok=True)  # left by a killed run
        return None

    def release(self) -> None:
        """Let another one run the servers."""
        if self._held:
            self._held.close()

    def forget(self) -> None:
        """All data, once claimed: the next start is like the first one."""
        for path in self.path.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != "lock":
                path.unlink()

    @contextmanager
    def start(self, say: Callable[[str], None]) -> Iterator[dict[str, str]]:
        """The servers, once claimed, until the end of the block; gives the environment to run in."""
        with ExitStack() as stack:
            stack.callback(self.release)
            run = RunDir(self.path.name)
            stack.callback(run.remove)
            postgres = Postgres(self.path, run, durable=True)
            redis = Redis(self.path, run, durable=True)
            for server in (postgres, redis):
                stack.callback(server.stop)
                server.start()
                self.servers.append(server)
                say(f"{server}")
            roles.make_database(postgres.url(roles.SUPERUSER), roles.DATABASE)
            environment = self._environment(postgres, redis)
            stack.callback(self.running.unlink, missing_ok=True)
            self.announce(environment)
            yield environment

    def announce(self, facts: dict[str, str]) -> None:
        """What others need to borrow the servers; it holds passwords."""
        part = self.path / "running.part"
        part.touch(mode=0o600)
        part.write_text(json.dumps(facts))
        part.rename(self.running)

    @contextmanager
    def borrow(self) -> Iterator[dict[str, str] | None]:
        """The environment of whoever runs the servers, who waits for us; None if nobody does (any more)."""
        with (self.path / "borrowed").open("w") as borrowed:
            fcntl.flock(borrowed, fcntl.LOCK_SH)
            yield json.loads(self.running.read_text()) if self.running.exists() else None

    def wait_for_borrowers(self) -> None:
        """Until nobody uses our servers; from then on nobody begins to, as long as we live."""
        self._borrowers = (self.path / "borrowed").open("w")
        fcntl.flock(self._borrowers, fcntl.LOCK_EX)

    def migrate(self, environment: dict[str, str], run: Callable[[list, dict], int]) -> None:
        """As the owner, when the migrations are not those that ran last."""
        stamp, wanted = self.path / f"migrated-{self.servers[0].home.name}", schema.fingerprint()
        if stamp.exists() and stamp.read_text() == wanted:
            return
        if run([*MANAGE, "migrate", "--no-input"], as_owner(environment)):
            raise SetupFailed("manage.py migrate failed, see above")
        stamp.write_text(wanted)

    def _environment(self, postgres: Postgres, redis: Redis) -> dict[str, str]:
        key = self.path / "secret-key"
        if not key.exists():
            key.touch(mode=0o600)
            key.write_text(secrets.token_urlsafe(50))
        return {
            "DATABASE_URL": postgres.url(roles.APP, roles.DATABASE),
            "DATABASE_OWNER_URL": postgres.url(roles.OWNER, roles.DATABASE),
            "REDIS_URL": redis.url,
            "REDIS_DB_BASE": "0",
            "SECRET_KEY": key.read_text(),
            "DJANGO_SETTINGS_MODULE": "educonnect.settings.dev",
            "STATIC_ROOT": str(state_dir() / "static"),
            "MEDIA_ROOT": str(self.path / "media"),
            "EDUCONNECT_LOGINS_FILE": str(self.logins),
        }


def as_owner(environment: dict[str, str]) -> dict[str, str]:
    """The environment of a command that changes tables."""
    return environment | {"DATABASE_URL": environment["DATABASE_OWNER_URL"]}
