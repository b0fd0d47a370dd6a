"""What operators say later of messages: kept as it came, applied to its delivery, whatever its order."""

import hmac
import logging
import secrets
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from apps.gateways import api as gateways
from apps.gateways.api import Account, CannotUnseal, NotAReceipt, unseal
from apps.notifications.models import Delivery, Receipt, SmsGateway
from apps.notifications.rules import after_receipt, without_persons

from .numbers import set_aside
from .sending import Steps

AT_ONCE = 500
KEPT = timedelta(days=90)
PATIENCE = timedelta(minutes=10)  # a receipt may come before its message's own answer; no longer
TRIED = timedelta(days=3)  # an operator has no message longer, while a phone is off
State = Delivery.State
logger = logging.getLogger(__name__)


def receipts_key(gateway: SmsGateway) -> str:
    """The secret end of the address where this gateway brings its receipts; "" while it has none."""
    return gateway.receipts_at.rstrip("/").rpartition("/")[2]


def new_receipts_key() -> str:
    """Drawn once and kept: made from SECRET_KEY, it would change with it and operators would not know."""
    return secrets.token_hex(16)


def account_of(gateway: SmsGateway) -> Account | None:
    """How it is reached; None when its secret must be typed again."""
    try:
        return gateway.account()
    except CannotUnseal:
        return None


def hear_operator(*, key: str, raw: bytes, signature: str, now: datetime) -> int:
    """Keep what was brought and apply what is known already. Raises NotAReceipt (no such path, forged)."""
    known = SmsGateway.objects.exclude(receipts_at="").order_by("rank")
    asked = key.encode()
    gateway = next((one for one in known if hmac.compare_digest(receipts_key(one).encode(), asked)), None)
    account = gateway and account_of(gateway)
    if not account or len(raw) > gateways.LONGEST_RECEIPT:
        raise NotAReceipt
    try:
        signing_key = unseal(gateway.sealed_signing_key)
    except CannotUnseal:
        raise NotAReceipt from None
    if gateway.kind == SmsGateway.Kind.HTTP and not signing_key:
        raise NotAReceipt  # whoever can sign, must
    brought = gateways.read_receipts(account, raw, signature=signature, signing_key=signing_key)
    return hear(gateway=gateway, receipts=brought, now=now)


@transaction.atomic
def hear(*, gateway: SmsGateway, receipts: Iterable[gateways.Receipt], now: datetime) -> int:
    """Keep these receipts, each once; apply what can be. Return how many deliveries moved."""
    receipts = list(receipts)
    Receipt.objects.bulk_create(
        (
            Receipt(
                gateway=gateway,
                reference=one.reference,
                provider_reference=one.provider_reference,
                recipient=one.recipient,
                word=one.word,
                reason=without_persons(one.reason),
                number_is_unknown=one.number_is_unknown,
                received_at=now,
            )
            for one in receipts
        ),
        ignore_conflicts=True,
    )
    said = Receipt.objects.filter(
        gateway=gateway,
        provider_reference__in={one.provider_reference for one in receipts},
        reference__in={one.reference for one in receipts},
    )
    return _settle(said, now)


@transaction.atomic
def settle_receipts(now: datetime) -> int:
    """Apply those that waited for their message's own answer; what nobody knows after a while is given up.

    The latest first: an account may be shared with somebody whose messages we shall never know.
    """
    moved = _settle(Receipt.objects.all(), now)
    Receipt.objects.filter(settled_at=None, received_at__lt=now - PATIENCE).update(settled_at=now)
    return moved


def _settle(receipts: QuerySet[Receipt], now: datetime) -> int:
    waiting = receipts.filter(settled_at=None).order_by("-pk").select_for_update(skip_locked=True)
    waiting = list(waiting[:AT_ONCE])
    if not waiting:
        return 0
    found, steps = _Found(waiting), Steps(now)
    for receipt in waiting:
        if delivery := found.of(receipt):
            _apply(receipt, delivery, steps)
            receipt.settled_at = now
            if receipt.number_is_unknown:
                set_aside(delivery.recipient, receipt.reason, now)
    steps.save()
    settled = [one.pk for one in waiting if one.settled_at]
    Receipt.objects.filter(pk__in=settled).update(settled_at=now)
    return len(steps.rows)


def forget_receipts(now: datetime) -> None:
    """They name numbers: what they changed is in the steps of their deliveries."""
    Receipt.objects.filter(received_at__lt=now - KEPT).delete()


def _apply(receipt: Receipt, delivery: Delivery, steps: Steps) -> None:
    after = after_receipt(_known(delivery), receipt.word)
    lifts_doubt = delivery.in_doubt and delivery.state != State.CREATED
    if after != delivery.state or lifts_doubt:
        delivery.state, delivery.in_doubt = after, delivery.in_doubt and not lifts_doubt
        delivery.provider_reference = delivery.provider_reference or receipt.provider_reference
        steps.note(delivery, receipt.reason if after in _EXPLAINED else "")


def _known(delivery: Delivery) -> str:
    """What is sure of it: one that was given up in doubt may have left."""
    return State.SENDING if delivery.in_doubt and delivery.state == State.EXPIRED else delivery.state


_EXPLAINED = {State.UNDELIVERED, State.EXPIRED, State.REFUSED}


class _Found:
    """The deliveries that receipts speak of, locked. Two queries."""

    def __init__(self, receipts: list[Receipt]) -> None:
        ours = {uuid for one in receipts if (uuid := _uuid(one.reference))}
        theirs = {one.provider_reference for one in receipts} - {""}
        numbers = {one.recipient for one in receipts} - {""}
        lost = Q(recipient__in=numbers, in_doubt=True)
        lately = Q(created_at__gt=min(one.received_at for one in receipts) - TRIED)
        sent = Delivery.objects.exclude(gateway=None).filter(
            Q(reference__in=ours)
            | Q(provider_reference__in=theirs)
            | Q(lost, state=State.SENDING)
            | Q(lost, lately, state=State.EXPIRED)
        )
        self.by_ours: dict[tuple, Delivery] = {}
        self.by_theirs: dict[tuple, Delivery] = {}
        self.in_doubt: dict[tuple, list[Delivery]] = defaultdict(list)
        for one in sent.order_by("pk").select_for_update(of=["self"]):
            self.by_ours[one.gateway_id, str(one.reference)] = one
            if one.provider_reference:
                self.by_theirs[one.gateway_id, one.provider_reference] = one
            elif one.in_doubt:
                self.in_doubt[one.gateway_id, one.recipient].append(one)

    def of(self, receipt: Receipt) -> Delivery | None:
        """By our reference, or theirs; else the only message to that number whose answer was lost."""
        whose = receipt.gateway_id
        known = self.by_ours.get((whose, receipt.reference)) or self.by_theirs.get(
            (whose, receipt.provider_reference)
        )
        lost = self.in_doubt.get((whose, receipt.recipient), [])
        if known or receipt.reference or len(lost) != 1:
            return known
        if receipt.provider_reference:
            self.by_theirs[whose, receipt.provider_reference] = lost[0]
        return lost[0]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
