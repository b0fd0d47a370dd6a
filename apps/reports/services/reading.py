"""Bulletins reach the families, who say that they have read them."""

from datetime import datetime

from django.db import transaction

from apps.accounts.models import Member
from apps.classes import services as classes
from apps.classes.models import ClassTerm
from apps.core.events import publish
from apps.reports.events import ReportCardAcknowledged
from apps.reports.models import Acknowledgement, ReportCard

from .issuing import CouncilHasNotSat
from .printing import NothingIsIssued


@transaction.atomic
def show_to_families(*, class_term_id: int, by: Member, at: datetime) -> None:
    """Publish a class's term: from now on families read its bulletins, and their next versions. Published
    twice, it is once.

    Raises NothingIsIssued, CouncilHasNotSat.
    """
    if not ReportCard.objects.of_term(class_term_id).standing().exists():
        raise NothingIsIssued
    published = ClassTerm.State.PUBLISHED
    moved = classes.go_on(class_term_ids=[class_term_id], to=published, by=by, at=at)
    if not moved and not ClassTerm.objects.filter(pk=class_term_id, state=published).exists():
        raise CouncilHasNotSat


@transaction.atomic
def acknowledge(*, report_card_id: int, by: Member, at: datetime) -> None:
    """Said twice, it is said once."""
    _, is_new = Acknowledgement.objects.get_or_create(
        report_card_id=report_card_id, member=by, defaults={"acknowledged_at": at}
    )
    if is_new:
        publish(ReportCardAcknowledged(report_card_id=report_card_id, by_id=by.pk))
