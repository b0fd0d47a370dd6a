"""Rows of every model of the admin, as many as wanted."""

from datetime import date, timedelta

from apps.accounts.models import OfficeAction, Role
from apps.attendance.models import Absence, LateArrival, RollCall
from apps.classes.models import (
    Calendar,
    Course,
    CourseTeacher,
    Enrolment,
    GroupMembership,
    Level,
    Stream,
    Subject,
    SubjectGroup,
    SubjectPlan,
    TeachingGroup,
)
from apps.core.clock import now
from apps.core.models import Reaction, RecordedEvent
from apps.notifications.models import AlertSettings
from apps.people.models import StaffProfile
from apps.schools.models import Holiday, SchoolYear
from tests.factories.accounts import LONG_AGO, MemberFactory
from tests.factories.classes import ClassGroupFactory
from tests.world import World, build_world


def crowd(rows: int) -> World:
    """A school where every list of the admin has at least that many lines, where that makes sense."""
    world = build_world(pupils=rows, subjects=1, columns=1)
    year = world.class_group.year
    subject_group = SubjectGroup.objects.get()
    for n in range(rows):
        ago = SchoolYear.objects.create(
            name=f"{1900 + n}", opens_on=date(1900 + n, 9, 1), closes_on=date(1901 + n, 7, 1)
        )
        Holiday.objects.create(
            year=ago, name="Noël", last_class_day=date(1900 + n, 12, 18), resumes_on=date(1901 + n, 1, 4)
        )
        Calendar.objects.create(year=ago)
        level = Level.objects.create(code=f"N{n}", name=f"Niveau {n}", position=n)
        stream = Stream.objects.create(code=f"S{n}", name=f"Série {n}")
        SubjectGroup.objects.create(name=f"Groupe {n}", position=n)
        subject = Subject.objects.create(code=f"M{n}", name=f"Matière {n}", position=n)
        SubjectPlan.objects.create(
            year=year, level=level, stream=stream, subject=subject, subject_group=subject_group
        )
        teacher = MemberFactory(roles=[Role.TEACHER])
        StaffProfile.objects.create(member=teacher, function="professeur")
        class_group = ClassGroupFactory(year=year, level=level, stream=stream, form_teacher=teacher)
        group = TeachingGroup.objects.create(year=year, name=f"LV2 {n}")
        course = Course.objects.create(subject=subject, group=group)
        CourseTeacher.objects.create(course=course, member=teacher, since=LONG_AGO)
        RollCall.objects.create(
            group=class_group.whole_group,
            held_on=date(2026, 10, 1),
            starts_at="08:00",
            ends_at="09:00",
            taken_by=teacher,
        )
        event = RecordedEvent.objects.create(name="people.Tested", payload={}, relayed_at=now())
        Reaction.objects.create(event=event, handler=f"people.react{n}", state=Reaction.State.PARKED)
        OfficeAction.objects.create(
            member=world.members[Role.SECRETARY],
            kind=OfficeAction.Kind.CHANGED,
            model="people.student",
            object_id=world.student.pk,
            object_name="Élève",
            done_at=now(),
        )
    for enrolment in Enrolment.objects.filter(class_group=world.class_group).order_by("pk"):
        GroupMembership.objects.create(
            group=TeachingGroup.objects.filter(class_group=None).earliest("pk"),
            student=enrolment.student,
            since=LONG_AGO,
        )
        moments = {"student": enrolment.student, "recorded_at": now()}
        yesterday = world.roll_call.held_on - timedelta(days=1)
        Absence.objects.create(held_on=yesterday, starts_at="08:00", ends_at="09:00", **moments)
        LateArrival.objects.create(
            roll_call=RollCall.objects.exclude(pk=world.roll_call.pk).earliest("pk"),
            held_on=yesterday,
            starts_at="08:00",
            minutes=5,
            **moments,
        )
    AlertSettings.objects.get_or_create()
    return world
