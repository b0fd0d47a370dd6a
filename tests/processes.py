"""The portal's real processes, on this worker's own database and Redis: started, waited for, ended by pid."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.servers.places import ROOT
from deploy.servers.processes import end, spawn

PATIENCE = 30


def free_port() -> int:
    """A port of the loopback that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(*command: str, log: Path, **environment: str) -> Iterator[subprocess.Popen]:
    """A Python command of ours for the length of the block, which outlives neither it nor a killed run."""
    settings = {"DJANGO_SETTINGS_MODULE": "educonnect.settings.test"}
    process = spawn([sys.executable, *command], log=log, cwd=ROOT, env=os.environ | settings | environment)
    try:
        yield process
    finally:
        end(process, patience=8)


def collect_static(**environment: str) -> None:
    """The files of a release, without the hundreds that only the admin loads, or nobody."""
    others = [word for package in ("admin", "django_htmx", "django_rq") for word in ("--ignore", package)]
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "-v", "0", *others]
    subprocess.run(command, cwd=ROOT, env=os.environ | environment, check=True)


@contextmanager
def web(log: Path, **environment: str) -> Iterator[str]:
    """daphne, HTTP and WebSocket on one port; gives its address once it answers."""
    port = free_port()
    command = ["-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "educonnect.asgi:application"]
    with running(*command, log=log, **environment) as process:
        wait_until(lambda: answers(f"http://127.0.0.1:{port}/sante/"), process, log)
        yield f"http://127.0.0.1:{port}"


def wait_until(ready, process: subprocess.Popen | None = None, log: Path | None = None) -> None:
    """Poll ten times a second; a process that ended says why."""
    deadline = time.monotonic() + PATIENCE
    while not ready():
        if process and process.poll() is not None:
            raise AssertionError(f"it ended by itself:\n{log.read_text()[-3000:]}")
        assert time.monotonic() < deadline, f"still waiting:\n{log.read_text()[-3000:] if log else ''}"
        time.sleep(0.1)


def answers(url: str) -> bool:
    """Whether a GET gets a 200."""
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=2) as reply:
            return reply.status == 200
    except OSError:
        return False
