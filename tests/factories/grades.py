from datetime import UTC, date, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from apps.classes.models import ClassTerm
from apps.grades.models import Assessment, Mark, Reopening

from .accounts import MemberFactory
from .classes import CourseFactory, EnrolmentFactory
from .people import StudentFactory


class AssessmentFactory(DjangoModelFactory):
    """A draft in its class’s first term; `pupils=30` fills the class, `published=True` opens it to all."""

    class Meta:
        model = Assessment
        skip_postgeneration_save = True

    class Params:
        published = factory.Trait(published_at=datetime(2026, 11, 21, 8, tzinfo=UTC))

    course = factory.SubFactory(CourseFactory)
    term = factory.LazyAttribute(
        lambda one: ClassTerm.objects.get(class_group=one.course.group.class_group).term
    )
    title = factory.Sequence("Interrogation {}".format)
    held_on = date(2026, 11, 20)

    @factory.post_generation
    def pupils(self, create, count, **kwargs):
        for _ in range(count or 0):
            EnrolmentFactory(class_group=self.course.group.class_group)


class MarkFactory(DjangoModelFactory):
    """A 12, unless a value or a `missing` code is given."""

    class Meta:
        model = Mark

    assessment = factory.SubFactory(AssessmentFactory)
    student = factory.SubFactory(StudentFactory)
    value = factory.LazyAttribute(lambda mark: None if mark.missing else 12)
    missing = ""


class ReopeningFactory(DjangoModelFactory):
    """Of a course in a term, for the two hours that follow `opened_at`."""

    class Meta:
        model = Reopening

    course = factory.SubFactory(CourseFactory)
    opened_by = factory.SubFactory(MemberFactory)
    opened_at = datetime(2026, 11, 24, 10, tzinfo=UTC)
    until = factory.LazyAttribute(lambda one: one.opened_at + timedelta(hours=2))
    reason = "Copies retrouvées"
