"""How often one may fail to sign in: tight for an account, wide for an address that a whole school shares.

Counted in Redis by atomic additions; when Redis is away, people still sign in. (allauth's own limits
take a lock in the cache, and refuse everybody once it is gone.)
"""

import hashlib

from django.core.cache import cache

WINDOW = 300  # seconds
PER_ACCOUNT = 8
PER_ADDRESS = 600


def take_try(account: str, address: str) -> bool:
    """Count one try, and say whether it may be made."""
    for key, limit in ((_key("account", account), PER_ACCOUNT), (_key("address", address), PER_ADDRESS)):
        tries = _add(key)
        if tries is None:
            return True
        if tries > limit:
            return False
    return True


def give_back_try(account: str, address: str) -> None:
    """The try was good: only failures count."""
    for key in (_key("account", account), _key("address", address)):
        if _change(key, -1) is None:
            return


def _key(kind: str, name: str) -> str:
    return f"sign-in:{kind}:{hashlib.sha256(name.encode()).hexdigest()}"


def _add(key: str) -> int | None:
    """How many tries within the five minutes, this one included; None when Redis is away."""
    return None if cache.add(key, 0, WINDOW) is None else _change(key, 1)


def _change(key: str, by: int) -> int | None:
    try:
        return cache.incr(key, by)
    except ValueError:  # its five minutes ended in between
        return 0
