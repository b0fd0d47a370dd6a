"""How a person shows that a number is hers: a code by SMS, typed back. No network here: tasks.py carries."""

from datetime import datetime, timedelta
from secrets import compare_digest

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.timezone import localdate

from apps.accounts.models import PhoneProof, User
from apps.accounts.rules import MOST_CODES, PHONE_CODE_IS_VALID, SAME_REQUEST, phone_code
from apps.core.turns import take_turns
from apps.gateways.api import Call, Refused, Unreachable, take

from .access import PhoneIsTaken

_HOUR = timedelta(hours=1)
_LEASE = timedelta(seconds=60)
_PATIENCE = timedelta(seconds=15)


class TooManyCodes(Exception):
    """Three codes were sent within the hour, to that number or for that person."""


class WrongCode(Exception):
    """Not the code; the try is counted."""


class NoCode(Exception):
    """No code is waited for any more: too old, or tried too often."""


@transaction.atomic
def ask_phone_code(*, user: User, phone: str, at: datetime) -> PhoneProof:
    """A code to send to a mobile (E.164); the same one when it was asked for a moment ago.

    A number that somebody else signs in with is sent one too: only its holder learns that it is taken.
    Raises TooManyCodes.
    """
    take_turns(f"phone-codes:{phone}")
    User.objects.select_for_update().get(pk=user.pk)
    lately = PhoneProof.objects.filter(asked_at__gt=at - _HOUR)
    hers, its = lately.filter(user=user), lately.filter(phone=phone)
    twice = hers.live(at).filter(phone=phone, asked_at__gt=at - SAME_REQUEST).order_by("-pk").first()
    if twice:
        return twice
    if max(hers.count(), its.count()) >= MOST_CODES:
        raise TooManyCodes
    return PhoneProof.objects.create(user=user, phone=phone, asked_at=at, expires_at=at + PHONE_CODE_IS_VALID)


def code_of(proof: PhoneProof) -> str:
    """Its six digits."""
    return phone_code(proof.reference, settings.SECRET_KEY)


def verify_phone(*, user: User, code: str, at: datetime) -> str:
    """She typed the code: the number is hers to sign in with. Returns it.

    An SMS may come late: each code still alive for that number will do. Raises NoCode, WrongCode,
    PhoneIsTaken (somebody else signs in with it: nothing changes).
    """
    proof = _proof_shown(user, code, at)
    if proof is None:
        raise WrongCode
    try:
        with transaction.atomic():
            PhoneProof.objects.filter(pk=proof.pk).update(verified_at=at)
            user.phone = proof.phone
            user.save(update_fields=["phone"])
    except IntegrityError:
        user.refresh_from_db(fields=["phone"])
        raise PhoneIsTaken(proof.phone) from None
    return proof.phone


@transaction.atomic
def _proof_shown(user: User, code: str, at: datetime) -> PhoneProof | None:
    """The proof whose code it is, spent with its fellows; else None, and one try less for each."""
    waited_for = PhoneProof.objects.live(at).filter(user=user).order_by("-pk").select_for_update()
    proofs = [proof for proof in waited_for if proof.phone == waited_for[0].phone]
    if not proofs:
        raise NoCode
    shown = next((proof for proof in proofs if compare_digest(code_of(proof), code)), None)
    known = PhoneProof.objects.filter(pk__in=[proof.pk for proof in proofs])
    if shown:
        known.update(expires_at=at)
    else:
        known.update(tries=F("tries") + 1)
    return shown


def lease_phone_code(*, proof_id: int, at: datetime) -> PhoneProof | None:
    """A code to send now, for a minute nobody else's; None when it is no longer to be sent.

    It is counted once, when it is first taken; above a ceiling of the day it is closed instead.
    """
    with transaction.atomic():
        is_first = PhoneProof.objects.filter(pk=proof_id, leased_until=None).exists()
        if not PhoneProof.objects.unsent(at).filter(pk=proof_id).update(leased_until=at + _LEASE):
            return None
        proof = PhoneProof.objects.get(pk=proof_id)
        if is_first and any(take([Call(proof.phone)], localdate(at))):
            PhoneProof.objects.filter(pk=proof_id).update(state=PhoneProof.State.CAPPED)
            return None
    return proof


def record_phone_code(*, proof: PhoneProof, result: object, at: datetime) -> None:
    """What the gateway said. What may have left is not sent twice: she may ask for another one."""
    waiting = PhoneProof.objects.filter(pk=proof.pk, state=PhoneProof.State.WAITING)
    if isinstance(result, Unreachable):
        waiting.update(leased_until=at + _PATIENCE)
    else:
        is_refused = isinstance(result, Refused)
        waiting.update(state=PhoneProof.State.REFUSED if is_refused else PhoneProof.State.SENT)


def forget_phone_proofs(at: datetime) -> None:
    """Numbers that were never shown to be anybody's are not kept beyond a day."""
    PhoneProof.objects.filter(verified_at=None, expires_at__lt=at - timedelta(days=1)).delete()
