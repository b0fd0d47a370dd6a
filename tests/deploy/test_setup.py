"""What the commands say on a machine that lacks something, and what they do with pip alone."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from deploy.servers.places import ROOT

REQUIREMENTS = sorted(ROOT.glob("deploy/requirements/*.txt"))


def run(*command: str | Path, **environment: str | Path) -> subprocess.CompletedProcess:
    """With nothing in the environment but what is named."""
    return subprocess.run(command, env=environment, capture_output=True, text=True)


@pytest.fixture
def tools(tmp_path) -> Path:
    """A PATH with what a shell script needs and nothing else."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("cat", "cp", "dirname", "env", "grep", "mktemp", "mv", "rm", "sh"):
        (folder / name).symlink_to(shutil.which(name))
    return folder


def script(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def missing(folder: Path, *modules: str) -> Path:
    """A PYTHONPATH that hides modules, as Debian does by splitting them off."""
    folder.mkdir()
    for name in modules:
        (folder / f"{name}.py").write_text("raise ImportError")
    return folder


@pytest.mark.parametrize("command", ["demo", "test", "manage"])
def test_without_python_each_command_says_what_to_install(tools, command):
    done = run(ROOT / "deploy" / command, PATH=tools)
    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr
    assert "apt-get install python3" in done.stderr


def test_a_python_that_is_too_old_is_as_good_as_none(tools):
    script(tools / "python3", "exit 1  # as `sys.exit(sys.version_info < (3, 11))` does there")
    assert run(ROOT / "deploy" / "demo", PATH=tools).returncode == 1


def test_a_python_that_installs_nothing_is_told_what_would(tools, tmp_path):
    hidden = missing(tmp_path / "hidden", "venv", "ensurepip", "pip")
    python = {"PYTHON": sys.executable, "PYTHONPATH": hidden, "EDUCONNECT_VENV": tmp_path / "venv"}
    done = run(ROOT / "deploy" / "manage", PATH=tools, **python)
    assert done.returncode == 1
    assert "python3-venv" in done.stderr


def test_pip_alone_is_enough_for_a_virtual_environment(tools, tmp_path):
    hidden = missing(tmp_path / "hidden", "venv", "ensurepip")
    missing(tmp_path / "pip", "nothing")
    (tmp_path / "pip" / "pip.py").touch()
    program = f"from deploy import installers as i; i.make_venv(i.Path('{tmp_path}/venv'))"
    done = run(sys.executable, "-c", program, PATH=tools, PYTHONPATH=f"{hidden}:{tmp_path}/pip:{ROOT}")
    assert done.returncode == 0, done.stderr
    prefix = run(tmp_path / "venv" / "bin" / "python", "-c", "import sys; print(sys.prefix)")
    assert prefix.stdout.strip() == str(tmp_path / "venv")


@pytest.fixture
def checkout(tmp_path) -> Path:
    """As much of one as `deploy/lock` reads."""
    copy = tmp_path / "checkout"
    shutil.copytree(ROOT / "deploy" / "requirements", copy / "deploy" / "requirements")
    shutil.copy(ROOT / "deploy" / "lock", copy / "deploy")
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


def test_lock_refuses_the_address_of_a_registry(tools, checkout):
    before = {path.name: path.read_text() for path in checkout.glob("deploy/requirements/*")}
    script(tools / "uv", 'for last; do :; done; echo "--index-url https://packages.example/" > "$last"')
    done = run(checkout / "deploy" / "lock", PATH=tools)
    assert done.returncode == 1
    assert "an address got into the requirements" in done.stderr
    assert {path.name: path.read_text() for path in checkout.glob("deploy/requirements/*")} == before


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.stem)
def test_what_is_installed_is_pinned_and_hashed_and_names_no_address(path):
    text = path.read_text()
    assert "://" not in text
    packages = re.split(r"\n(?=\S)", text.strip())
    assert all("==" in package and "--hash=sha256:" in package for package in packages)


@pytest.mark.parametrize("file", ["app", "test", "browser", "load"])
def test_every_dependency_is_locked(file):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = project["dependency-groups"].get(file, project["project"]["dependencies"])
    names = {re.match(r"[\w-]+", line)[0].lower() for line in wanted}
    text = (ROOT / "deploy" / "requirements" / f"{file}.txt").read_text()
    assert names <= set(re.findall(r"^([\w-]+)", text, re.MULTILINE)), "run ./deploy/lock"
