"""One-time codes and sign-in names. Plain Python."""

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Container
from datetime import timedelta
from itertools import count
from uuid import UUID

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is read as another: no 0 o, no 1 i l
CODE_LENGTH = 8
CODE_IS_VALID = timedelta(days=30)

PHONE_CODE_IS_VALID = timedelta(minutes=10)
MOST_TRIES = 5
MOST_CODES = 3  # an hour, to a number and for a person
SAME_REQUEST = timedelta(seconds=30)


def new_code() -> str:
    """Eight letters and digits, forty bits: eight tries in five minutes do not find it in thirty days."""
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


def username_stem(first_name: str, last_name: str) -> str:
    """« Ama Fatou », « N’Guessan » → ama.nguessan: what a phone's keyboard types without an accent."""
    words = [_plain(first_name.split()[0]) if first_name.split() else "", _plain(last_name)]
    return ".".join(word for word in words if word)[:60] or "membre"


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in letters if letter.isascii() and letter.isalnum())


def free_username(stem: str, taken: Container[str]) -> str:
    """The stem itself, else the stem and the first free number from 2."""
    if stem not in taken:
        return stem
    return next(name for number in count(2) if (name := f"{stem}{number}") not in taken)


def phone_code(reference: UUID, secret: str) -> str:
    """The six digits of a proof: nobody works them out without our secret, and no row holds them."""
    digest = hmac.new(secret.encode(), b"phone-code:" + reference.bytes, hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8]) % 1_000_000:06}"


def phone_code_text(code: str) -> str:
    """One SMS."""
    return f"EduConnect: votre code est {code}. Il est valable 10 minutes. Ne le donnez à personne."
