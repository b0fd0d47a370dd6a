# Sourced by the commands beside it: sets ROOT and PYTHON (3.11 or newer), or says what to install.
set -eu
ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)

is_new_enough() {
  "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
  for candidate in ${PYTHON:-} python3.13 python3.12 python3.11 python3.14 python3 python; do
    if is_new_enough "$candidate"; then echo "$candidate"; return; fi
  done
  candidate=$(UV_PYTHON_DOWNLOADS=never uv python find --no-project '>=3.11' 2>/dev/null) || return 1
  if is_new_enough "$candidate"; then echo "$candidate"; else return 1; fi
}

if ! PYTHON=$(find_python); then
  cat >&2 <<END
EduConnect needs Python 3.11 or newer, and none was found on this machine.
  Debian, Ubuntu:  sudo apt-get install python3 python3-venv
  macOS:           brew install python@3.13
  or name one:     PYTHON=/path/to/python3 $0
END
  exit 1
fi
