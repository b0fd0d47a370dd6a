"""Whose bulletins may be issued, printed, read."""

from apps.accounts.models import Member, Role
from apps.classes.models import ClassTerm, ClassTermQuerySet

from .models import PrintRun, PrintRunQuerySet, ReportCard, ReportCardQuerySet

ISSUERS = frozenset({Role.PRINCIPAL, Role.DIRECTOR_OF_STUDIES})
PRINTERS = ISSUERS | {Role.SECRETARY, Role.FOUNDER}


def issuable_terms(member: Member) -> ClassTermQuerySet:
    """The head and the directeur des études: every class's; the others: none."""
    return ClassTerm.objects.all() if member.holds(*ISSUERS) else ClassTerm.objects.none()


def printable_terms(member: Member) -> ClassTermQuerySet:
    """Those, the secretary and the founder: every class's; the others: none."""
    return ClassTerm.objects.all() if member.holds(*PRINTERS) else ClassTerm.objects.none()


def cancellable_cards(member: Member) -> ReportCardQuerySet:
    """Who issues may take back."""
    return ReportCard.objects.all() if member.holds(*ISSUERS) else ReportCard.objects.none()


def printable_cards(member: Member) -> ReportCardQuerySet:
    """Who prints a class reads each of its papers."""
    return ReportCard.objects.all() if member.holds(*PRINTERS) else ReportCard.objects.none()


def readable_runs(member: Member) -> PrintRunQuerySet:
    return PrintRun.objects.all() if member.holds(*PRINTERS) else PrintRun.objects.none()
