"""The adapters: one way to hand an SMS over, whoever carries it. No transaction may be open meanwhile."""

import json
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Protocol
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.conf import settings

from .rules import Verdict, is_mobile, show_phone, verdict_of

CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 5.0
LONGEST_ANSWER = 65_536  # bytes
LONGEST_REFERENCE = 100
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The gateway has the message; delivered already when it says so."""

    provider_reference: str = ""
    is_delivered: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """The gateway will never carry this message: trying again changes nothing."""

    reason: str


class Unreachable(Exception):
    """Nothing left: trying again doubles nothing."""


class Ambiguous(Exception):
    """It may have left: ask by reference before trying again."""


class Gateway(Protocol):
    """What an adapter knows how to do."""

    def send(self, reference: UUID, recipient: str, text: str) -> Accepted | Refused:
        """Hand one message over. Raises Unreachable before it may have left, Ambiguous after."""

    def ask(self, reference: UUID) -> Accepted | Refused | None:
        """What became of a message; None when the gateway never had it. Raises Unreachable."""


class ConsoleGateway:
    """The demo's: the SMS is a line of the log. Never in production (checks.py)."""

    def send(self, reference: UUID, recipient: str, text: str) -> Accepted:
        logger.info("SMS pour %s : %s", show_phone(recipient), text)
        return Accepted(provider_reference=f"console-{reference}", is_delivered=True)

    def ask(self, reference: UUID) -> None:
        return None


class HttpGateway:
    """One JSON POST per message, with our reference; the answer to `GET ?reference=` says what became of it.

    Sent: `{"reference", "to", "from", "text"}` with `Authorization: Bearer`. Read from either answer, when
    it is JSON: `id` (theirs) and `status` (`delivered` and `refused` are final, any other word is accepted);
    a 404 to the question means never received. What comes back by itself later (receipts) is not read yet:
    a state stays at accepted until the gateway's own answer says more. A redirection is not followed.
    """

    def __init__(self, url: str, token: str, sender: str) -> None:
        self.address, self.token, self.sender = urlsplit(url), token, sender

    def send(self, reference: UUID, recipient: str, text: str) -> Accepted | Refused:
        body = {"reference": str(reference), "to": recipient, "from": self.sender, "text": text}
        status, answer = self._exchange("POST", "", json.dumps(body).encode(), lost=Ambiguous)
        match verdict_of(status):
            case Verdict.TAKEN:
                return self._read(answer)
            case Verdict.REFUSED:
                return Refused(f"HTTP {status}")
            case Verdict.NOT_TAKEN:
                raise Unreachable(f"HTTP {status}")
            case _:
                raise Ambiguous(f"HTTP {status}")

    def ask(self, reference: UUID) -> Accepted | Refused | None:
        query = urlencode({"reference": str(reference)})
        status, answer = self._exchange("GET", query, None, lost=Unreachable)
        if status == 404:
            return None
        if verdict_of(status) is not Verdict.TAKEN:
            raise Unreachable(f"HTTP {status}")
        return self._read(answer)

    def _exchange(
        self, method: str, query: str, body: bytes | None, *, lost: type[Exception]
    ) -> tuple[int, dict]:
        """Status and JSON. Until we are connected nothing left; whatever fails afterwards is `lost`."""
        connection = self._connection()
        try:
            try:
                connection.connect()
            except OSError as trouble:
                raise Unreachable(type(trouble).__name__) from trouble
            try:
                connection.sock.settimeout(ANSWER_SECONDS)
                connection.request(method, self._target(query), body, self._headers())
                response = connection.getresponse()
                return response.status, _json(response.read(LONGEST_ANSWER))
            except (OSError, HTTPException) as trouble:
                raise lost(type(trouble).__name__) from trouble
        finally:
            connection.close()

    def _connection(self) -> HTTPConnection:
        host, port = self.address.hostname, self.address.port
        if self.address.scheme == "https":
            context = ssl.create_default_context()
            return HTTPSConnection(host, port, timeout=CONNECT_SECONDS, context=context)
        return HTTPConnection(host, port, timeout=CONNECT_SECONDS)

    def _target(self, query: str) -> str:
        both = "&".join(part for part in (self.address.query, query) if part)
        return (self.address.path or "/") + (f"?{both}" if both else "")

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}

    def _read(self, answer: dict) -> Accepted | Refused:
        if answer.get("status") == "refused":
            return Refused(str(answer.get("reason") or "refused")[:LONGEST_REFERENCE])
        theirs = str(answer.get("id") or "")[:LONGEST_REFERENCE]
        return Accepted(theirs, is_delivered=answer.get("status") == "delivered")


def _json(raw: bytes) -> dict:
    """The answer's object; nothing when it is not one: the status alone decides."""
    try:
        answer = json.loads(raw)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


ADAPTERS: dict[str, Callable[[], Gateway]] = {
    "console": ConsoleGateway,
    "http": lambda: HttpGateway(settings.SMS_HTTP_URL, settings.SMS_HTTP_TOKEN, settings.SMS_SENDER),
}


def send_sms(reference: UUID, recipient: str, text: str) -> Accepted | Refused:
    """Hand one SMS to the gateway of the settings, to an Ivorian mobile and no other number.

    Raises Unreachable when nothing left, Ambiguous when it may have.
    """
    if not is_mobile(recipient):
        return Refused("not an Ivorian mobile")
    return ADAPTERS[settings.SMS_GATEWAY]().send(reference, recipient, text)


def ask_sms(reference: UUID) -> Accepted | Refused | None:
    """What became of an SMS; None when the gateway never had it. Raises Unreachable."""
    return ADAPTERS[settings.SMS_GATEWAY]().ask(reference)
