"""The demo: servers, migrations, static files, demo data, then web, worker and relay until Ctrl-C."""

import argparse
import contextlib
import hashlib
import json
import os
import socket
import sys
import time
import urllib.request
from pathlib import Path

from deploy.children import Children
from deploy.home import MANAGE, Home
from deploy.servers.places import ROOT, SetupFailed
from deploy.servers.processes import Interrupted, ignore_signals, last_words, stop_on_signals

BEGAN = time.monotonic()
FIRST_PORT, PORTS_TRIED = 8000, 50
EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}
LOOPBACK = "127.0.0.1,localhost,[::1]"
LOOPS = ("relay", "sweep")  # commands that run until they are stopped, where they exist
STATIC_SOURCES = ("static/**/*", "apps/*/static/**/*", "deploy/requirements/app.txt")


def say(text: str, name: str = "demo") -> None:
    """A line of progress; the terminal may be gone."""
    with contextlib.suppress(OSError):
        print(f"[{name}] {text}", flush=True)


def main() -> int:
    """Exit status 0 when stopped, 1 when something failed."""
    options = parsed()
    children = Children(show=lambda name, line: say(line, name))
    stop_on_signals()
    try:
        home = claimed(Home(), reset=options.reset)
        port = free_port(options.host, options.port)
        with home.start(say) as environment:
            try:
                portal = Portal(home, children, environment, options.host, port)
                portal.prepare()
                portal.serve()
            finally:
                ignore_signals()
                children.end()
    except Interrupted:
        return 0
    except SetupFailed as trouble:
        say(str(trouble))
        return 1
    finally:
        ignore_signals()
        say("stopped")
    return 0


def parsed() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="./deploy/demo", description="Runs EduConnect with demo data.")
    parser.add_argument("--host", default="127.0.0.1", help="default: this machine only")
    parser.add_argument("--port", type=int, help=f"default: the first free one from {FIRST_PORT} on")
    parser.add_argument("--reset", action="store_true", help="forget all data and start afresh")
    return parser.parse_args()


def claimed(home: Home, *, reset: bool) -> Home:
    """The home, ours alone until we end."""
    told = False
    while holder := home.claim("./deploy/demo"):
        if holder == "./deploy/demo":
            raise SetupFailed("another ./deploy/demo of this checkout runs already; stop it first.")
        if not told:
            say(f"waiting for {holder} to end")
            told = True
        time.sleep(0.2)
    if reset:
        home.forget()
    return home


def free_port(host: str, wanted: int | None) -> int:
    """The wanted port, or the first free one."""
    candidates = [wanted] if wanted else range(FIRST_PORT, FIRST_PORT + PORTS_TRIED)
    for port in candidates:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            return port
    raise SetupFailed(f"no free port for {host} among {candidates}; choose another one with --port.")


class Portal:
    """What runs between the servers and the person's browser."""

    def __init__(self, home: Home, children: Children, environment: dict[str, str], host: str, port: int):
        self.home, self.children = home, children
        self.host, self.port = host, port
        named = EVERY_ADDRESS.get(host) or (f"[{host}]" if ":" in host else host)
        self.url = f"http://{named}:{port}/"
        hosts = "*" if host in EVERY_ADDRESS else f"{LOOPBACK},{named}"
        self.environment = environment | {"ALLOWED_HOSTS": os.environ.get("ALLOWED_HOSTS", hosts)}

    def prepare(self) -> None:
        """Tables and data, and meanwhile the static files."""
        self.home.logins.unlink(missing_ok=True)
        static = Path(self.environment["STATIC_ROOT"])
        stamp, wanted = static.with_name("static.stamp"), static_fingerprint()
        collecting = None
        if not stamp.exists() or stamp.read_text() != wanted:
            say("collecting the static files")
            command = [*MANAGE, "collectstatic", "--no-input", "--clear", "--verbosity", "0"]
            collecting = self.children.start("static", command, self.environment)
        self.home.migrate(self.environment, lambda *words: self.children.run("migrate", *words))
        say("loading the demo data")
        if self.children.run("data", [*MANAGE, "load_demo"], self.environment):
            raise SetupFailed("manage.py load_demo failed, see above")
        if collecting and self.children.wait(collecting):
            raise SetupFailed("manage.py collectstatic failed, see above")
        stamp.write_text(wanted)

    def serve(self) -> None:
        """Until Ctrl-C, or until something ends by itself."""
        for name, command in self.commands().items():
            self.children.start(name, command, self.environment)
        announced = False
        while True:
            self.children.pump(1 if announced else 0.1)
            self.notice_deaths()
            if not announced and answers(f"{self.url}sante/"):
                announced = True
                self.announce()

    def commands(self) -> dict[str, list]:
        """One process each, by the name under which its lines are shown."""
        web = ["-b", self.host, "-p", self.port, "-v", "0", "--ping-interval", "60", "--ping-timeout", "120"]
        loops = [name for name in LOOPS if any(ROOT.glob(f"apps/*/management/commands/{name}.py"))]
        return {
            "web": [sys.executable, "-m", "daphne", *web, "educonnect.asgi:application"],
            "worker": [*MANAGE, "rqworker", "alerts", "default", "--with-scheduler"],
            **{name: [*MANAGE, name] for name in loops},
        }

    def notice_deaths(self) -> None:
        """Nothing may be missing unnoticed."""
        if name := self.children.ended():
            self.children.pump(0)
            raise SetupFailed(f"{name} ended by itself, see above")
        for server in self.home.servers:
            if server.process.poll() is not None:
                raise SetupFailed(f"{server} ended by itself; from {server.log}:\n{last_words(server.log)}")

    def announce(self) -> None:
        """Where it is, and who may come in."""
        say(f"EduConnect runs at {self.url} ({time.monotonic() - BEGAN:.0f} s)\n")
        for line in table_of_logins(self.home.logins, self.url):
            say(line)
        say("Ctrl-C stops it; the data stays for the next time (--reset forgets it).")


def static_fingerprint() -> str:
    """Another one as soon as a static file changes."""
    digest = hashlib.sha256()
    for pattern in STATIC_SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file():
                digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def table_of_logins(path: Path, url: str) -> list[str]:
    """One line a role: `role  login  password  address`."""
    if not path.exists():
        return []
    rows = [
        (row["role"], row["login"], row["password"], url + row.get("path", "").lstrip("/"))
        for row in json.loads(path.read_text())
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def answers(url: str) -> bool:
    """The web process is up and reaches its database."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=2) as reply:
            return reply.status == 200
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
