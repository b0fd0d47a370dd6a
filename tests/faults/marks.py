"""The campaigns of test_marks.py, by hand and whole: python -m tests.faults.marks --seed 7."""

import argparse
import os
import sys


def main() -> None:
    """pytest with these counts, in the place of this process."""
    read = argparse.ArgumentParser(description=__doc__)
    read.add_argument("--restarts", type=int, default=1000, help="of PostgreSQL, immediate")
    read.add_argument("--cuts", type=int, default=10_000, help="of connections")
    read.add_argument("--seed", type=int, default=1)
    read.add_argument("-k", default="", help="only the tests whose names match, as pytest's")
    asked = read.parse_args()
    counts = {"EDUCONNECT_RESTARTS": str(asked.restarts), "EDUCONNECT_CUTS": str(asked.cuts)}
    command = [sys.executable, "-m", "pytest", "-n0", "-sq"]
    command += ["--randomly-seed", str(asked.seed), "-k", asked.k, "tests/faults/test_marks.py"]
    os.execve(sys.executable, command, os.environ | counts)


if __name__ == "__main__":
    main()
