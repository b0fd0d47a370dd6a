"""Processes whose lines are shown under their names, and which end together."""

import os
import selectors
import subprocess
from collections.abc import Callable

from deploy.servers.processes import end, spawn

PATIENCE = 8  # seconds for a worker to finish its job


class Children:
    """`show(name, line)` is given every line that any of them writes."""

    def __init__(self, show: Callable[[str, str], None]) -> None:
        self._show = show
        self._running: dict[str, subprocess.Popen] = {}
        self._unfinished: dict[str, bytes] = {}
        self._watch = selectors.DefaultSelector()

    def start(self, name: str, command: list, environment: dict[str, str]) -> subprocess.Popen:
        """Let one run beside the others."""
        process = spawn(
            command,
            env=os.environ | environment | {"PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        os.set_blocking(process.stdout.fileno(), False)
        self._watch.register(process.stdout, selectors.EVENT_READ, name)
        self._running[name] = process
        return process

    def run(self, name: str, command: list, environment: dict[str, str]) -> int:
        """Let one run to its end; its exit status."""
        return self.wait(self.start(name, command, environment))

    def wait(self, process: subprocess.Popen) -> int:
        """Until it ends; its exit status."""
        while process.poll() is None:
            self.pump(0.05)
        self.pump(0)
        self._running = {name: other for name, other in self._running.items() if other is not process}
        return process.returncode

    def pid(self, name: str) -> int:
        """Of one that runs."""
        return self._running[name].pid

    def pump(self, timeout: float) -> None:
        """Show what they wrote, waiting for it at most so long."""
        for ready, _ in self._watch.select(timeout):
            self._read(ready)

    def ended(self) -> str | None:
        """The first that ended by itself, if any did."""
        return next((name for name, child in self._running.items() if child.poll() is not None), None)

    def end(self) -> None:
        """Ask all, then wait for each."""
        for child in self._running.values():
            if child.poll() is None:
                child.terminate()
        for child in self._running.values():
            end(child, patience=PATIENCE)
        self.pump(0)
        self._watch.close()

    def _read(self, ready: selectors.SelectorKey) -> None:
        data, name = ready.fileobj.read(), ready.data
        if data is None:  # nothing yet
            return
        *lines, rest = (self._unfinished.pop(name, b"") + data).split(b"\n")
        if data:
            self._unfinished[name] = rest
        else:
            lines += [rest] if rest else []
            self._watch.unregister(ready.fileobj)
            ready.fileobj.close()
        for line in lines:
            self._show(name, line.decode(errors="replace"))
