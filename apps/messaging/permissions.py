"""Who reads which thread, and who may write to whom about a pupil.

A thread stays readable by those who took part for as long as they are of the school: what was said to
someone stays hers. Writing asks for a right of today, at each request: one may write in a thread while
one may write to somebody else in it. So it closes by itself for a teacher who no longer teaches the
pupil, for whoever no longer answers for her, and for a parent whose only correspondent has left.
"""

from collections import defaultdict
from datetime import date

from django.db.models import Q

from apps.accounts.models import STUDENT_LIFE, Member, Role
from apps.classes.api import taught_students, teachers_of
from apps.core import sockets
from apps.people.models import Guardianship, Student, StudentQuerySet

from .models import Thread, ThreadQuerySet
from .rules import Correspondent, Side, others_side

CORRESPONDENTS = STUDENT_LIFE | {Role.GUARDIAN, Role.TEACHER}
SALT = "messaging.socket"


def readable_threads(member: Member) -> ThreadQuerySet:
    """Those in which the member takes part; nobody reads over a shoulder, whatever the role."""
    return Thread.objects.of(member)


def discussed_students(member: Member, on: date) -> StudentQuerySet:
    """The pupils about whom she may write: her own, those she teaches, everyone for vie scolaire."""
    if member.holds(*STUDENT_LIFE):
        return Student.objects.all()
    reached = Q(pk__in=taught_students(member, on).values("pk"))
    if member.holds(Role.GUARDIAN):
        reached |= Q(pk__in=Student.objects.in_care_of(member, on).values("pk"))
    return Student.objects.filter(reached)


def writable_to(member: Member, student: Student, on: date) -> list[Correspondent]:
    """Whom the member may write to about this pupil on that day. Five queries."""
    return others_side(circle_of(student, on), member.pk)


def circle_of(student: Student, on: date) -> list[Correspondent]:
    """Everyone who may write about a pupil on that day: teachers, vie scolaire and direction, guardians."""
    subjects: dict[int, list[str]] = defaultdict(list)
    for teacher in teachers_of([student.pk], on):
        subjects[teacher.member_id].append(teacher.subject)
    care = Guardianship.objects.current(on).filter(student=student).exclude(guardian__member=None)
    relations = {link.guardian.member_id: str(link) for link in care.select_related("guardian")}

    staff = Member.objects.holding(STUDENT_LIFE, on).values("pk")
    reached = Q(pk__in=staff) | Q(pk__in=subjects.keys() | relations.keys())
    members = Member.objects.with_roles(on).filter(reached, user__is_active=True).select_related("user")
    circle = [place for member in members for place in _places(member, subjects, relations)]
    return sorted(circle, key=lambda person: (person.side.value, person.title, person.name))


def _places(member: Member, subjects: dict[int, list[str]], relations: dict[int, str]) -> list[Correspondent]:
    places = []
    if member.holds(Role.TEACHER) and member.pk in subjects:
        places.append((", ".join(subjects[member.pk]), Side.SCHOOL))
    elif office := sorted(member.roles & STUDENT_LIFE):
        places.append((office[0].label, Side.SCHOOL))
    if member.holds(Role.GUARDIAN) and member.pk in relations:
        places.append((relations[member.pk], Side.FAMILY))
    return [Correspondent(member.pk, str(member), title, side) for title, side in places]


def sign_ticket(member: Member, thread: Thread) -> str:
    """What the page gives its socket: who may hear of which thread, for 60 seconds."""
    return sockets.sign_ticket([member.school_id, member.pk, thread.pk], salt=SALT)
