"""A browser that is killed: its first process and all the others, at once."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from deploy.servers.binaries import find_browser
from deploy.servers.processes import end, spawn
from tests import processes
from tests.grades.test_typing import sign_in

TELL_WHAT_IS_KEPT = """() => {
  const put = edu.queue.put;
  edu.queue.put = async (url, slot, ...said) => { await put(url, slot, ...said); keptByTheBrowser(slot); };
}"""
WAITING = "async () => (await edu.queue.all()).length"
WHAT_WAITS = "async () => JSON.stringify(await edu.queue.all())"


@dataclass
class Desk:
    """A teacher's browser, whose profile outlives it. `kept`: what its queue said that it had kept."""

    chromium: object
    profile: Path
    teacher: object
    address: str
    kept: list[str] = field(default_factory=list)

    @contextmanager
    def open(self) -> Iterator[tuple]:
        """Her page in a browser of its own, and the process to kill."""
        told = self.profile / "DevToolsActivePort"
        told.unlink(missing_ok=True)
        process = spawn(self._command(), log=self.profile.with_suffix(".log"))
        try:
            processes.wait_until(lambda: told.exists() and "\n" in told.read_text(), process)
            port = told.read_text().split()[0]
            browser = self.chromium.browser_type.connect_over_cdp(f"http://127.0.0.1:{port}")
            page = browser.contexts[0].pages[0]
            sign_in(page, self.teacher, self.address)
            page.expose_function("keptByTheBrowser", lambda slot: self.kept.append(slot))
            page.goto(self.address)
            page.evaluate(TELL_WHAT_IS_KEPT)
            yield page, process
        finally:
            end(process)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # what the first process left behind

    def _command(self) -> list[str]:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
        ours = ["--headless=new", f"--user-data-dir={self.profile}", "--remote-debugging-port=0"]
        return [
            find_browser(),
            *ours,
            *sandbox,
            *quiet,
            "--no-first-run",
            "--window-size=1366,768",
            "about:blank",
        ]


def end_at_once(process) -> None:
    """All of the browser: it is the first of its session."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def let_it_send(page) -> None:
    """Until nothing waits in the browser."""
    for _ in range(400):
        if not page.evaluate(WAITING):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"still waiting: {page.evaluate(WHAT_WAITS)}")
