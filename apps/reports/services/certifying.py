"""Certificates are issued and taken back."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from apps.accounts.models import Member
from apps.core.events import publish
from apps.core.tenancy import current_school_id
from apps.reports.events import CertificateCancelled, CertificateIssued
from apps.reports.models import Certificate, CertificateCancellation
from apps.reports.rules import CertificateFacts, CertificateSheet, Seal, seal
from apps.schools.models import School

from .issuing import key_for_writing


@transaction.atomic
def issue_certificate(
    *,
    kind: Certificate.Kind,
    student_id: int,
    facts: CertificateFacts,
    by: Member,
    at: datetime,
    draw: Callable[[CertificateSheet], bytes],
) -> Certificate:
    """A new one: numbered, signed, printed by `draw`, never to change."""
    key = key_for_writing(at)  # the school is held: two certificates number in turn
    number = (Certificate.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    certificate = Certificate(
        kind=kind, student_id=student_id, number=number, facts=asdict(facts), issued_by=by, issued_at=at
    )
    certificate.code = seal(_sealed(certificate.printed_number, facts), key)
    address = f"{settings.PUBLIC_URL}/v/{certificate.code}"
    certificate.content = draw(CertificateSheet(facts, certificate.printed_number, address))
    certificate.save()
    publish(CertificateIssued(certificate_id=certificate.pk, by_id=by.pk))
    return certificate


def _sealed(number: str, said: CertificateFacts) -> Seal:
    school = School.objects.get(pk=current_school_id())
    pupil = said.pupil
    return Seal(
        school=school.slug,
        number=number,
        version=1,
        pupil=pupil.name,
        class_name=pupil.class_name,
        term=f"{said.title} {said.year}",
        average=pupil.born,
        rank=pupil.national_id,
    )


@transaction.atomic
def cancel_certificate(*, certificate_id: int, reason: str, by: Member, at: datetime) -> None:
    """Take it back; cancelled twice, it is once."""
    said = {"reason": reason, "cancelled_by": by, "cancelled_at": at}
    _, is_new = CertificateCancellation.objects.get_or_create(certificate_id=certificate_id, defaults=said)
    if is_new:
        publish(CertificateCancelled(certificate_id=certificate_id, by_id=by.pk))
