"""Whose pages a member opens."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, Value

from apps.accounts.api import prepared_for_member
from apps.accounts.models import OFFICE, STUDENT_LIFE, Member, Role
from apps.classes import api as classes
from apps.classes.models import TeachingGroup, TeachingGroupQuerySet
from apps.core import sockets
from apps.people.models import Guardianship, Student, StudentQuerySet

FAMILY = frozenset({Role.GUARDIAN, Role.STUDENT})


def readable_students(member: Member, on: date) -> StudentQuerySet:
    """Those whose page opens, each with `marks_shown` and `may_justify`."""
    return _with_rights(classes.readable_students(member, on), member, on)


@prepared_for_member
def _readable_of_number(member: Member, on: date, student_id: int) -> StudentQuerySet:
    return readable_students(member, on).filter(pk=student_id)


def readable_student(member: Member, student_id: int, on: date) -> Student | None:
    """The one of that number, if she is among them. One query."""
    return next(iter(_readable_of_number(member, on, student_id)), None)


def own_students(member: Member, on: date) -> StudentQuerySet:
    """A guardian's children, and the pupil himself; they are readable, each with the rights of her page."""
    own = Q(member=member) if member.holds(Role.STUDENT) else Q(pk__in=[])
    if member.holds(Role.GUARDIAN):
        care = Guardianship.objects.current(on).filter(guardian__member=member)
        own |= Q(pk__in=care.values("student"))
    return _with_rights(Student.objects.filter(own), member, on)


def _with_rights(students: StudentQuerySet, member: Member, on: date) -> StudentQuerySet:
    """A guardian who may not see a pupil's marks does not, whatever her other hats below the office.

    Only a guardian who may justify a pupil's absences is led to do so.
    """
    care = Guardianship.objects.current(on).filter(guardian__member=member, student=OuterRef("pk"))
    shown = Value(True) if member.holds(*OFFICE) else ~Exists(care.filter(may_see_marks=False))
    justifies = Exists(care.filter(may_justify=True)) if member.holds(Role.GUARDIAN) else Value(False)
    return students.annotate(marks_shown=shown, may_justify=justifies)


def whole_classes(member: Member, on: date) -> TeachingGroupQuerySet:
    """The classes of the year in course, to vie scolaire and the direction, who may write them absent."""
    if not member.holds(*STUDENT_LIFE):
        return TeachingGroup.objects.none()
    groups = TeachingGroup.objects.whole_classes().filter(year__opens_on__lte=on, year__closes_on__gte=on)
    return groups.order_by("class_group__level__position", "name", "pk")


SALT = "portal.board"


def sign_ticket(member: Member) -> str:
    """What the board of the day gives its socket, for 60 seconds."""
    return sockets.sign_ticket([member.school_id, member.pk], salt=SALT)


def watches_first(member: Member) -> bool:
    """Whether the board of the day is where she begins: an éducateur who does not teach."""
    return member.holds(Role.EDUCATOR) and not member.holds(Role.TEACHER)


def board_group(school_id: int) -> str:
    """The sockets of a school's boards."""
    return f"school.{school_id}.day"


def watches_the_day(member_id: int, on: date) -> bool:
    """Whether a member of an open school is of vie scolaire or the direction today. One query."""
    members = Member.objects.holding(STUDENT_LIFE, on).filter(user__is_active=True)
    return members.filter(pk=member_id, school__suspended_at=None).exists()


def reads_reasons(member: Member, student_id: int, on: date) -> bool:
    """Why a pupil was absent is for her family and vie scolaire, not for each of her teachers."""
    return member.holds(*STUDENT_LIFE) or own_students(member, on).filter(pk=student_id).exists()
