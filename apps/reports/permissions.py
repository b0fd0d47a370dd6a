"""Whose bulletins may be issued, printed, read; whose remarks written."""

from datetime import date

from django.db.models import Q

from apps.accounts.models import OFFICE, Member, Role
from apps.classes import api as classes
from apps.classes.models import ClassGroup, ClassTerm, ClassTermQuerySet, Course, CourseQuerySet
from apps.core.tenancy import SchoolQuerySet
from apps.people.models import Guardianship, GuardianshipQuerySet, Student, StudentQuerySet

from .models import (
    Certificate,
    CertificateQuerySet,
    PhraseQuerySet,
    PrintRun,
    PrintRunQuerySet,
    RemarkPhrase,
    ReportCard,
    ReportCardQuerySet,
)

ISSUERS = frozenset({Role.PRINCIPAL, Role.DIRECTOR_OF_STUDIES})
PRINTERS = ISSUERS | {Role.SECRETARY, Role.FOUNDER}

CERTIFIERS = ISSUERS | {Role.SECRETARY}
DOCUMENTED = OFFICE | {Role.TEACHER}


def issuable_terms(member: Member) -> ClassTermQuerySet:
    """The head and the directeur des études: every class's; the others: none."""
    return ClassTerm.objects.all() if member.holds(*ISSUERS) else ClassTerm.objects.none()


def printable_terms(member: Member) -> ClassTermQuerySet:
    """Those, the secretary and the founder: every class's; the others: none."""
    return ClassTerm.objects.all() if member.holds(*PRINTERS) else ClassTerm.objects.none()


def cancellable_cards(member: Member) -> ReportCardQuerySet:
    """Who issues may take back."""
    return ReportCard.objects.all() if member.holds(*ISSUERS) else ReportCard.objects.none()


def followed_students(member: Member, on: date) -> StudentQuerySet:
    """Whose bulletins open: those whose marks do. A guardian who may not see them does not, unless she is of
    the office.
    """
    students = classes.readable_students(member, on)
    if member.holds(*OFFICE):
        return students
    barred = Guardianship.objects.current(on).filter(guardian__member=member, may_see_marks=False)
    return students.exclude(pk__in=barred.values("student"))


def readable_cards(member: Member, on: date) -> ReportCardQuerySet:
    """The standing ones of those pupils, once their term is published; whoever prints reads before."""
    if member.holds(*PRINTERS):
        return ReportCard.objects.all()
    published = ReportCard.objects.standing().filter(class_term__state=ClassTerm.State.PUBLISHED)
    return published.filter(student__in=followed_students(member, on))


def acknowledgeable_cards(member: Member, on: date) -> ReportCardQuerySet:
    """Those of the pupils whom she answers for."""
    published = ReportCard.objects.standing().filter(class_term__state=ClassTerm.State.PUBLISHED)
    return published.filter(student__in=_in_care(member, on))


def answers_for(member: Member, student_id: int, on: date) -> bool:
    """Whether she is a guardian who sees this pupil's marks."""
    return _in_care(member, on).filter(student=student_id).exists()


def _in_care(member: Member, on: date) -> GuardianshipQuerySet:
    """The pupils of a guardian who sees their marks, as ids; none of somebody who is no guardian."""
    care = Guardianship.objects.current(on).filter(guardian__member=member, may_see_marks=True)
    return (care if member.holds(Role.GUARDIAN) else care.none()).values("student")


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


def council_terms(member: Member) -> ClassTermQuerySet:
    """Whose verdicts she enters: the heads, any class's; a form teacher, her own's."""
    return issuable_terms(member) | writable_class_terms(member)


def readable_councils(member: Member) -> ClassTermQuerySet:
    """Those, and whoever prints: every class's."""
    return printable_terms(member) | writable_class_terms(member)


def own_phrases(member: Member) -> PhraseQuerySet:
    """Nobody reads another's."""
    return RemarkPhrase.objects.filter(member=member)


def listed_classes(member: Member, on: date) -> SchoolQuerySet:
    """Whose list she takes: the office every class's; a teacher those that she teaches as a whole, and those
    that she is the form teacher of.
    """
    if member.holds(*OFFICE):
        return ClassGroup.objects.all()
    taught = Q(whole_group__in=classes.taught_courses(member, on).values("group"))
    return ClassGroup.objects.filter(taught | Q(pk__in=_form_classes(member)))


def reckoned_terms(member: Member) -> ClassTermQuerySet:
    """Whose marks she takes all together: the office every class's, the form teacher hers."""
    if member.holds(*OFFICE):
        return ClassTerm.objects.all()
    return ClassTerm.objects.filter(class_group__in=_form_classes(member))


def documented_students(member: Member, on: date) -> StudentQuerySet:
    """Whose papers she finds on one page: the office everybody's, a teacher her pupils'."""
    if member.holds(*OFFICE):
        return Student.objects.all()
    return followed_students(member, on).filter(pk__in=classes.taught_students(member, on).values("pk"))


def certifiable_students(member: Member) -> StudentQuerySet:
    """Whom the heads and the secretary give certificates: everybody."""
    return Student.objects.all() if member.holds(*CERTIFIERS) else Student.objects.none()


def readable_certificates(member: Member) -> CertificateQuerySet:
    """They, and the founder, print them again."""
    return Certificate.objects.all() if member.holds(*PRINTERS) else Certificate.objects.none()


def cancellable_certificates(member: Member) -> CertificateQuerySet:
    """Who gives one may take it back."""
    its = Certificate.objects.standing()
    return its if member.holds(*CERTIFIERS) else its.none()


def terms_of(student: Student, on: date) -> ClassTermQuerySet:
    """The terms that have begun of every class that she is or was in."""
    ever = classes.class_ids_ever_of([student.pk])
    return ClassTerm.objects.filter(class_group__in=ever, term__starts_on__lte=on)


def _form_classes(member: Member) -> SchoolQuerySet:
    """As ids."""
    its = ClassGroup.objects.filter(form_teacher=member)
    return (its if member.holds(Role.TEACHER) else its.none()).values("pk")
