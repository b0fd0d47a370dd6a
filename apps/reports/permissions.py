"""Whose bulletins may be issued, printed, read; whose remarks written."""

from datetime import date

from apps.accounts.models import Member, Role
from apps.classes import api as classes
from apps.classes.models import ClassTerm, ClassTermQuerySet, Course, CourseQuerySet

from .models import PhraseQuerySet, PrintRun, PrintRunQuerySet, RemarkPhrase, ReportCard, ReportCardQuerySet

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


def remarked_courses(member: Member, on: date) -> CourseQuerySet:
    """Those whose remarks she writes, being their teacher that day; the heads read all."""
    return Course.objects.all() if member.holds(*ISSUERS) else writable_courses(member, on)


def writable_courses(member: Member, on: date) -> CourseQuerySet:
    """Their teachers write the remarks of their pupils, and nobody else."""
    return classes.taught_courses(member, on)


def remarked_class_terms(member: Member) -> ClassTermQuerySet:
    """Those whose general remarks she writes, being the form teacher; the heads read all."""
    return ClassTerm.objects.all() if member.holds(*ISSUERS) else writable_class_terms(member)


def writable_class_terms(member: Member) -> ClassTermQuerySet:
    """Their form teacher writes the general remarks, and nobody else."""
    if not member.holds(Role.TEACHER):
        return ClassTerm.objects.none()
    return ClassTerm.objects.filter(class_group__form_teacher=member)


def own_phrases(member: Member) -> PhraseQuerySet:
    """Nobody reads another's."""
    return RemarkPhrase.objects.filter(member=member)
