"""What every gateway has in common: an account with secrets, what may come of a message, what is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Account:
    """Whose gateway it is and how it is reached. Its secret is in no `repr`, hence in no log."""

    kind: str
    url: str = ""
    status_url: str = ""
    client_id: str = ""
    secret: str = field(default="", repr=False)
    sender: str = ""
    sender_number: str = ""
    knows_references: bool = False
    options: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The gateway has the message; delivered already when it says so."""

    provider_reference: str = ""
    is_delivered: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """The gateway will never carry this message: trying again there changes nothing."""

    reason: str
    number_is_unknown: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a gateway says later of a message: `word` is a state of ours (rules.py)."""

    word: str
    reference: str = ""
    provider_reference: str = ""
    recipient: str = ""
    reason: str = ""
    number_is_unknown: bool = False


@dataclass(frozen=True, slots=True)
class Balance:
    """How many SMS are left on an account."""

    units: int


class Unreachable(Exception):
    """Nothing left: trying again doubles nothing."""


class Ambiguous(Exception):
    """It may have left: ask by reference before trying again."""


class Doubt(Enum):
    """How it is known, after a silence, whether the message left."""

    ASKS = "asks"  # the gateway answers questions about our reference
    KNOWS = "knows"  # it knows our reference: a second sending of it is not a second message
    WAITS = "waits"  # neither: only a receipt may tell


class Gateway(Protocol):
    """What an adapter knows how to do. It serves one message, within SECONDS of its making."""

    doubt: Doubt

    def send(self, reference: UUID, recipient: str, text: str) -> Accepted | Refused:
        """Hand one message over. Raises Unreachable before it may have left, Ambiguous after."""

    def ask(self, reference: UUID) -> Accepted | Refused | None:
        """What became of a message; None when the gateway never had it. Raises Unreachable."""

    def balance(self) -> Balance | None:
        """What is left on the account; None when it does not say. Raises Unreachable."""

    def subscribe(self, address: str) -> None:
        """Ask for receipts at this address of ours. Raises Unreachable."""


def path_in(answer: object, path: str) -> object:
    """`path_in({"data": {"id": 7}}, "data.id")`: what is there, or None."""
    for name in path.split("."):
        answer = answer.get(name) if isinstance(answer, dict) else None
    return answer


def text_in(answer: object, path: str) -> str:
    """The text or number that is there; "" of anything else."""
    value = path_in(answer, path)
    return clean(str(value)) if isinstance(value, (str, int)) else ""


def clean(theirs: str) -> str:
    """Without what PostgreSQL cannot keep: NUL, and halves of letters."""
    return theirs.replace("\0", "").encode(errors="ignore").decode()
