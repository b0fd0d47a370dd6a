"""manage.py in the demo's environment: on its running servers, else on its own for as long as it takes."""

import os
import signal
import sys
import time
from pathlib import Path

from deploy.home import MANAGE, Home, as_owner
from deploy.servers.places import SetupFailed
from deploy.servers.processes import Interrupted, end, ignore_signals, spawn, stop_on_signals

PAUSE = 0.2
OWNERS_COMMANDS = {
    "flush",
    "makemigrations",
    "migrate",
    "optimizemigration",
    "pgtrigger",
    "sqlflush",
    "sqlmigrate",
    "squashmigrations",
}


def main() -> int:
    """Its exit status is the command's."""
    arguments = sys.argv[1:]
    stop_on_signals()
    try:
        home = Home()
        while home.claim("./deploy/manage"):
            with home.borrow() as environment:
                if environment:
                    return run(arguments, environment)
            time.sleep(PAUSE)  # whoever runs the servers is starting or stopping them
        return run_on_servers_of_our_own(home, arguments)
    except SetupFailed as trouble:
        print(f"[manage] {trouble}", file=sys.stderr)
        return 1
    except Interrupted:
        return 128 + signal.SIGTERM
    finally:
        ignore_signals()


def run_on_servers_of_our_own(home: Home, arguments: list[str]) -> int:
    """Start them, run, wait for those who borrowed them meanwhile, stop them."""
    with home.start(say=lambda text: None) as environment:
        if arguments and arguments[0] not in OWNERS_COMMANDS:
            home.migrate(environment, run_aside)
        status = run(arguments, environment)
        home.wait_for_borrowers()
        ignore_signals()
    return status


def run(arguments: list[str], environment: dict[str, str]) -> int:
    """The command itself, with the terminal to itself."""
    cwd = os.environ.get("EDUCONNECT_CALLED_FROM") or Path.cwd()
    env = os.environ | environment_of(arguments[0] if arguments else "help", environment)
    process = spawn([*MANAGE, *arguments], stdin=None, start_new_session=False, cwd=cwd, env=env)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the command
    try:
        status = process.wait()
    finally:
        end(process)
    return status if status >= 0 else 128 - status


def environment_of(command: str, environment: dict[str, str]) -> dict[str, str]:
    """As the application, but for the commands that change tables."""
    return as_owner(environment) if command in OWNERS_COMMANDS else environment


def run_aside(command: list[str], environment: dict[str, str]) -> int:
    """A step before the command, whose output is not the command's."""
    print(f"[manage] {' '.join(command[2:])}", file=sys.stderr, flush=True)
    process = spawn(command, stdout=sys.stderr, env=os.environ | environment)
    try:
        return process.wait()
    finally:
        end(process)


if __name__ == "__main__":
    sys.exit(main())
