"""Makes .venv from the hashed requirements, then becomes the demo, the tests or a command.

Standard library only: it runs before anything is installed.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

from deploy import installers
from deploy.servers.binaries import find_browser
from deploy.servers.places import ROOT

REQUIREMENTS = ROOT / "deploy" / "requirements"
VENV = Path(os.environ.get("EDUCONNECT_VENV") or ROOT / ".venv").absolute()
PYTHON = VENV / "bin" / "python"

WORKERS = str(max(1, (os.cpu_count() or 1) * 3 // 2))  # some tests wait for a browser or a grace delay
COMMANDS = {
    "demo": ["-m", "deploy.demo_main"],
    "test": ["-m", "pytest", "-n", WORKERS, "--dist", "worksteal"],  # a later -n wins
    "manage": ["-m", "deploy.manage_main"],
    "loadtest": ["-m", "deploy.load.run"],
}


def requirements_of(what: str) -> list[str]:
    """Which of deploy/requirements a command needs."""
    if what == "test":
        return ["browser" if find_browser() else "test"]
    return ["app", "load"] if what == "loadtest" else ["app"]


def ensure(names: list[str]) -> None:
    """Install the named requirements, unless an earlier run did."""
    if not installers.works(PYTHON):
        installers.make_venv(VENV)
    missing = [name for name in names if _stamp(name).read_text() != _fingerprint(name)]
    if not missing:
        return
    began = time.monotonic()
    say(f"installing Python packages ({', '.join(missing)}) into {VENV}; the first time takes a minute")
    files = [word for name in missing for word in ("-r", str(REQUIREMENTS / f"{name}.txt"))]
    subprocess.run([*installers.install_command(PYTHON), *installers.HASHED_WHEELS, *files], check=True)
    for name in missing:
        _stamp(name).write_text(_fingerprint(name))
    say(f"packages installed in {time.monotonic() - began:.0f} s")


def _stamp(name: str) -> Path:
    stamp = VENV / f".educonnect-{name}"
    stamp.touch()
    return stamp


def _fingerprint(name: str) -> str:
    return hashlib.sha256((REQUIREMENTS / f"{name}.txt").read_bytes()).hexdigest()


def say(text: str) -> None:
    """A line of progress; not on stdout, which belongs to the command."""
    print(f"[setup] {text}", file=sys.stderr, flush=True)


def main() -> NoReturn:
    """Set up, then become the command."""
    what, *rest = sys.argv[1:]
    for name in ("UV_SYSTEM_CERTS", "UV_NATIVE_TLS"):  # behind a proxy with an authority of its own
        os.environ.setdefault(name, "1")
    try:
        VENV.parent.mkdir(parents=True, exist_ok=True)
        with Path(VENV.parent, f".{VENV.name.lstrip('.')}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # a demo and a test started together write .venv in turn
            ensure(requirements_of(what))
    except installers.NoInstaller as trouble:
        sys.exit(f"\n[setup] {trouble}")
    except subprocess.CalledProcessError as trouble:
        sys.exit(f"\n[setup] this step failed ({trouble.returncode}): {' '.join(map(str, trouble.cmd))}")
    except OSError as trouble:
        sys.exit(f"\n[setup] {trouble}\nEDUCONNECT_VENV may name a directory that you can write.")
    os.environ["EDUCONNECT_SETUP_PYTHON"] = sys.executable
    os.environ["PYTHONPYCACHEPREFIX"] = str(VENV / "pycache")  # never in the source tree
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.execv(PYTHON, [str(PYTHON), *COMMANDS[what], *rest])


if __name__ == "__main__":
    main()
