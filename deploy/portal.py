"""What runs between the servers and a person's browser: data, static files, web, worker, relay."""

import contextlib
import hashlib
import os
import socket
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

from deploy.children import Children
from deploy.home import MANAGE, Home
from deploy.servers.places import ROOT, SetupFailed
from deploy.servers.processes import last_words

FIRST_PORT, PORTS_TRIED = 8000, 50
EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}
LOOPBACK = "127.0.0.1,localhost,[::1]"
LOOPS = ("relay", "sweep")  # commands that run until they are stopped, where they exist
STATIC_SOURCES = ("static/**/*", "apps/*/static/**/*", "deploy/requirements/app.txt")
DAPHNE = (sys.executable, "-m", "daphne", "-v", "0", "--ping-interval", "60", "--ping-timeout", "120")


class Portal:
    """The demo's processes, on servers that run already."""

    def __init__(self, home: Home, children: Children, environment: dict[str, str], host: str, port: int):
        self.home, self.children = home, children
        self.host, self.port = host, port
        named = EVERY_ADDRESS.get(host) or (f"[{host}]" if ":" in host else host)
        self.url = f"http://{named}:{port}/"
        hosts = "*" if host in EVERY_ADDRESS else f"{LOOPBACK},{named}"
        known = {"ALLOWED_HOSTS": hosts, "PUBLIC_URL": self.url.rstrip("/")}
        self.environment = environment | {name: os.environ.get(name, said) for name, said in known.items()}

    def prepare(self, say: Callable[[str], None]) -> None:
        """Tables and data, and meanwhile the static files."""
        self.home.logins.unlink(missing_ok=True)
        stamp = Path(self.environment["STATIC_ROOT"]).with_name("static.stamp")
        collecting, wanted = None, static_fingerprint()
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

    def start(self) -> None:
        """Every process; return once the web answers."""
        for name, command in self.commands().items():
            self.children.start(name, command, self.environment)
        while not answers(f"{self.url}sante/"):
            self.watch(0.1)

    def watch(self, seconds: float) -> None:
        """Show what they say for so long; nothing may end by itself."""
        self.children.pump(seconds)
        if name := self.children.ended():
            self.children.pump(0)
            raise SetupFailed(f"{name} ended by itself, see above")
        for server in self.home.servers:
            if server.process.poll() is not None:
                raise SetupFailed(f"{server} ended by itself; from {server.log}:\n{last_words(server.log)}")

    def commands(self) -> dict[str, list]:
        """One process each, by the name under which its lines are shown."""
        loops = [name for name in LOOPS if any(ROOT.glob(f"apps/*/management/commands/{name}.py"))]
        return {
            "web": [*DAPHNE, "-b", self.host, "-p", self.port, "educonnect.asgi:application"],
            "worker": [*MANAGE, "rqworker", "alerts", "default", "bulk", "--with-scheduler"],
            **{name: [*MANAGE, name] for name in loops},
        }


def free_port(host: str, wanted: int | None = None, *, first: int = FIRST_PORT) -> int:
    """The wanted port, or the first free one."""
    candidates = [wanted] if wanted else range(first, first + PORTS_TRIED)
    for port in candidates:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            return port
    raise SetupFailed(f"no free port for {host} among {candidates}; choose another one with --port.")


def answers(url: str) -> bool:
    """The web process is up and reaches its database."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=2) as reply:
            return reply.status == 200
    except OSError:
        return False


def static_fingerprint() -> str:
    """Another one as soon as a static file changes."""
    digest = hashlib.sha256()
    for pattern in STATIC_SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file():
                digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()
