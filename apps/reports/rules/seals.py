"""The code on a paper: what matters on it, signed by the school, readable by whoever holds the public key.

Ed25519: the signature is 64 bytes, and needs neither the portal nor a network to be checked.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import astuple, dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_SIGNATURE = 64  # bytes
_LONGEST = 1200  # characters; nothing longer is ours, not even with the longest names


class NotASeal(ValueError):
    """Not a code of ours, or not signed by this key."""


@dataclass(frozen=True, slots=True)
class Seal:
    """What the code of a paper says: which one it is, and what it must show, as printed.

    Of a certificate, `term` is what it certifies, `average` the pupil's birth, `rank` her matricule.
    """

    school: str  # its address in the portal
    number: str
    version: int
    pupil: str
    class_name: str
    term: str
    average: str
    rank: str

    @property
    def is_certificate(self) -> bool:
        return self.number.startswith("C")


def new_key() -> bytes:
    """A school's private key: 32 bytes."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def public_part(key: bytes) -> bytes:
    """The 32 bytes that anybody may have."""
    return Ed25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw()


def seal(said: Seal, key: bytes) -> str:
    """The code, of letters that an address may hold."""
    body = json.dumps(astuple(said), ensure_ascii=False, separators=(",", ":")).encode()
    signature = Ed25519PrivateKey.from_private_bytes(key).sign(body)
    return urlsafe_b64encode(signature + body).decode().rstrip("=")


def read_seal(code: str, public_key: bytes) -> Seal:
    """What a code says, once its signature is found good. Raises NotASeal."""
    signature, body = _parts(code)
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, body)
    except InvalidSignature as trouble:
        raise NotASeal from trouble
    return _said(body)


def sealed_part(code: str) -> Seal:
    """What a code says, whoever signed it: to find whose key to ask. Raises NotASeal."""
    return _said(_parts(code)[1])


def _parts(code: str) -> tuple[bytes, bytes]:
    """The signature, and what it signs. Only the very letters we write are read: one code, one spelling."""
    if len(code) > _LONGEST:
        raise NotASeal
    try:
        content = urlsafe_b64decode(code + "=" * (-len(code) % 4))
    except ValueError as trouble:
        raise NotASeal from trouble
    if urlsafe_b64encode(content).decode().rstrip("=") != code:
        raise NotASeal
    return content[:_SIGNATURE], content[_SIGNATURE:]


def _said(body: bytes) -> Seal:
    try:
        match json.loads(body):
            case [str(), str(), int(), str(), str(), str(), str(), str()] as said:
                return Seal(*said)
    except ValueError as trouble:
        raise NotASeal from trouble
    raise NotASeal
