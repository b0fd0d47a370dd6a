"""What a campaign found, kept for whoever reads figures: tests/faults/results/<what>.json, ignored by git."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from deploy.servers.places import ROOT

FOLDER = Path(__file__).with_name("results")


def size(in_the_suite: int) -> int:
    """How many faults a campaign injects: EDUCONNECT_CAMPAIGN=1000 for the whole of it, by hand."""
    return int(os.environ.get("EDUCONNECT_CAMPAIGN", in_the_suite))


def seed_of(request: pytest.FixtureRequest) -> int:
    """That of the run's random order."""
    return request.config.getoption("randomly_seed", 0) or 0


def keep(what: str, *, seed: int, **counts: int) -> None:
    """Seed, commit and counts of a run; the last one of that name."""
    FOLDER.mkdir(exist_ok=True)
    found = {"what": what, "seed": seed, "commit": commit()} | counts
    (FOLDER / f"{what}.json").write_text(json.dumps(found, indent=2) + "\n")


def commit() -> str:
    """Of the code that ran; "" where git is not there to say."""
    try:
        asked = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    except OSError:
        return ""
    return asked.stdout.strip()
