"""One way to hand a message over, whoever carries it. No transaction may be open meanwhile."""

import hashlib
import hmac
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from apps.gateways.rules import is_mobile

from . import orange
from .base import Accepted, Account, Doubt, Gateway, Receipt, Refused, Unreachable
from .console import ConsoleGateway
from .generic import HttpGateway, Words
from .mail import MailGateway
from .orange import OrangeGateway
from .wire import read_json

LONGEST_RECEIPT = 65_536  # bytes
ADAPTERS: dict[str, Callable[[Account], Gateway]] = {
    "console": ConsoleGateway,
    "http": HttpGateway,
    "orange": OrangeGateway,
    "mail": MailGateway,
}
HOME = frozenset({"127.0.0.1", "localhost", "::1"})


class NotAReceipt(Exception):
    """Forged, or nothing that this gateway would say."""


def platform_account() -> Account:
    """That of the settings: for the codes of the portal, and for schools that have none of their own."""
    return Account(
        kind=settings.SMS_GATEWAY,
        url=settings.SMS_HTTP_URL,
        status_url=settings.SMS_HTTP_URL,
        secret=settings.SMS_HTTP_TOKEN,
        sender=settings.SMS_SENDER,
    )


def may_reach(url: str) -> bool:
    """Whether a school may name this address: a host that the operator lists (SMS_HOSTS), by TLS alone.

    Without the list, a school could have our servers knock at any door of our own network.
    """
    address = urlsplit(url)
    is_safe = address.scheme == "https" or (address.scheme == "http" and address.hostname in HOME)
    return is_safe and address.hostname in settings.SMS_HOSTS


def gateway_of(account: Account) -> Gateway:
    """For one message: all that it does takes 20 s at most. Raises Unreachable (an address not allowed)."""
    if account != platform_account():
        for url in filter(None, (account.url, account.status_url)):
            if not may_reach(url):
                raise Unreachable("address not allowed")
    return ADAPTERS[account.kind](account)


def doubt_of(account: Account) -> Doubt:
    """How it is known, after a silence of this gateway, whether a message left."""
    return ADAPTERS[account.kind](account).doubt


def send_sms(
    reference: UUID, recipient: str, text: str, *, account: Account | None = None, by: Gateway | None = None
) -> Accepted | Refused:
    """Hand one SMS over (to the platform's gateway by default), to an Ivorian mobile and no other number.

    Raises Unreachable when nothing left, Ambiguous when it may have.
    """
    if not is_mobile(recipient):
        return Refused("not an Ivorian mobile")
    return (by or gateway_of(account or platform_account())).send(reference, recipient, text)


def ask_sms(reference: UUID, *, account: Account | None = None) -> Accepted | Refused | None:
    """What became of an SMS; None when the gateway never had it. Raises Unreachable."""
    return gateway_of(account or platform_account()).ask(reference)


def read_receipts(account: Account, raw: bytes, *, signature: str, signing_key: str) -> list[Receipt]:
    """What a notification says. Where there is a signing key, `sha256=<HMAC of the body>` must sign it.

    Raises NotAReceipt.
    """
    if signing_key and not hmac.compare_digest(signature.encode(), sign(raw, signing_key).encode()):
        raise NotAReceipt
    body = read_json(raw)
    if body is None:
        raise NotAReceipt
    found: Iterable[Receipt] = (
        orange.receipts_in(body) if account.kind == "orange" else Words(account.options).receipts_in(body)
    )
    return list(found)


def sign(raw: bytes, signing_key: str) -> str:
    """As an operator signs what it posts."""
    return f"sha256={hmac.new(signing_key.encode(), raw, hashlib.sha256).hexdigest()}"
