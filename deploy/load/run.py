"""Boots production's processes on a home of their own and lets locust loose on them: ./deploy/loadtest."""

import argparse
import csv
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import psutil

from deploy.children import Children
from deploy.demo_main import say
from deploy.home import MANAGE, Home
from deploy.load.production import Production
from deploy.portal import free_port
from deploy.servers.places import ROOT, SetupFailed
from deploy.servers.processes import Interrupted, ignore_signals, stop_on_signals

US = "./deploy/loadtest"


def main() -> int:
    """Exit status 0 when no request failed."""
    parser = argparse.ArgumentParser(prog=US, description="Measures production's processes under load.")
    parser.add_argument("--users", type=int, default=40)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--who", nargs="*", default=[], choices=["Parent", "Teacher", "Educator"])
    parser.add_argument("--averages", action="store_true", help="instead: all averages of a school")
    options = parser.parse_args()
    children = Children(show=lambda name, line: say(line, name))
    stop_on_signals()
    try:
        home = Home("load")
        if holder := home.claim(US):
            raise SetupFailed(f"{holder} runs already")
        with home.start(say) as environment:
            try:
                if options.averages:
                    return time_averages(home, children, environment)
                portal = Production(home, children, environment, "127.0.0.1", free_port("127.0.0.1"))
                portal.prepare(say)
                portal.start()
                return measure(portal, options.users, options.seconds, options.who)
            finally:
                ignore_signals()
                children.end()
    except Interrupted:
        return 1
    except SetupFailed as trouble:
        say(str(trouble))
        return 1


def time_averages(home: Home, children: Children, environment: dict[str, str]) -> int:
    """Averages and ranks of 2,000 pupils (averages.py)."""
    home.migrate(environment, lambda *words: children.run("migrate", *words))
    command = [*MANAGE, "shell", "-v", "0", "-c", "from deploy.load.averages import measure; measure()"]
    return children.run("averages", command, environment)


def measure(portal: Production, users: int, seconds: int, who: Iterable[str] = ()) -> int:
    """Locust's own table, then the CPU that the web and the database spent on a request."""
    used = {
        "web": cpu_of(portal.children.pid("http")),
        "database": cpu_of(portal.home.servers[0].process.pid),
    }
    before = {name: seconds_of() for name, seconds_of in used.items()}
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "locust", "-f", ROOT / "deploy" / "load" / "locustfile.py"]
        command += ["--headless", "--only-summary", "--users", users, "--spawn-rate", max(1, users // 5)]
        command += [
            "--run-time",
            f"{seconds}s",
            "--host",
            portal.url.rstrip("/"),
            "--csv",
            f"{folder}/run",
            *who,
        ]
        status = portal.children.run("locust", command, portal.environment)
        requests = requests_in(Path(folder) / "run_stats.csv")
    for name, seconds_of in used.items():
        say(f"{name}: {1000 * (seconds_of() - before[name]) / max(1, requests):.1f} ms of CPU a request")
    say(f"{requests} requests by {users} people in {seconds} s, on {os.cpu_count()} cores")
    return status


def cpu_of(pid: int) -> Callable[[], float]:
    """How many seconds a process and those it started have used so far, the ended ones among them."""

    def seconds() -> float:
        parent = psutil.Process(pid)
        times = [process.cpu_times() for process in (parent, *parent.children(recursive=True))]
        ended = parent.cpu_times()
        return sum(time.user + time.system for time in times) + ended.children_user + ended.children_system

    return seconds


def requests_in(path: Path) -> int:
    """The last line of locust's figures is their sum."""
    *_, total = csv.DictReader(path.read_text().splitlines())
    return int(total["Request Count"])


if __name__ == "__main__":
    sys.exit(main())
