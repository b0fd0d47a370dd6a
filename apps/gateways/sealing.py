"""Secrets of gateways at rest: a copy of the database alone opens no account."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class CannotUnseal(Exception):
    """Sealed with a SECRET_KEY that is no longer known: the secret is to be typed again."""


def seal(secret: str) -> str:
    """The secret, readable with SECRET_KEY alone."""
    return _keys().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """The secret again; "" of nothing. Raises CannotUnseal."""
    try:
        return _keys().decrypt(sealed.encode()).decode() if sealed else ""
    except InvalidToken:
        raise CannotUnseal from None


def _keys() -> MultiFernet:
    known = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(secret)) for secret in known])


def _key(secret: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(b"educonnect gateways " + secret.encode()).digest())
