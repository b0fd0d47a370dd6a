"""What was reckoned once is read again from the cache, until the class's stamp changes."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TypeVar

from django.core.cache import cache

T = TypeVar("T")

FOR = timedelta(days=1)
SHAPE = 5  # of what is kept: another number leaves the old ones unread

Stamps = Mapping[int, tuple[str, str | None]]  # by class; the second is None where nothing was published


def kept(kind: str, key: tuple[object, ...], make: Callable[[], T]) -> T:
    """What was made under this key; if nothing was, it is made now, and kept for a day.

    A stamp is read before what it stands for: a value of newer rows than its key says is only made again.
    """
    name = f"grades.{kind}.{SHAPE}.{_digest(key)}"
    value = cache.get(name)
    if value is None:
        value = make()
        cache.set(name, value, timeout=FOR.total_seconds())
    return value


def _digest(key: object) -> str:
    return hashlib.sha256(repr(key).encode()).hexdigest()[:32]


def text_of(stamps: Stamps) -> str:
    """All of them in one."""
    return _digest(sorted(stamps.items()))
