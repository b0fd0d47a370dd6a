"""Typed, fail-loud reads of the environment: a wrong value stops the boot, never the user."""

import os
from urllib.parse import urlsplit, urlunsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

_TRUTH = {"true": True, "false": False}


def text(name: str, default: str | None = None) -> str:
    """The variable as it is; without a default, its absence stops the boot."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set")
    return value


def flag(name: str, default: bool) -> bool:
    """`true` or `false`, and nothing else."""
    value = os.environ.get(name, str(default)).lower()
    if value not in _TRUTH:
        raise ImproperlyConfigured(f"{name} must be 'true' or 'false', not {value!r}")
    return _TRUTH[value]


def integer(name: str, default: int) -> int:
    """A whole number."""
    value = os.environ.get(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}") from None


def words(name: str, default: str = "") -> list[str]:
    """A list separated by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def database(name: str) -> dict:
    """Django's settings for a PostgreSQL address, as libpq reads it (sockets, sslmode, several hosts)."""
    parts = conninfo_to_dict(text(name))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "OPTIONS": parts,
    }


def redis(name: str, number: int) -> str:
    """A Redis address with one of our numbered databases, counted from REDIS_DB_BASE."""
    base = urlsplit(text(name))
    chosen = integer("REDIS_DB_BASE", 0) + number
    if base.scheme == "unix":
        return f"unix://{base.netloc}{base.path}?db={chosen}"  # urlunsplit would drop an empty netloc's //
    return urlunsplit(base._replace(path=f"/{chosen}", query=""))
