"""A teacher and a mother who may write to each other about a pupil, and their discussion."""

from dataclasses import dataclass

from apps.accounts.models import Member, Role
from apps.core.clock import now
from apps.messaging.models import Thread
from apps.messaging.services import post_message, start_thread
from apps.people.models import Student

from .accounts import MemberFactory
from .classes import CourseFactory, EnrolmentFactory
from .people import GuardianFactory, GuardianshipFactory


@dataclass
class Pair:
    """Mme Diop teaches Awa mathematics; Fatou Bamba is her mother."""

    student: Student
    teacher: Member
    mother: Member
    course: object
    care: object
    enrolment: object


def make_pair(**names) -> Pair:
    enrolment = EnrolmentFactory(**names)
    teacher = MemberFactory(
        roles=[Role.TEACHER], user__civility="Mme", user__last_name="Diop", user__first_name="Aïssatou"
    )
    course = CourseFactory(class_group=enrolment.class_group, teacher=teacher)
    guardian = GuardianFactory(active=True, member__user__first_name="Fatou", member__user__last_name="Bamba")
    care = GuardianshipFactory(guardian=guardian, student=enrolment.student, relation="mother")
    return Pair(enrolment.student, teacher, guardian.member, course, care, enrolment)


def make_thread(pair: Pair, *bodies: str, subject: str = "Soutien du mercredi") -> Thread:
    """The mother begins; then each in turn."""
    first, *others = bodies or ["Bonjour Madame."]
    thread = start_thread(
        student=pair.student, by=pair.mother, to=[pair.teacher.pk], subject=subject, body=first, at=now()
    )
    for turn, body in enumerate(others):
        author = pair.mother if turn % 2 else pair.teacher
        post_message(thread_id=thread.pk, by=author, body=body, at=now())
    thread.refresh_from_db()
    return thread
