"""The demo's gateway."""

import logging
from uuid import UUID

from apps.gateways.rules import show_phone

from .base import Accepted, Account, Doubt

logger = logging.getLogger(__name__)


class ConsoleGateway:
    """The SMS is a line of the log. Never in production (checks.py)."""

    doubt = Doubt.ASKS

    def __init__(self, account: Account) -> None:
        pass

    def send(self, reference: UUID, recipient: str, text: str) -> Accepted:
        logger.info("SMS pour %s : %s", show_phone(recipient), text)
        return Accepted(provider_reference=f"console-{reference}", is_delivered=True)

    def ask(self, reference: UUID) -> None:
        return None

    def balance(self) -> None:
        return None

    def subscribe(self, address: str) -> None:
        """It has no receipts."""
