"""Nothing outlives its launcher, and what a killed run left is cleared away."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.children import Children
from deploy.servers.places import ROOT, RunDir
from tests.processes import wait_until

LAUNCHER = """
import time
from deploy.servers.places import RunDir
from deploy.servers.processes import spawn
from deploy.servers.redis import Redis
from tests.servers import another_postgres
run = RunDir("test")
postgres, redis = another_postgres(run), Redis(run.path, run, durable=False)
postgres.start()
redis.start()
worker = spawn(["sleep", "600"])
print(run.path, *(process.pid for process in (postgres.process, redis.process, worker)), flush=True)
time.sleep(600)
"""


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent was killed")
def test_a_killed_launcher_leaves_nothing_running(tmp_path):
    launcher = subprocess.Popen([sys.executable, "-c", LAUNCHER], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    with launcher:
        place, *pids = launcher.stdout.readline().split()
        assert len(pids) == 3
        assert all(lives(int(pid)) for pid in pids)
        launcher.kill()
    wait_until(lambda: not any(lives(int(pid)) for pid in pids))
    assert Path(place).exists()
    RunDir("test").remove()
    assert not Path(place).exists()


def test_children_speak_under_their_names_and_end_together():
    said = []
    children = Children(show=lambda name, line: said.append((name, line)))
    loop = [sys.executable, "-c", "import time; print('à l’œuvre', flush=True); time.sleep(600)"]
    processes = [children.start(name, loop, {}) for name in ("web", "worker")]
    while len(said) < 2:
        children.pump(1)
    assert children.ended() is None
    children.end()
    assert sorted(said) == [("web", "à l’œuvre"), ("worker", "à l’œuvre")]
    assert all(process.returncode == -signal.SIGTERM for process in processes)


def test_a_line_without_an_end_is_shown_and_a_status_told():
    said = []
    children = Children(show=lambda name, line: said.append((name, line)))
    status = children.run("data", [sys.executable, "-c", "import sys; print(1, end=''); sys.exit(3)"], {})
    children.end()
    assert (status, said) == (3, [("data", "1")])


def test_a_child_that_ended_by_itself_is_named():
    children = Children(show=lambda name, line: None)
    process = children.start("relay", ["true"], {})
    process.wait()
    assert children.ended() == "relay"
    children.end()
