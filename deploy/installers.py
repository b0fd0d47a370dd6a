"""Virtual environments and hashed packages by uv, by pip and venv, or by pip alone. Standard library only."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NEITHER = """\
Python {version} is here, but neither uv, nor venv, nor pip.
Any one of these is enough; then run the same command again:
  sudo apt-get install python3-venv        (Debian, Ubuntu)
  sudo apt-get install python3-pip         (also enough)
  install uv and have it on the PATH       (no root needed)"""
HASHED_WHEELS = ("--require-hashes", "--only-binary", ":all:")
PIP = ("-m", "pip")
PIP_QUIETLY = ("install", "--quiet", "--disable-pip-version-check", "--no-compile", "--no-input")


class NoInstaller(Exception):
    """Nothing on this machine installs packages; the message says what to do."""


def works(python: Path) -> bool:
    """The interpreter of a virtual environment outlives neither its Python nor a move."""
    return python.exists() and _succeeds([python, "-c", ""])


def make_venv(venv: Path) -> None:
    """An empty virtual environment, in place of whatever was there."""
    if uv := shutil.which("uv"):
        subprocess.run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, venv], check=True)
    elif _has(sys.executable, "venv") and _has(sys.executable, "ensurepip"):
        subprocess.run([sys.executable, "-m", "venv", "--clear", venv], check=True)
    elif _has(sys.executable, "pip"):
        _make_bare_venv(venv)
    else:
        raise NoInstaller(NEITHER.format(version=sys.version.split()[0]))


def install_command(python: Path) -> list[str]:
    """The words that install packages for `python`; requirements follow."""
    if uv := shutil.which("uv"):
        quiet = [] if sys.stderr.isatty() else ["--quiet"]
        return [uv, "pip", "install", *quiet, "--python", str(python)]
    if _has(python, "pip"):
        return [str(python), *PIP, *PIP_QUIETLY]
    outside = os.environ.get("EDUCONNECT_SETUP_PYTHON", sys.executable)
    if _has(outside, "pip"):
        return [outside, *PIP, "--python", str(python), *PIP_QUIETLY]
    raise NoInstaller(NEITHER.format(version=sys.version.split()[0]))


def _make_bare_venv(venv: Path) -> None:
    """What `python -m venv --without-pip` makes, for Debian, which splits that module off."""
    shutil.rmtree(venv, ignore_errors=True)
    base = Path(os.path.realpath(sys._base_executable))
    packages = venv / "lib" / "python{}.{}".format(*sys.version_info) / "site-packages"
    packages.mkdir(parents=True)
    (venv / "bin").mkdir()
    for name in ("python", "python3"):
        (venv / "bin" / name).symlink_to(base)
    (venv / "pyvenv.cfg").write_text(f"home = {base.parent}\ninclude-system-site-packages = false\n")


def _has(python: str | Path, module: str) -> bool:
    return _succeeds([python, "-c", f"import {module}"])


def _succeeds(command: list) -> bool:
    try:
        return subprocess.run(command, capture_output=True).returncode == 0
    except OSError:
        return False
