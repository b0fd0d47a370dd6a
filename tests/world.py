"""One of each: a school where every page has something to show, of any size."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from apps.accounts.models import Member, PhoneProof, Role
from apps.attendance.models import (
    Absence,
    AbsenceReason,
    AttendanceThreshold,
    EntryPass,
    Excusal,
    Justification,
    JustificationPhoto,
    LateArrival,
    RollCall,
    RollEntry,
    WholeClassAbsence,
)
from apps.attendance.services import admit_late
from apps.classes.models import ClassGroup, ClassTerm, Course, Enrolment
from apps.core.clock import now, today
from apps.grades.models import Assessment, Mark
from apps.messaging.models import Message, Participation, Thread
from apps.notifications.models import Alert, BadNumber, Delivery, SmsMonth
from apps.people.models import Guardian, Student
from apps.reports.models import Certificate, PrintedCard, PrintRun, Remark, RemarkPhrase, ReportCard, Verdict
from apps.reports.services import hold_council, issue, issue_certificate, show_to_families
from tests.factories.accounts import MemberFactory
from tests.factories.attendance import jpeg
from tests.factories.classes import (
    ClassGroupFactory,
    CourseFactory,
    EnrolmentFactory,
    SubjectFactory,
    SubjectPlanFactory,
)
from tests.factories.people import GuardianFactory, GuardianshipFactory, care_for
from tests.factories.reports import certificate_facts, facts
from tests.factories.schools import LogoFactory, SchoolYearFactory

SUBJECTS = [
    "Mathématiques",
    "Français",
    "Anglais",
    "SVT",
    "Histoire-Géographie",
    "EPS",
    "EDHC",
    "Arts plastiques",
]


@dataclass
class World:
    """What a page may be about. `members` has one member of each role."""

    members: dict[Role, Member]
    class_group: ClassGroup
    class_term: ClassTerm
    course: Course
    assessment: Assessment
    draft: Assessment
    student: Student
    guardian: Guardian
    roll_call: RollCall
    absence: Absence
    justification: Justification
    late_arrival: LateArrival
    entry_pass: EntryPass
    excusal: Excusal
    whole_classes: WholeClassAbsence
    alert: Alert
    thread: Thread
    report_card: ReportCard
    published_card: ReportCard
    print_run: PrintRun
    certificate: Certificate
    remark: Remark
    phrase: RemarkPhrase
    logo_digest: str


def build_world(*, pupils: int = 3, subjects: int = 2, columns: int = 2) -> World:
    """A class of so many pupils in the school in scope, each with a mark in each column of each subject."""
    members = {role: MemberFactory(roles=[role]) for role in Role}
    logo = LogoFactory()
    class_group = ClassGroupFactory(pupils=pupils)
    students = [row.student for row in Enrolment.objects.filter(class_group=class_group).order_by("pk")]
    first = students[0]
    first.member = members[Role.STUDENT]
    first.save()
    guardian = GuardianFactory(member=members[Role.GUARDIAN])
    GuardianshipFactory(student=first, guardian=guardian)
    care_for(students[1:])
    class_term = ClassTerm.objects.select_related("term").get(class_group=class_group)
    courses = [_course(class_group, position, members[Role.TEACHER]) for position in range(subjects)]
    sheets = [_assessment(course, class_term, n, students) for course in courses for n in range(columns)]
    _same_course_next_door(courses[0], members[Role.TEACHER])
    roll_call, absence = _roll(class_group, courses[0], members[Role.TEACHER], students)
    head = members[Role.PRINCIPAL]
    report_card = _report_cards(class_term, students, head)
    entry_pass = _past_a_threshold(roll_call, members[Role.EDUCATOR])
    alert = _alerts(guardian, students)
    _phone_in_proof(members[Role.GUARDIAN])
    return World(
        members=members,
        class_group=class_group,
        class_term=class_term,
        course=courses[0],
        assessment=sheets[0],
        draft=_draft(sheets[0]),
        student=first,
        guardian=guardian,
        roll_call=roll_call,
        absence=absence,
        whole_classes=_whole_classes(members, students),
        excusal=_excusals(members, students),
        justification=_justifications(members, students),
        late_arrival=LateArrival.objects.get(roll_call=roll_call),
        entry_pass=entry_pass,
        alert=alert,
        thread=_threads(members, students),
        report_card=report_card,
        published_card=_last_years(first, head),
        print_run=PrintRun.objects.create(
            class_term=class_term, asked_by=head, asked_at=now(), content=b"%PDF-1.7 of a class"
        ),
        certificate=_certificates(students, head),
        remark=_remarks(courses[0], class_term, students, members[Role.TEACHER]),
        phrase=RemarkPhrase.objects.order_by("pk").first(),
        logo_digest=logo.digest,
    )


def _remarks(course: Course, class_term: ClassTerm, students: list[Student], teacher: Member) -> Remark:
    """What their teacher, the form teacher too, wrote of everybody, in general but of the first; sentences of
    hers. The first pupil's.
    """
    class_term.class_group.form_teacher = teacher
    class_term.class_group.save()
    RemarkPhrase.objects.bulk_create(
        RemarkPhrase(member=teacher, text=f"Travail sérieux, {n}.") for n in range(len(students))
    )
    about = {"class_term": class_term, "author": teacher, "written_at": now()}
    text = "Bon travail, continuez ainsi."
    of_course = [Remark(student=one, subject=course.subject, text=text, **about) for one in students]
    general = [Remark(student=one, text=text, **about) for one in students[1:]]
    return Remark.objects.bulk_create([*of_course, *general])[0]


SEATS = [{"name": "Mme Aka", "title": "déléguée des parents", "presence": "present"}]


def _report_cards(class_term: ClassTerm, students: list[Student], head: Member) -> ReportCard:
    """Everybody's, issued before the term was opened again; the first pupil's."""
    class_term.state = ClassTerm.State.COUNCIL
    class_term.save()
    said = {student.pk: facts(n, name=str(student)) for n, student in enumerate(students, 1)}
    issued = issue(class_term_id=class_term.pk, facts=said, by=head, at=now())
    hold_council(
        class_term_id=class_term.pk,
        held_on=today(),
        chair=str(head),
        seats=SEATS,
        observations="Bonne classe.",
    )
    honour = Verdict(class_term=class_term, student=students[0], distinction="honour_roll")
    honour.decided_by, honour.decided_at = head, now()
    honour.save()
    class_term.state = ClassTerm.State.OPEN
    class_term.save()
    PrintedCard.objects.create(report_card=issued.new[0], content=b"%PDF-1.7 of a pupil")
    return issued.new[0]


def _certificates(students: list[Student], head: Member) -> Certificate:
    """The first pupils'; the first one's."""
    made = [
        issue_certificate(
            kind=Certificate.Kind.ENROLMENT,
            student_id=student.pk,
            facts=certificate_facts(name=str(student)),
            by=head,
            at=now(),
            draw=lambda sheet: b"%PDF-1.7 of a certificate",
        )
        for student in students[:3]
    ]
    return made[0]


def _last_years(student: Student, head: Member) -> ReportCard:
    """A bulletin of another class, that families read."""
    opens_on = date(2025, 9, 8)
    year = SchoolYearFactory(name="2025-2026", opens_on=opens_on, closes_on=date(2026, 7, 15))
    class_term = ClassGroupFactory(year=year, name="6e 9").class_terms.get()
    class_term.state = ClassTerm.State.COUNCIL
    class_term.save()
    said = {student.pk: facts(1, name=str(student))}
    [card] = issue(class_term_id=class_term.pk, facts=said, by=head, at=now()).new
    show_to_families(class_term_id=class_term.pk, by=head, at=now())
    PrintedCard.objects.create(report_card=card, content=b"%PDF-1.7 of last year")
    return card


def another_child(world: World) -> Student:
    """One more pupil in the same guardian's care, in the same class."""
    student = EnrolmentFactory(class_group=world.class_group).student
    GuardianshipFactory(student=student, guardian=world.guardian)
    for sheet in Assessment.objects.all():
        Mark.objects.create(assessment=sheet, student=student, value=Decimal("12.5"))
    return student


def _course(class_group: ClassGroup, position: int, teacher: Member) -> Course:
    name = SUBJECTS[position % len(SUBJECTS)]
    subject = SubjectFactory(code=name[:10].upper(), name=name, position=position)
    SubjectPlanFactory(level=class_group.level, year=class_group.year, subject=subject)
    return CourseFactory(class_group=class_group, subject=subject, teacher=teacher)


def _assessment(course: Course, class_term: ClassTerm, number: int, students: list[Student]) -> Assessment:
    sheet = Assessment.objects.create(
        course=course,
        term=class_term.term,
        title=f"Devoir {number + 1}",
        held_on=min(today(), date(2026, 11, 2)),
        published_at=now(),
    )
    values = [Decimal("8.5"), Decimal(12), Decimal("15.25")]
    Mark.objects.bulk_create(
        Mark(assessment=sheet, student=student, value=values[(n + number) % 3])
        for n, student in enumerate(students)
    )
    return sheet


def _same_course_next_door(course: Course, teacher: Member) -> None:
    """Another class of the same subject and teacher, with an assessment to copy."""
    twin = CourseFactory(subject=course.subject, teacher=teacher)
    term = ClassTerm.objects.get(class_group=twin.group.class_group).term
    Assessment.objects.create(
        course=twin, term=term, title="Devoir 1", held_on=min(today(), date(2026, 11, 2))
    )


def _draft(sheet: Assessment) -> Assessment:
    return Assessment.objects.create(
        course=sheet.course, term=sheet.term, title="Brouillon", held_on=sheet.held_on
    )


def _roll(
    group: ClassGroup, course: Course, teacher: Member, students: list[Student]
) -> tuple[RollCall, Absence]:
    instant = now()
    roll_call = RollCall.objects.create(
        group=course.group,
        course=course,
        held_on=today(),
        starts_at=time(7, 30),
        ends_at=time(8, 25),
        taken_by=teacher,
        closed_at=instant,
    )
    RollEntry.objects.bulk_create(
        RollEntry(roll_call=roll_call, student=student, state="absent" if n % 3 == 0 else "present")
        for n, student in enumerate(students)
    )
    absences = [_absence(student, roll_call, instant) for student in students[::3]]
    LateArrival.objects.create(
        student=students[-1],
        roll_call=roll_call,
        held_on=roll_call.held_on,
        starts_at=roll_call.starts_at,
        minutes=10,
        recorded_at=instant,
    )
    return roll_call, absences[0]


def _absence(student: Student, roll_call: RollCall, instant: datetime) -> Absence:
    return Absence.objects.create(
        student=student,
        held_on=roll_call.held_on,
        starts_at=roll_call.starts_at,
        ends_at=roll_call.ends_at,
        recorded_at=instant,
    )


def _justifications(members: dict[Role, Member], students: list[Student]) -> Justification:
    """One for each pupil, that waits; the first has a photo."""
    reason = AbsenceReason.objects.create(label="Maladie")
    given = Justification.objects.bulk_create(
        Justification(
            student=student,
            starts_on=today(),
            ends_on=today(),
            reason=reason,
            given_by=members[Role.GUARDIAN],
            given_at=now(),
        )
        for student in students
    )
    JustificationPhoto.objects.create(justification=given[0], content=jpeg())
    return given[0]


def _past_a_threshold(roll_call: RollCall, educator: Member) -> EntryPass:
    """Who is missing is past a threshold; who came late was let in, with a billet."""
    AttendanceThreshold.objects.create(what="unjustified_hours", at_least=1, proposal="Appeler la famille")
    return admit_late(arrival=LateArrival.objects.get(roll_call=roll_call), by=educator, at=now())


def _whole_classes(members: dict[Role, Member], students: list[Student]) -> WholeClassAbsence:
    """A strike of last week."""
    hours = {"held_on": today() - timedelta(days=7), "starts_at": time(7, 30), "ends_at": time(12)}
    entry = WholeClassAbsence.objects.create(
        audience="6e 1",
        listed_reason=AbsenceReason.objects.create(label="Grève"),
        count=len(students),
        recorded_by=members[Role.EDUCATOR],
        recorded_at=now(),
        **hours,
    )
    Absence.objects.bulk_create(
        Absence(student=student, whole_classes=entry, recorded_at=now(), **hours) for student in students
    )
    return entry


def _excusals(members: dict[Role, Member], students: list[Student]) -> Excusal:
    """The infirmary before class, today, for each pupil."""
    return Excusal.objects.bulk_create(
        Excusal(
            student=student,
            kind=Excusal.Kind.INFIRMARY,
            starts_on=today(),
            ends_on=today(),
            starts_at=time(6),
            ends_at=time(7),
            recorded_by=members[Role.EDUCATOR],
            recorded_at=now(),
        )
        for student in students
    )[0]


NUMBER_OF_NOBODY = "+2250500000001"  # guardians of the factories begin with +22507, and must receive


def _alerts(guardian: Guardian, students: list[Student]) -> Alert:
    """One for each pupil, of which an SMS left; the month that they cost, a number to correct."""
    instant = now()
    BadNumber.objects.create(number=NUMBER_OF_NOBODY, reason="unknown subscriber", found_at=instant)
    SmsMonth.objects.create(month=instant.date().replace(day=1), messages=len(students), francs=15)
    for number, student in enumerate(students):
        alert = Alert.objects.create(
            guardian=guardian, student=student, kind="absence", key=f"absence:{10**6 + number}", state="sent",
            text="Absence", due_at=instant, created_at=instant,
        )  # fmt: skip
        Delivery.objects.create(
            alert=alert, recipient=NUMBER_OF_NOBODY, text="EduConnect: absence", state="accepted",
            next_try_at=instant, created_at=instant - timedelta(minutes=number), updated_at=instant,
        )  # fmt: skip
    return alert


def _phone_in_proof(member: Member) -> None:
    instant = now()
    PhoneProof.objects.create(
        user=member.user,
        phone="+2250748213690",
        state=PhoneProof.State.SENT,
        asked_at=instant,
        expires_at=instant + timedelta(minutes=10),
    )


def _threads(members: dict[Role, Member], students: list[Student]) -> Thread:
    instant = now()
    pair = (members[Role.GUARDIAN], members[Role.TEACHER])
    threads = [
        Thread.objects.create(
            subject=f"Travail {n}",
            student=students[0],
            started_at=instant,
            last_message_at=instant,
            last_sequence=3,
        )
        for n in range(len(students))
    ]
    for thread in threads:
        Participation.objects.bulk_create(Participation(thread=thread, member=member) for member in pair)
        Message.objects.bulk_create(
            Message(
                thread=thread, sequence=n + 1, author=pair[n % 2], body="Bonjour Madame.", sent_at=instant
            )
            for n in range(3)
        )
    return threads[0]
