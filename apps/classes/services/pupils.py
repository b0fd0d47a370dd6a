"""Who is in a class, from which day to which."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction

from apps.accounts.models import Member
from apps.classes.events import StudentEnrolled, StudentLeft
from apps.classes.models import ClassGroup, Enrolment, GroupMembership
from apps.core.events import publish
from apps.people.models import Student


def enrol(students: Iterable[Student], *, in_class: ClassGroup, since: date) -> list[Enrolment]:
    """Put pupils in a class from that day. Raises IntegrityError for one who is in another already."""
    return Enrolment.objects.bulk_create(
        Enrolment(student=student, class_group=in_class, since=since) for student in students
    )


class AlreadyInClass(Exception):
    """The pupil came into her present class on that day or later: end or correct that first."""


@transaction.atomic
def place(*, student: Student, in_class: ClassGroup, since: date, by: Member) -> Enrolment:
    """From that day on, the pupil is in this class; she leaves the one she was in the day before.

    Where she is already, nothing changes. Raises AlreadyInClass.
    """
    Student.objects.select_for_update(no_key=True).get(pk=student.pk)
    coming = Enrolment.objects.filter(student=student).exclude(until__lt=since).order_by("since")
    present = coming.first()
    if present and present.class_group_id == in_class.pk and present.since <= since and present.until is None:
        return present
    if coming.filter(since__gte=since).exists():
        raise AlreadyInClass
    if present:
        present.until = since - timedelta(days=1)
        present.save(update_fields=["until"])
    enrolment = Enrolment.objects.create(student=student, class_group=in_class, since=since)
    publish(StudentEnrolled(student_id=student.pk, class_group_id=in_class.pk, since=str(since), by_id=by.pk))
    return enrolment


@transaction.atomic
def withdraw(*, student: Student, until: date, by: Member) -> Enrolment | None:
    """That day is the pupil's last one in her class and in her groups; None if she is in no class."""
    present = Enrolment.objects.current(until).filter(student=student).select_for_update().first()
    if present is None or present.until is not None:
        return None
    present.until = until
    present.save(update_fields=["until"])
    GroupMembership.objects.current(until).filter(student=student).update(until=until)
    publish(
        StudentLeft(
            student_id=student.pk, class_group_id=present.class_group_id, until=str(until), by_id=by.pk
        )
    )
    return present
