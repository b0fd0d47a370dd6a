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
    of_account, of_address = _add(_key("account", account)), _add(_key("address", address))
    return of_account <= PER_ACCOUNT and of_address <= PER_ADDRESS


def give_back_try(account: str, address: str) -> None:
    """The try was good: only failures count."""
    for key in (_key("account", account), _key("address", address)):
        _change(key, -1)


def _key(kind: str, name: str) -> str:
    return f"sign-in:{kind}:{hashlib.sha256(name.encode()).hexdigest()}"


def _add(key: str) -> int:
    cache.add(key, 0, WINDOW)
    return _change(key, 1)


def _change(key: str, by: int) -> int:
    try:
        return cache.incr(key, by) or 0
    except ValueError:  # its five minutes ended in between
        return 0
