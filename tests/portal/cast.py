"""A mother of two pupils in two schools, with a term of marks and some absences."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from apps.accounts.models import Member, Role, User
from apps.attendance.rules import Line, Span, default_slots
from apps.attendance.services import close_roll_call
from apps.classes.models import ClassGroup, ClassTerm, Course, Enrolment
from apps.core.clock import now
from apps.core.tenancy import in_school
from apps.grades.api import Column, MarkValue, PastColumn, load_past
from apps.people.models import Guardianship, Student
from apps.schools.models import School
from tests.factories.accounts import LONG_AGO, MemberFactory, UserFactory
from tests.factories.classes import ClassGroupFactory, CourseFactory, SubjectFactory, SubjectPlanFactory
from tests.factories.people import GuardianFactory, GuardianshipFactory
from tests.factories.schools import SchoolFactory
from tests.world import SUBJECTS

FRIDAY = date(2026, 11, 20)
FIRST_HOUR, SECOND_HOUR = default_slots()[:2]
MARKS = [Decimal("8.5"), Decimal(12), Decimal("15.25"), Decimal("10.75"), Decimal(17), Decimal("6.5")]


@dataclass
class Household:
    """What a school knows of the mother: herself, her child, the class."""

    school: School
    member: Member
    teacher: Member
    student: Student
    class_group: ClassGroup
    guardianship: Guardianship

    @property
    def class_term(self) -> ClassTerm:
        return ClassTerm.objects.select_related("term").get(class_group=self.class_group)


def mother() -> User:
    return UserFactory(first_name="Fatou", last_name="Bamba")


def household(
    user: User, name: str = "Aya", *, pupils: int = 4, subjects: int = 8, marks: int = 30, absences: int = 3
) -> Household:
    """One more school, where this user has a child with so many marks and absences."""
    school = SchoolFactory()
    with in_school(school.pk):
        teacher = MemberFactory(roles=[Role.TEACHER])
        class_group = ClassGroupFactory(name="3e 2", pupils=pupils)
        students = [row.student for row in Enrolment.objects.filter(class_group=class_group).order_by("pk")]
        student = students[0]
        student.first_name = name
        student.save()
        member = MemberFactory(user=user, roles=[Role.GUARDIAN])
        link = GuardianshipFactory(student=student, guardian=GuardianFactory(member=member))
        home = Household(school, member, teacher, student, class_group, link)
        courses = [course(home, place) for place in range(subjects)]
        give_marks(home, courses, [one.pk for one in students], marks)
        for place in range(absences):
            call(home, FRIDAY - timedelta(days=place), {student.pk: Line("absent")})
    return home


def course(home: Household, place: int) -> Course:
    subject = SubjectFactory(code=f"S{place}", name=SUBJECTS[place % len(SUBJECTS)], position=place)
    class_group = home.class_group
    SubjectPlanFactory(level=class_group.level, year=class_group.year, subject=subject)
    return CourseFactory(class_group=class_group, subject=subject, teacher=home.teacher)


def give_marks(home: Household, courses: list[Course], students: list[int], count: int) -> None:
    """So many marks to each, published, over these courses in turn."""
    columns = [
        PastColumn(
            course_id=courses[place % len(courses)].pk,
            term_id=home.class_term.term_id,
            column=Column(
                title=f"Devoir {place // len(courses) + 1}",
                kind="test",
                held_on=FRIDAY - timedelta(days=place),
                out_of=Decimal(20),
                coefficient=Decimal(1 + place % 2),
            ),
            published_at=now(),
            marks={
                pk: MarkValue(MARKS[(n * n + place * (n + 1)) % len(MARKS)]) for n, pk in enumerate(students)
            },
        )
        for place in range(count)
    ]
    load_past(columns)


def call(home: Household, held_on: date, lines: dict[int, Line], hours: Span = FIRST_HOUR) -> None:
    """The roll of the whole class."""
    close_roll_call(
        group_id=home.class_group.whole_group.pk,
        held_on=held_on,
        hours=hours,
        lines=lines,
        by=home.teacher,
        at=now(),
    )


def another_child(home: Household, name: str, **rights: bool) -> Student:
    """One more in the same care and class."""
    enrolled = Enrolment.objects.create(
        student=Student.objects.create(last_name="Bamba", first_name=name, sex="M"),
        class_group=home.class_group,
        since=LONG_AGO,
    )
    Guardianship.objects.create(
        guardian=home.guardianship.guardian, student=enrolled.student, since=LONG_AGO, **rights
    )
    return enrolled.student
