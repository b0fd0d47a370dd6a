"""The campaigns of test_alerts.py, whole, and their table: python -m tests.faults.alerts --seed 7."""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterable

from tests.faults.results import FOLDER

COLUMNS = {
    "acknowledged": "messages",
    "lost": "lost",
    "doubled": "doubled",
    "unmarked": "unmarked",
    "marked": "marked",
    "half_done": "unfinished",
    "kills": "kills",
    "flushes": "flushes",
    "restarts": "restarts",
}


def main() -> int:
    """pytest with these counts, then what each campaign found."""
    read = argparse.ArgumentParser(description=__doc__)
    read.add_argument("--kills", type=int, default=1000, help="kill -9 of workers, at random points")
    read.add_argument("--flushes", type=int, default=1000, help="of Redis; one in fifty restarts it")
    read.add_argument("--restarts", type=int, default=50, help="of PostgreSQL, immediate")
    read.add_argument("--each", type=int, default=4, help="messages before each of these")
    read.add_argument("--seed", type=int, default=1)
    read.add_argument("-k", default="not absence and not lease")
    asked = read.parse_args()
    counts = {
        "EDUCONNECT_CAMPAIGN": str(asked.kills),
        "EDUCONNECT_KILLS": str(asked.kills),
        "EDUCONNECT_FLUSHES": str(asked.flushes),
        "EDUCONNECT_RESTARTS": str(asked.restarts),
        "EDUCONNECT_EACH": str(asked.each),
    }
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-n0",
        "-sq",
        "-m",
        "long or not long",
        "--randomly-seed",
        str(asked.seed),
        "-k",
        asked.k,
    ]
    status = subprocess.call([*command, "tests/faults/test_alerts.py"], env=os.environ | counts)
    table()
    return status


def table() -> None:
    """A line for each campaign that left its figures."""
    say("", COLUMNS.values())
    for path in sorted(FOLDER.glob("alerts-*.json")):
        found = json.loads(path.read_text())
        say(found["what"].removeprefix("alerts-"), (found.get(column, "") for column in COLUMNS))


def say(name: str, cells: Iterable) -> None:
    print(f"{name:28}" + "".join(f"{cell!s:>12}" for cell in cells))  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
