"""What decides the tables: a fingerprint, so that the same migrations are not run twice."""

import hashlib

from deploy.servers.places import ROOT

SOURCES = (
    "apps/*/migrations/*.py",
    "apps/core/*.py",
    "apps/core/management/commands/migrate.py",
    "educonnect/settings/*.py",
    "deploy/requirements/*.txt",
    "deploy/servers/*",
)


def fingerprint() -> str:
    """Short, and another one as soon as any source of the schema changes."""
    digest = hashlib.sha256()
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file():
                digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]
