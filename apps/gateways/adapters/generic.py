"""A gateway that takes a JSON POST per message: most of them, once their words are translated."""

import json
from collections.abc import Iterator, Mapping
from urllib.parse import quote
from uuid import UUID

from apps.gateways.rules import Verdict, is_unknown_number, verdict_of

from .base import Accepted, Account, Ambiguous, Doubt, Receipt, Refused, Unreachable, text_in
from .wire import SECONDS, Deadline, exchange

LONGEST_REFERENCE = 100
OUR_NAMES = ("reference", "to", "from", "text")
OUR_WORDS = ("accepted", "delivered", "undelivered", "expired", "refused")


class HttpGateway:
    """One JSON POST per message, with our reference; what its answer says is read by name.

    Sent: `{"reference", "to", "from", "text"}` with `Authorization: Bearer`. Read from an answer, a status
    and a receipt alike: `id` (theirs), `status` and `reason`. Where the account has a `status_url`, a GET
    `?reference=` there says what became of a message, and 404 that it never came. The account's options
    translate: `names` (ours to theirs), `auth` ("X-Api-Key: {secret}"), `more` (constants that they want),
    `id`, `status` and `reason` (dotted paths), `words` (their statuses to ours).
    """

    def __init__(self, account: Account) -> None:
        self.account, self.deadline = account, Deadline(SECONDS)
        self.answers = Words(account.options)

    @property
    def doubt(self) -> Doubt:
        if self.account.status_url:
            return Doubt.ASKS
        return Doubt.KNOWS if self.account.knows_references else Doubt.WAITS

    def send(self, reference: UUID, recipient: str, text: str) -> Accepted | Refused:
        status, answer = exchange(
            "POST",
            self.account.url,
            deadline=self.deadline,
            lost=Ambiguous,
            headers=self._headers(),
            body=json.dumps(self._message(reference, recipient, text)).encode(),
        )
        match verdict_of(status):
            case Verdict.TAKEN:
                return self._read(answer)
            case Verdict.REFUSED:
                reason = self.answers.reason_of(answer)
                return Refused(f"HTTP {status} {reason}".strip(), is_unknown_number(reason))
            case Verdict.NOT_TAKEN:
                raise Unreachable(f"HTTP {status}")
            case _:
                raise Ambiguous(f"HTTP {status}")

    def ask(self, reference: UUID) -> Accepted | Refused | None:
        joint = "&" if "?" in self.account.status_url else "?"
        url = f"{self.account.status_url}{joint}reference={quote(str(reference))}"
        status, answer = exchange(
            "GET", url, deadline=self.deadline, lost=Unreachable, headers=self._headers()
        )
        if status == 404:
            return None
        if verdict_of(status) is not Verdict.TAKEN:
            raise Unreachable(f"HTTP {status}")
        return self._read(answer)

    def balance(self) -> None:
        return None

    def subscribe(self, address: str) -> None:
        """The address of receipts is given to such an operator by hand."""

    def _message(self, reference: UUID, recipient: str, text: str) -> dict:
        values = dict(zip(OUR_NAMES, (str(reference), recipient, self.account.sender, text), strict=True))
        names = self.account.options.get("names", {})
        return self.account.options.get("more", {}) | {
            names.get(ours, ours): value for ours, value in values.items()
        }

    def _headers(self) -> dict[str, str]:
        name, _, value = self.account.options.get("auth", "Authorization: Bearer {secret}").partition(": ")
        return {name: value.replace("{secret}", self.account.secret), "Content-Type": "application/json"}

    def _read(self, answer: object) -> Accepted | Refused:
        word = self.answers.word_of(answer)
        if word == "refused":
            reason = self.answers.reason_of(answer)
            return Refused(reason or "refused", is_unknown_number(reason))
        return Accepted(self.answers.id_of(answer), is_delivered=word == "delivered")


class Words:
    """An operator's names and words, in ours."""

    def __init__(self, options: Mapping) -> None:
        self.options = options

    def id_of(self, answer: object) -> str:
        return self._text(answer, "id")

    def reason_of(self, answer: object) -> str:
        return self._text(answer, "reason")

    def word_of(self, answer: object) -> str:
        """One of OUR_WORDS: whatever says nothing more says that it was accepted."""
        theirs = self._text(answer, "status")
        ours = self.options.get("words", {}).get(theirs, theirs)
        return ours if ours in OUR_WORDS else "accepted"

    def receipts_in(self, body: object) -> Iterator[Receipt]:
        """Those of a notification: an object, or a list of them."""
        for one in body if isinstance(body, list) else [body]:
            reference = self._text(one, "reference", self.options.get("names", {}).get("reference"))
            theirs, reason = self.id_of(one), self.reason_of(one)
            if reference or theirs:
                yield Receipt(self.word_of(one), reference, theirs, "", reason, is_unknown_number(reason))

    def _text(self, answer: object, name: str, path: str | None = None) -> str:
        return text_in(answer, path or self.options.get(name, name))[:LONGEST_REFERENCE]
