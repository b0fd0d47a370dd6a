from datetime import date

import factory
from factory.django import DjangoModelFactory

from apps.classes import models
from apps.classes.services import revise_scheme, scheme_of

from .accounts import LONG_AGO, MemberFactory
from .people import StudentFactory, keep_many
from .schools import SchoolYearFactory

YEAR_OPENS = date(2026, 9, 7)


class LevelFactory(DjangoModelFactory):
    class Meta:
        model = models.Level
        django_get_or_create = ["code"]

    code = "6e"
    name = "Sixième"


class CalendarFactory(DjangoModelFactory):
    class Meta:
        model = models.Calendar
        django_get_or_create = ["year", "kind"]

    year = factory.SubFactory(SchoolYearFactory)
    kind = "trimesters"


class TermFactory(DjangoModelFactory):
    """The first trimester."""

    class Meta:
        model = models.Term
        django_get_or_create = ["calendar", "number"]

    calendar = factory.SubFactory(CalendarFactory)
    number = 1
    name = "Trimestre 1"
    starts_on = YEAR_OPENS
    ends_on = date(2026, 12, 4)


class GradingSchemeFactory(DjangoModelFactory):
    """The first version of the first cycle: 1, 2, 2, and no threshold."""

    class Meta:
        model = models.GradingScheme
        django_get_or_create = ["year", "cycle", "version"]

    year = factory.SubFactory(SchoolYearFactory)
    cycle = "first"
    version = 1
    annual_weights = [1, 2, 2]


def graded(class_group, **settings):
    """The next version of a class's rules of grading, with these settings."""
    scheme = scheme_of(class_group.year, class_group.level.cycle)
    return revise_scheme(scheme=scheme, settings=settings, by=None, at=None)


class ClassGroupFactory(DjangoModelFactory):
    """A class with its whole-class group and its first term; `pupils=30` fills it."""

    class Meta:
        model = models.ClassGroup
        skip_postgeneration_save = True

    year = factory.SubFactory(SchoolYearFactory)
    calendar = factory.SubFactory(CalendarFactory, year=factory.SelfAttribute("..year"))
    level = factory.SubFactory(LevelFactory)
    name = factory.Sequence(lambda n: f"6e {n + 100}")  # never one that a test names itself

    @factory.post_generation
    def pupils(self, create, count, **kwargs):
        models.TeachingGroup.objects.create(year=self.year, class_group=self, name=self.name)
        ClassTermFactory(class_group=self, term=TermFactory(calendar=self.calendar))
        if count:
            enrol_many(self, count)


def enrol_many(class_group: models.ClassGroup, count: int) -> None:
    """So many new pupils in a class, in two statements."""
    students = keep_many(StudentFactory.build_batch(count))
    models.Enrolment.objects.bulk_create(
        models.Enrolment(student=student, class_group=class_group, since=YEAR_OPENS) for student in students
    )


class ClassTermFactory(DjangoModelFactory):
    """It follows the current rules of its class's year."""

    class Meta:
        model = models.ClassTerm

    class_group = factory.SubFactory(ClassGroupFactory)
    term = factory.LazyAttribute(lambda row: TermFactory(calendar=row.class_group.calendar))
    grading_scheme = factory.LazyAttribute(
        lambda row: (
            models.GradingScheme.objects.filter(year=row.class_group.year).latest_first().first()
            or GradingSchemeFactory(year=row.class_group.year)
        )
    )


class EnrolmentFactory(DjangoModelFactory):
    class Meta:
        model = models.Enrolment

    student = factory.SubFactory(StudentFactory)
    class_group = factory.SubFactory(ClassGroupFactory)
    since = YEAR_OPENS


class SubjectGroupFactory(DjangoModelFactory):
    class Meta:
        model = models.SubjectGroup
        django_get_or_create = ["name"]

    name = "Sciences"


class SubjectFactory(DjangoModelFactory):
    class Meta:
        model = models.Subject
        django_get_or_create = ["code"]

    code = "MATH"
    name = "Mathématiques"


class SubjectPlanFactory(DjangoModelFactory):
    class Meta:
        model = models.SubjectPlan

    year = factory.SubFactory(SchoolYearFactory)
    level = factory.SubFactory(LevelFactory)
    subject = factory.SubFactory(SubjectFactory)
    subject_group = factory.SubFactory(SubjectGroupFactory)
    coefficient = 3


class CourseFactory(DjangoModelFactory):
    """A subject taught to a whole class by one teacher (`course.teacher` in tests)."""

    class Meta:
        model = models.Course
        skip_postgeneration_save = True

    class Params:
        class_group = factory.SubFactory(ClassGroupFactory)

    subject = factory.SubFactory(SubjectFactory)
    group = factory.LazyAttribute(
        lambda course: models.TeachingGroup.objects.get(class_group=course.class_group)
    )

    @factory.post_generation
    def teacher(self, create, teacher, **kwargs):
        self.teacher = teacher or MemberFactory()
        models.CourseTeacher.objects.create(course=self, member=self.teacher, since=LONG_AGO)
