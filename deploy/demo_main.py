"""The demo: servers, migrations, static files, demo data, then web, worker and relay until Ctrl-C."""

import argparse
import contextlib
import json
import sys
import time
from pathlib import Path

from deploy.children import Children
from deploy.home import Home
from deploy.portal import FIRST_PORT, Portal, free_port
from deploy.servers.places import SetupFailed
from deploy.servers.processes import Interrupted, ignore_signals, stop_on_signals

BEGAN = time.monotonic()
US = "./deploy/demo"


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
                serve(Portal(home, children, environment, options.host, port))
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


def parsed() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog=US, description="Runs EduConnect with demo data.")
    parser.add_argument("--host", default="127.0.0.1", help="default: this machine only")
    parser.add_argument("--port", type=int, help=f"default: the first free one from {FIRST_PORT} on")
    parser.add_argument("--reset", action="store_true", help="forget all data and start afresh")
    return parser.parse_args()


def claimed(home: Home, *, reset: bool) -> Home:
    """The home, ours alone until we end."""
    told = False
    while holder := home.claim(US):
        if holder == US:
            raise SetupFailed(f"another {US} of this checkout runs already; stop it first.")
        if not told:
            say(f"waiting for {holder} to end")
            told = True
        time.sleep(0.2)
    if reset:
        home.forget()
    return home


def serve(portal: Portal) -> None:
    """Until Ctrl-C, or until something ends by itself."""
    portal.prepare(say)
    portal.start()
    say(f"EduConnect runs at {portal.url} ({time.monotonic() - BEGAN:.0f} s)\n")
    for line in table_of_logins(portal.home.logins, portal.url):
        say(line)
    say("Ctrl-C stops it; the data stays for the next time (--reset forgets it).")
    while True:
        portal.watch(1)


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


if __name__ == "__main__":
    sys.exit(main())
