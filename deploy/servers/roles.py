"""The three database roles and the databases they use; what they may do is in the .sql files beside this."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

SUPERUSER, OWNER, APP = "postgres", "educonnect_owner", "educonnect_app"
LOGINS = (OWNER, APP)
DATABASE = "educonnect"
HERE = Path(__file__).parent


def in_database(url: str, name: str) -> str:
    """The same server and role, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def as_role(url: str, role: str, password: str) -> str:
    """The same database, another role."""
    server = urlsplit(url).netloc.rpartition("@")[2]
    return urlunsplit(urlsplit(url)._replace(netloc=f"{role}:{quote(password)}@{server}"))


def make_roles(admin_url: str, passwords: Mapping[str, str]) -> None:
    """In a cluster, make the roles what they must be."""
    with psycopg.connect(admin_url, autocommit=True) as db:
        db.execute((HERE / "roles.sql").read_text())
        for role in LOGINS:
            db.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), passwords[role]))


def make_database(admin_url: str, name: str) -> None:
    """A database of the owner, ready for its first migration; nothing if it is there."""
    with psycopg.connect(admin_url, autocommit=True) as db:
        if db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            names = (sql.Identifier(name), sql.Identifier(OWNER))
            db.execute(sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(*names))
    with psycopg.connect(in_database(admin_url, name)) as db:
        db.execute((HERE / "database.sql").read_text())


def copy_database(owner_url: str, template: str, name: str) -> None:
    """A database like another one that nobody is connected to."""
    with psycopg.connect(in_database(owner_url, "postgres"), autocommit=True) as db:
        names = (sql.Identifier(name), sql.Identifier(template))
        db.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
