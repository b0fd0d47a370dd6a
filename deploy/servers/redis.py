"""One Redis or Valkey server on a private Unix socket."""

import signal
import socket
import subprocess
import time
from pathlib import Path

from deploy.servers.binaries import find_redis
from deploy.servers.places import RunDir, SetupFailed
from deploy.servers.processes import end, last_words, spawn

PATIENCE = 20
DATABASES = 256  # four for each worker of the tests


class Redis:
    """`durable` keeps what was written for the next run."""

    def __init__(self, home: Path, run: RunDir, *, durable: bool) -> None:
        self.binary = find_redis()
        self.home = home / self.binary.family  # one family's files mean nothing to another
        self.durable = durable
        self.log = self.home / "redis.log"
        self.socket = run.sub("redis") / "s"
        self.url = f"unix://{self.socket}?db=0"
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        """Return once it answers."""
        self.home.mkdir(parents=True, exist_ok=True)
        options = {
            "port": "0",
            "unixsocket": self.socket,
            "unixsocketperm": "700",
            "dir": self.home,
            "databases": DATABASES,
            "save": "60 1" if self.durable else "",
            "appendonly": "no",
            "daemonize": "no",
            "loglevel": "warning",
        }
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        self.process = spawn([self.binary.path, *words], log=self.log)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            if self._answers():
                return
            time.sleep(0.02)
        self.stop()
        raise SetupFailed(f"Redis did not start; its last words, from {self.log}:\n{last_words(self.log)}")

    def stop(self) -> None:
        """Keep the data if it is to be kept, then end."""
        if self.process:
            end(self.process, signal.SIGTERM if self.durable else signal.SIGKILL)

    def _answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as probe:
                probe.settimeout(1)
                probe.connect(str(self.socket))
                probe.sendall(b"PING\r\n")
                return probe.recv(32).startswith(b"+PONG")
        except OSError:
            return False

    def __str__(self) -> str:
        return str(self.binary)
