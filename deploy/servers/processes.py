"""Child processes that never outlive us, not even when we are killed."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType
from typing import Any

SET_PARENT_DEATH_SIGNAL = 1  # prctl(2)
LIBC = ctypes.CDLL(None)  # loaded here: between fork and exec, little is allowed


def spawn(
    command: list,
    *,
    log: Path | None = None,
    account: pwd.struct_passwd | None = None,
    death_signal: int = signal.SIGTERM,
    **options: Any,
) -> subprocess.Popen:
    """Start a child in a session of its own: Ctrl-C reaches only us, and we stop things in order."""
    parent = os.getpid()

    def follow_the_parent() -> None:
        if sys.platform == "linux":
            LIBC.prctl(SET_PARENT_DEATH_SIGNAL, death_signal)
            if os.getppid() != parent:  # killed in between
                os._exit(1)

    command = [str(word) for word in command]
    options = {"stdin": subprocess.DEVNULL, "start_new_session": True} | as_account(account) | options
    if not log:
        return subprocess.Popen(command, preexec_fn=follow_the_parent, **options)
    with log.open("ab") as out:
        options |= {"stdout": out, "stderr": subprocess.STDOUT}
        return subprocess.Popen(command, preexec_fn=follow_the_parent, **options)


def as_account(account: pwd.struct_passwd | None) -> dict[str, Any]:
    """Popen's words for running as somebody else."""
    if not account:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def end(process: subprocess.Popen, sig: int = signal.SIGTERM, patience: float = 10) -> None:
    """Ask it to stop; after a while, make it stop, with whatever it started."""
    if process.poll() is not None:
        return
    process.send_signal(sig)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        if os.getpgid(process.pid) == process.pid:
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()


def last_words(log: Path, lines: int = 15) -> str:
    """The end of a log."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return "(no log)"


class Interrupted(BaseException):
    """Ctrl-C, a closed terminal, or somebody's `kill`."""


ASKED_TO_STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def stop_on_signals() -> None:
    """From here on, being asked to stop raises Interrupted where we are."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        ignore_signals()  # a second Ctrl-C does not cut the stopping short
        raise Interrupted

    for number in ASKED_TO_STOP:
        signal.signal(number, interrupt)


def ignore_signals() -> None:
    """From here on, we are stopping already."""
    for number in ASKED_TO_STOP:
        signal.signal(number, signal.SIG_IGN)
