"""Whose roll may be called, and which absences corrected."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from apps.accounts.api import prepared_for_member
from apps.accounts.models import STUDENT_LIFE, Member, Role
from apps.classes import api as classes
from apps.classes.models import ClassGroup, TeachingGroup, TeachingGroupQuerySet
from apps.core.tenancy import SchoolQuerySet
from apps.people.models import Guardianship, Student, StudentQuerySet

from .models import (
    Absence,
    AbsenceQuerySet,
    EntryPass,
    Excusal,
    ExcusalQuerySet,
    Justification,
    JustificationQuerySet,
    LateArrival,
)

CALLERS = frozenset({Role.TEACHER, Role.EDUCATOR, Role.PRINCIPAL, Role.DIRECTOR_OF_STUDIES})  # of the roll


def callable_groups(member: Member, on: date) -> TeachingGroupQuerySet:
    """A teacher's own groups, every group for vie scolaire, nobody else's."""
    return classes.callable_groups(member, on)


def callable_group(member: Member, group_id: int, on: date) -> TeachingGroup | None:
    """The group of that number, if she may call its roll. One query."""
    return next(iter(_callable_of_number(member, on, group_id)), None)


@prepared_for_member
def _callable_of_number(member: Member, on: date, group_id: int) -> TeachingGroupQuerySet:
    return callable_groups(member, on).filter(pk=group_id)


TO_CORRECT = timedelta(days=14)


def may_write_roll(member: Member, held_on: date, on: date) -> bool:
    """A roll of the last two weeks is its callers' to take or correct; an older one, vie scolaire's."""
    return held_on <= on and (on - held_on <= TO_CORRECT or member.holds(*STUDENT_LIFE))


def correctable_absences(member: Member) -> AbsenceQuerySet:
    """Vie scolaire and the direction: every absence; the others: none."""
    if not member.holds(*STUDENT_LIFE):
        return Absence.objects.none()
    return Absence.objects.all()


def registered_classes(member: Member, on: date) -> list[ClassGroup]:
    """To vie scolaire and the direction, the classes of the year in course or of the last one. One query."""
    if not member.holds(*STUDENT_LIFE):
        return []
    rows = ClassGroup.objects.filter(year__opens_on__lte=on).select_related("level", "year")
    rows = list(rows.order_by("-year__opens_on", "level__position", "name", "pk"))
    return [one for one in rows if one.year_id == rows[0].year_id]


def followed_students(member: Member) -> StudentQuerySet:
    """Whose year vie scolaire and the direction read: every pupil's; the others: nobody's."""
    if not member.holds(*STUDENT_LIFE):
        return Student.objects.none()
    return Student.objects.all()


def readable_late_arrivals(member: Member) -> SchoolQuerySet[LateArrival]:
    """Vie scolaire and the direction: every one; the others: none."""
    if not member.holds(*STUDENT_LIFE):
        return LateArrival.objects.none()
    return LateArrival.objects.all()


def readable_passes(member: Member) -> SchoolQuerySet[EntryPass]:
    """Vie scolaire and the direction: every billet d’entrée; the others: none."""
    if not member.holds(*STUDENT_LIFE):
        return EntryPass.objects.none()
    return EntryPass.objects.select_related("student", "printed_by__user")


@dataclass(frozen=True, slots=True)
class Screen:
    """A page of vie scolaire, in the tabs of each."""

    page: str
    label: str
    is_current: bool = False


SCREENS = (
    Screen("attendance:absences", "Absences"),
    Screen("attendance:justifications", "Justificatifs"),
    Screen("attendance:excusals", "Non attendus"),
    Screen("attendance:register", "Registre"),
    Screen("attendance:totals", "Totaux"),
    Screen("attendance:thresholds", "Seuils"),
)


def screens_of(member: Member, current: str) -> list[Screen]:
    """Those that open for this person."""
    if not member.holds(*STUDENT_LIFE):
        return []
    return [replace(screen, is_current=screen.page == current) for screen in SCREENS]


def justifiable_students(member: Member, on: date) -> StudentQuerySet:
    """Every pupil for vie scolaire; for a guardian, the children of whom she may justify absences."""
    if member.holds(*STUDENT_LIFE):
        return Student.objects.all()
    if not member.holds(Role.GUARDIAN):
        return Student.objects.none()
    care = Guardianship.objects.current(on).filter(guardian__member=member, may_justify=True)
    return Student.objects.filter(pk__in=care.values("student"))


def readable_justifications(member: Member, on: date) -> JustificationQuerySet:
    """Those of the pupils whose absences she may justify: photos are for nobody else."""
    return Justification.objects.filter(student__in=justifiable_students(member, on))


def given_justifications(member: Member) -> JustificationQuerySet:
    """What she said herself, whatever her rights became."""
    return Justification.objects.filter(given_by=member)


def writable_excusals(member: Member) -> ExcusalQuerySet:
    """Vie scolaire and the direction: every one; the others: none."""
    if not member.holds(*STUDENT_LIFE):
        return Excusal.objects.none()
    return Excusal.objects.all()


def decidable_justifications(member: Member) -> JustificationQuerySet:
    """Vie scolaire and the direction: every one; the others: none."""
    if not member.holds(*STUDENT_LIFE):
        return Justification.objects.none()
    return Justification.objects.all()
