"""Codes carried to the gateway, outside any transaction; and those that a queue forgot."""

from datetime import datetime

from apps.core.clock import now
from apps.gateways.api import Ambiguous, Unreachable, send_sms

from . import services
from .models import PhoneProof
from .rules import phone_code_text

AT_ONCE = 10  # in one sweep, so that alerts do not wait behind them


def send_phone_code(*proof_ids: int) -> None:
    """Send these codes, or those of them that still wait. Run twice or at once, each leaves once."""
    for proof_id in proof_ids:
        proof = services.lease_phone_code(proof_id=proof_id, at=now())
        if proof:
            services.record_phone_code(proof=proof, result=_carry(proof), at=now())


def _carry(proof: PhoneProof) -> object:
    try:
        return send_sms(proof.reference, proof.phone, phone_code_text(services.code_of(proof)))
    except (Unreachable, Ambiguous) as trouble:
        return trouble


def send_forgotten_codes(at: datetime) -> int:
    """What delivers when Redis lost everything; return how many codes were looked at."""
    ids = PhoneProof.objects.unsent(at).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]
    send_phone_code(*ids)
    return len(ids)


def forget_old_codes(at: datetime) -> None:
    """Those of numbers that nobody showed to be hers."""
    services.forget_phone_proofs(at)
