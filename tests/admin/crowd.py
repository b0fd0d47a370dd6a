"""Rows of every model of the admin, as many as wanted, in few statements."""

from datetime import date, time, timedelta

from django.db.models import QuerySet

from apps.accounts.models import Member, OfficeAction, Role, User
from apps.accounts.services import enter_members, enter_users
from apps.attendance.models import (
    Absence,
    AbsenceReason,
    AttendanceThreshold,
    EntryPass,
    Excusal,
    Justification,
    LateArrival,
    RollCall,
    ThresholdAnswer,
    WholeClassAbsence,
)
from apps.classes.models import (
    Calendar,
    ClassGroup,
    ClassTerm,
    Course,
    CourseTeacher,
    Enrolment,
    GradingScheme,
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
from apps.core.tenancy import current_school_id
from apps.gateways.api import seal
from apps.grades.models import Reopening
from apps.notifications.api import set_up
from apps.notifications.models import Mailing, Receipt, SmsGateway
from apps.people.models import StaffProfile
from apps.reports.models import Letterhead, ReportCard
from apps.reports.services import acknowledge, cancel
from apps.schools.models import Holiday, SchoolYear
from tests.factories.accounts import LONG_AGO
from tests.factories.schools import ImprintFactory
from tests.world import World, build_world


def crowd(rows: int) -> World:
    """A school where every list of the admin has at least that many lines, where that makes sense."""
    world = build_world(pupils=rows, subjects=1, columns=1)
    _years(rows)
    teachers = _teachers(rows)
    groups = _classes(world, rows, teachers)
    _lives(world, groups)
    _reopenings(world, rows)
    _journal(world, rows)
    set_up()
    _mailings(world, rows)
    _receipts(rows)
    _papers(world)
    return world


def _papers(world: World) -> None:
    Letterhead.objects.create()
    ImprintFactory()
    ImprintFactory(kind="stamp")
    guardian = world.members[Role.GUARDIAN]
    for card in ReportCard.objects.order_by("pk"):
        acknowledge(report_card_id=card.pk, by=guardian, at=now())
    head = world.members[Role.PRINCIPAL]
    for card in ReportCard.objects.order_by("pk"):
        cancel(report_card_id=card.pk, reason="Nom mal écrit", by=head, at=now())


def _years(rows: int) -> None:
    years = SchoolYear.objects.bulk_create(
        SchoolYear(name=f"{y}", opens_on=date(y, 9, 1), closes_on=date(y + 1, 7, 1))
        for y in range(1900, 1900 + rows)
    )
    Calendar.objects.bulk_create(Calendar(year=year) for year in years)
    Holiday.objects.bulk_create(
        Holiday(
            year=year,
            name="Noël",
            last_class_day=year.opens_on + timedelta(days=100),
            resumes_on=year.opens_on + timedelta(days=115),
        )
        for year in years
    )


def _teachers(rows: int) -> list[Member]:
    here = current_school_id()
    users = enter_users(User(username=f"prof{here}.{n}", last_name=f"Prof {n}") for n in range(rows))
    teachers = enter_members(users, Role.TEACHER, since=LONG_AGO)
    StaffProfile.objects.bulk_create(StaffProfile(member=one, function="professeur") for one in teachers)
    return teachers


def _classes(world: World, rows: int, teachers: list[Member]) -> list[TeachingGroup]:
    """A level, a stream, a subject, a class, a group and a course for each teacher; the classes' groups."""
    year, calendar, term = world.class_group.year, world.class_group.calendar, world.class_term.term
    numbers = range(rows)
    subject_groups = SubjectGroup.objects.bulk_create(
        SubjectGroup(name=f"Groupe {n}", position=n) for n in numbers
    )
    levels = Level.objects.bulk_create(Level(code=f"N{n}", name=f"Niveau {n}", position=n) for n in numbers)
    streams = Stream.objects.bulk_create(Stream(code=f"S{n}", name=f"Série {n}") for n in numbers)
    subjects = Subject.objects.bulk_create(
        Subject(code=f"M{n}", name=f"Matière {n}", position=n) for n in numbers
    )
    SubjectPlan.objects.bulk_create(
        SubjectPlan(year=year, level=level, stream=stream, subject=subject, subject_group=subject_group)
        for level, stream, subject, subject_group in zip(
            levels, streams, subjects, subject_groups, strict=True
        )
    )
    classes = ClassGroup.objects.bulk_create(
        ClassGroup(
            year=year, calendar=calendar, level=level, stream=stream, name=f"Classe {n}", form_teacher=one
        )
        for n, level, stream, one in zip(numbers, levels, streams, teachers, strict=True)
    )
    scheme = world.class_term.grading_scheme
    ClassTerm.objects.bulk_create(
        ClassTerm(class_group=one, term=term, grading_scheme=scheme) for one in classes
    )
    GradingScheme.objects.bulk_create(
        GradingScheme(year=year, cycle="first", version=version) for version in range(2, rows + 2)
    )
    whole = TeachingGroup.objects.bulk_create(
        TeachingGroup(year=year, class_group=one, name=one.name) for one in classes
    )
    groups = TeachingGroup.objects.bulk_create(TeachingGroup(year=year, name=f"LV2 {n}") for n in numbers)
    courses = Course.objects.bulk_create(
        Course(subject=subject, group=group) for subject, group in zip(subjects, groups, strict=True)
    )
    CourseTeacher.objects.bulk_create(
        CourseTeacher(course=course, member=one, since=LONG_AGO)
        for course, one in zip(courses, teachers, strict=True)
    )
    enrolled = (
        Enrolment.objects.filter(class_group=world.class_group).order_by("pk").select_related("student")
    )
    GroupMembership.objects.bulk_create(
        GroupMembership(group=groups[0], student=row.student, since=LONG_AGO) for row in enrolled
    )
    return whole


def _enrolled(world: World) -> QuerySet[Enrolment]:
    mates = Enrolment.objects.filter(class_group=world.class_group)
    return mates.order_by("pk").select_related("student")


def _lives(world: World, groups: list[TeachingGroup]) -> None:
    day, instant = world.roll_call.held_on - timedelta(days=1), now()
    hours = {"held_on": day, "starts_at": time(8), "ends_at": time(9)}
    rolls = RollCall.objects.bulk_create(
        RollCall(group=group, taken_by=world.members[Role.TEACHER], **hours) for group in groups
    )
    enrolled = (
        Enrolment.objects.filter(class_group=world.class_group).order_by("pk").select_related("student")
    )
    Absence.objects.bulk_create(
        Absence(student=row.student, recorded_at=instant, **hours) for row in enrolled
    )
    LateArrival.objects.bulk_create(
        LateArrival(
            student=row.student,
            roll_call=rolls[0],
            held_on=day,
            starts_at=time(8),
            minutes=5,
            recorded_at=instant,
        )
        for row in enrolled
    )
    Excusal.objects.bulk_create(
        Excusal(
            student=row.student,
            kind=Excusal.Kind.INFIRMARY,
            starts_on=day,
            ends_on=day,
            recorded_by=world.members[Role.EDUCATOR],
            recorded_at=instant,
        )
        for row in enrolled
    )
    reasons = AbsenceReason.objects.bulk_create(
        AbsenceReason(label=f"Motif {row.pk}", position=place) for place, row in enumerate(enrolled)
    )
    Justification.objects.bulk_create(
        Justification(
            student=row.student,
            starts_on=day,
            ends_on=day,
            reason=reason,
            given_by=world.members[Role.EDUCATOR],
            given_at=instant,
        )
        for row, reason in zip(enrolled, reasons, strict=True)
    )
    thresholds = AttendanceThreshold.objects.bulk_create(
        AttendanceThreshold(what="late", at_least=place, proposal="Appeler la famille")
        for place, _ in enumerate(enrolled, start=1)
    )
    ThresholdAnswer.objects.bulk_create(
        ThresholdAnswer(
            threshold=one,
            student=row.student,
            since=day,
            count=3,
            line="Famille appelée",
            answered_by=world.members[Role.EDUCATOR],
            answered_at=instant,
        )
        for row, one in zip(enrolled, thresholds, strict=True)
    )
    EntryPass.objects.bulk_create(
        EntryPass(
            student=row.student,
            printed_by=world.members[Role.EDUCATOR],
            printed_at=instant,
            **hours,
        )
        for row in enrolled
    )
    WholeClassAbsence.objects.bulk_create(
        WholeClassAbsence(
            audience="6e 1",
            listed_reason=reason,
            count=3,
            recorded_by=world.members[Role.EDUCATOR],
            recorded_at=instant,
            **hours,
        )
        for reason in reasons
    )


def _reopenings(world: World, rows: int) -> None:
    Reopening.objects.bulk_create(
        Reopening(
            course=world.course,
            term=world.class_term.term,
            until=now() - timedelta(hours=n),  # over
            reason="Copies retrouvées",
            opened_by=world.members[Role.PRINCIPAL],
            opened_at=now() - timedelta(days=9),
        )
        for n in range(rows)
    )


def _mailings(world: World, rows: int) -> None:
    author = world.members[Role.PRINCIPAL]
    Mailing.objects.bulk_create(
        Mailing(text="Réunion samedi", audience="6e 1", count=3, author=author, created_at=now())
        for _ in range(rows)
    )


def _receipts(rows: int) -> None:
    gateways = [
        SmsGateway.objects.create(
            rank=rank, client_id="id", sender_number="+2250700000000", sealed_secret=seal("s")
        )
        for rank in SmsGateway.Rank
    ]
    Receipt.objects.bulk_create(
        Receipt(
            gateway=gateways[n % 2], provider_reference=f"r{n}", word="delivered", received_at=now(),
            settled_at=now(),
        )
        for n in range(rows)
    )  # fmt: skip


def _journal(world: World, rows: int) -> None:
    instant = now()
    facts = RecordedEvent.objects.bulk_create(
        RecordedEvent(name="people.Tested", payload={}, relayed_at=instant) for _ in range(rows)
    )
    Reaction.objects.bulk_create(
        Reaction(event=fact, handler=f"people.react{n}", state=Reaction.State.PARKED)
        for n, fact in enumerate(facts)
    )
    OfficeAction.objects.bulk_create(
        OfficeAction(
            member=world.members[Role.SECRETARY],
            kind=OfficeAction.Kind.CHANGED,
            model="people.student",
            object_id=world.student.pk,
            object_name="Élève",
            done_at=instant,
        )
        for _ in range(rows)
    )
