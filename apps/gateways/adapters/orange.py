"""Orange's SMS API for Africa: OAuth, messages one by one, receipts by subscription, a balance of units."""

import base64
import hashlib
import json
import re
import threading
from collections.abc import Iterator
from urllib.parse import quote
from uuid import UUID

from django.core.cache import cache

from apps.gateways.rules import Verdict, is_unknown_number, verdict_of
from apps.gateways.sealing import CannotUnseal, seal, unseal

from .base import (
    Accepted,
    Account,
    Ambiguous,
    Balance,
    Doubt,
    Receipt,
    Refused,
    Unreachable,
    path_in,
    text_in,
)
from .wire import SECONDS, Deadline, exchange

ADDRESS = "https://api.orange.com"
COUNTRY = "CIV"
MARGIN = 60  # seconds before a token's end when another is taken
WORDS = {
    "DeliveredToTerminal": "delivered",
    "DeliveryImpossible": "undelivered",
    "DeliveredToNetwork": "accepted",
    "DeliveryUncertain": "accepted",
    "MessageWaiting": "accepted",
}
_UNAUTHORIZED = 401
_DIGITS = re.compile(r"\d{1,6}", re.ASCII)
_one_at_a_time = threading.Lock()


class OrangeGateway:
    """It knows its own number of a message and not ours: after a silence, only a receipt tells.

    Our reference goes as OneAPI's `clientCorrelator` all the same (option `correlator: false` leaves it out).
    """

    doubt = Doubt.WAITS

    def __init__(self, account: Account) -> None:
        self.account, self.deadline = account, Deadline(SECONDS)
        self.address = (account.url or ADDRESS).rstrip("/")

    def send(self, reference: UUID, recipient: str, text: str) -> Accepted | Refused:
        status, answer = self._call(
            "POST", self._outbound("requests"), lost=Ambiguous, body=self._message(reference, recipient, text)
        )
        match verdict_of(status):
            case Verdict.TAKEN:
                theirs = text_in(answer, "outboundSMSMessageRequest.resourceURL")
                return Accepted(theirs.rstrip("/").rpartition("/")[2][:100])
            case Verdict.REFUSED:
                reason = _reason(answer)
                return Refused(f"HTTP {status} {reason}".strip()[:100], is_unknown_number(reason))
            case Verdict.NOT_TAKEN:
                raise Unreachable(f"HTTP {status} {_reason(answer)}".strip()[:100])
            case _:
                raise Ambiguous(f"HTTP {status}")

    def ask(self, reference: UUID) -> None:
        raise Unreachable("Orange answers no question about a message")

    def balance(self) -> Balance:
        """The units of every contract of the country together."""
        status, answer = self._call("GET", f"/sms/admin/v1/contracts?country={COUNTRY}", lost=Unreachable)
        if verdict_of(status) is not Verdict.TAKEN:
            raise Unreachable(f"HTTP {status}")
        return Balance(max(0, sum(_units(answer))))

    def subscribe(self, address: str) -> None:
        wanted = {"deliveryReceiptSubscription": {"callbackReference": {"notifyURL": address}}}
        status, _ = self._call("POST", self._outbound("subscriptions"), lost=Unreachable, body=wanted)
        if verdict_of(status) is not Verdict.TAKEN:
            raise Unreachable(f"HTTP {status}")

    def _outbound(self, what: str) -> str:
        return f"/smsmessaging/v1/outbound/{quote(f'tel:{self.account.sender_number}', safe='')}/{what}"

    def _message(self, reference: UUID, recipient: str, text: str) -> dict:
        message = {
            "address": f"tel:{recipient}",
            "senderAddress": f"tel:{self.account.sender_number}",
            "outboundSMSTextMessage": {"message": text},
        }
        if self.account.sender:
            message["senderName"] = self.account.sender
        if self.account.options.get("correlator", True):
            message["clientCorrelator"] = str(reference)
        return {"outboundSMSMessageRequest": message}

    def _call(self, method: str, path: str, *, lost: type[Exception], body: dict | None = None) -> tuple:
        """With a token; once more with a fresh one when it has run out (nothing was taken then)."""
        token = self._token()
        status, answer = self._exchange(method, path, token, lost, body)
        if status == _UNAUTHORIZED:
            self._forget(token)
            status, answer = self._exchange(method, path, self._token(), lost, body)
        return status, answer

    def _exchange(
        self, method: str, path: str, token: str, lost: type[Exception], body: dict | None
    ) -> tuple:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        raw = json.dumps(body).encode() if body else None
        return exchange(
            method, self.address + path, deadline=self.deadline, lost=lost, headers=headers, body=raw
        )

    def _token(self) -> str:
        """The one that every process shares until it runs out, sealed where it is kept."""
        with _one_at_a_time:
            if kept := self._kept():
                return kept
            token, seconds = self._new_token()
            if seconds > MARGIN:
                cache.set(self._kept_as(), seal(token), seconds - MARGIN)
            return token

    def _forget(self, token: str) -> None:
        with _one_at_a_time:
            if self._kept() == token:
                cache.delete(self._kept_as())

    def _kept(self) -> str:
        """ "" when there is none that we can read."""
        try:
            return unseal(cache.get(self._kept_as(), ""))
        except CannotUnseal:
            return ""

    def _kept_as(self) -> str:
        whose = f"{self.address} {self.account.client_id} {self.account.secret}"
        return f"orange-token-{hashlib.sha256(whose.encode()).hexdigest()[:32]}"

    def _new_token(self) -> tuple[str, int]:
        pair = base64.b64encode(f"{self.account.client_id}:{self.account.secret}".encode()).decode()
        status, answer = exchange(
            "POST",
            f"{self.address}/oauth/v3/token",
            deadline=self.deadline,
            lost=Unreachable,
            headers={"Authorization": f"Basic {pair}", "Content-Type": "application/x-www-form-urlencoded"},
            body=b"grant_type=client_credentials",
        )
        token = path_in(answer, "access_token")
        if status != 200 or not isinstance(token, str):
            raise Unreachable(f"HTTP {status}, no token")
        return token, _seconds(path_in(answer, "expires_in"))


def receipts_in(body: object) -> Iterator[Receipt]:
    """Those of a notification: `callbackData` is the end of the resourceURL that a message was given."""
    theirs = text_in(body, "deliveryInfoNotification.callbackData")
    told = path_in(body, "deliveryInfoNotification.deliveryInfo")
    for one in told if isinstance(told, list) else [told]:
        status, address = text_in(one, "deliveryStatus"), text_in(one, "address")
        if theirs and status:
            yield Receipt(
                WORDS.get(status, "accepted"),
                provider_reference=theirs.rstrip("/").rpartition("/")[2][:100],
                recipient=address.removeprefix("tel:")[:16],
                reason=status[:100],
            )


def _seconds(said: object) -> int:
    """Orange says them in digits; of anything else, none: the token serves once."""
    return int(str(said)) if _DIGITS.fullmatch(str(said)) else 0


def _reason(answer: object) -> str:
    """What an error says, in the forms that Orange gives it."""
    for where in ("requestError.serviceException", "requestError.policyException"):
        if isinstance(error := path_in(answer, where), dict):
            return f"{text_in(error, 'messageId')} {text_in(error, 'text')}".strip()[:80]
    return text_in(answer, "message")[:80]


def _units(answer: object) -> Iterator[int]:
    """Every `availableUnits` of the answer, a flat list or contracts within contracts."""
    if isinstance(answer, list):
        for one in answer:
            yield from _units(one)
    elif isinstance(answer, dict):
        if type(units := answer.get("availableUnits")) is int:
            yield units
        for one in answer.values():
            yield from _units(one)
