"""A teacher and a mother who may write to each other about a pupil, and their discussion."""

from dataclasses import dataclass

from apps.accounts.models import Member, Role
from apps.core.clock import now
from apps.messaging.models import Message, Participation, Thread
from apps.messaging.services import start_thread
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
    answer_each_other(thread, pair, others)
    thread.refresh_from_db()
    return thread


def answer_each_other(thread: Thread, pair: Pair, bodies: list[str]) -> None:
    """The rows that `post_message` writes, in few statements; nobody is told."""
    instant, turns = now(), [pair.teacher, pair.mother]
    written = Message.objects.bulk_create(
        Message(thread=thread, sequence=place + 2, author=turns[place % 2], body=body, sent_at=instant)
        for place, body in enumerate(bodies)
    )
    for message in written[-2:]:
        Thread.objects.filter(pk=thread.pk).update(last_sequence=message.sequence, last_message_at=instant)
        Participation.objects.filter(thread=thread, member=message.author).update(
            last_read=message.sequence, read_at=instant
        )
