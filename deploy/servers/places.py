"""Where things are kept, and as whom the servers run. Standard library only."""

import fcntl
import hashlib
import os
import pwd
import shutil
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LEFT_BY_A_KILLED_RUN = 60  # seconds: a younger directory without a lock is just being made


class SetupFailed(Exception):
    """A sentence for the person at the terminal."""


def is_root() -> bool:
    """PostgreSQL refuses to run as root, so root's servers run as somebody else."""
    return os.geteuid() == 0


def server_account() -> pwd.struct_passwd | None:
    """Under root, who runs PostgreSQL: who called sudo, who owns this checkout, postgres or nobody."""
    if not is_root():
        return None
    names = (os.environ.get("EDUCONNECT_SERVER_USER"), os.environ.get("SUDO_USER"), ROOT.stat().st_uid)
    for name in (*names, "postgres", "nobody"):
        try:
            account = pwd.getpwuid(name) if isinstance(name, int) else pwd.getpwnam(name or "")
        except KeyError:
            continue
        if account.pw_uid:
            return account
    raise SetupFailed(
        "PostgreSQL does not run as root, and no other account was found; name one in EDUCONNECT_SERVER_USER."
    )


def give(path: Path, account: pwd.struct_passwd | None) -> Path:
    """Hand a file or directory to the account that runs the server."""
    if account:
        os.chown(path, account.pw_uid, account.pw_gid)
    return path


def state_dir() -> Path:
    """What stays: var/ here, or /var/lib when the account that root lends PostgreSQL could not get at it."""
    chosen = os.environ.get("EDUCONNECT_STATE")
    if chosen:
        path = Path(chosen).resolve()
    elif is_root() and not _reachable_by_others(ROOT):
        path = Path("/var/lib/educonnect-dev") / hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]
    else:
        path = ROOT / "var"
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o755)
    except OSError as trouble:
        raise SetupFailed(f"{trouble}; EDUCONNECT_STATE may name a directory that you can write.") from None
    if not os.access(path, os.W_OK):
        raise SetupFailed(f"{path} is not yours to write; EDUCONNECT_STATE may name another directory.")
    return path


def _reachable_by_others(path: Path) -> bool:
    return all(place.stat().st_mode & 0o001 for place in (path, *path.parents) if place.exists())


class RunDir:
    """What one run needs and nobody after it: sockets, and the data of throw-away servers.

    Its name is short enough for sockets (108 bytes). A lock is held on it for as long as the run lives;
    what killed runs left behind is removed by the next one.
    """

    def __init__(self, kind: str) -> None:
        base = Path(os.environ.get("EDUCONNECT_TMP") or "/tmp")
        for old in base.glob(f"educonnect-{os.geteuid()}-*"):
            _remove_if_abandoned(old)
        self.path = Path(tempfile.mkdtemp(prefix=f"educonnect-{os.geteuid()}-{kind}-", dir=base))
        self.path.chmod(0o711 if is_root() else 0o700)
        self._lock = (self.path / "lock").open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def sub(self, name: str, account: pwd.struct_passwd | None = None) -> Path:
        """A directory in it that only its account may enter."""
        path = self.path / name
        path.mkdir(mode=0o700, exist_ok=True)
        return give(path, account)

    def remove(self) -> None:
        """The run is over."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.close()


def _remove_if_abandoned(path: Path) -> None:
    try:
        status = path.lstat()
        if path.is_symlink() or status.st_uid != os.geteuid():
            return
        with (path / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(path, ignore_errors=True)
    except FileNotFoundError:
        if path.exists() and time.time() - status.st_mtime > LEFT_BY_A_KILLED_RUN:
            shutil.rmtree(path, ignore_errors=True)
    except OSError:
        return  # in use
