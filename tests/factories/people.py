import factory
from factory.django import DjangoModelFactory

from apps.accounts.models import Role
from apps.people.models import Guardian, Guardianship, StaffProfile, Student, sort_key

from .accounts import LONG_AGO, MemberFactory


class StudentFactory(DjangoModelFactory):
    class Meta:
        model = Student

    last_name = factory.Sequence("Kouassi{:05}".format)  # register order is that of creation
    first_name = "Aya"
    sex = "F"


class GuardianFactory(DjangoModelFactory):
    """Not signed in unless `member` is given (`GuardianFactory(active=True)`)."""

    class Meta:
        model = Guardian

    class Params:
        active = factory.Trait(member=factory.SubFactory(MemberFactory, roles=[Role.GUARDIAN]))

    last_name = factory.Sequence("Bamba{:05}".format)
    first_name = "Fatou"
    phone = factory.Sequence(lambda n: f"+22507{n:08d}")


def keep_many(people: list) -> list:
    """Those that are built are saved, in one statement."""
    for one in people:
        one.sort_key = sort_key(one.last_name, one.first_name)
    return type(people[0]).objects.bulk_create(people) if people else []


def care_for(students: list[Student]) -> None:
    """A guardian for each, in two statements."""
    guardians = keep_many(GuardianFactory.build_batch(len(students)))
    Guardianship.objects.bulk_create(
        Guardianship(guardian=guardian, student=student, since=LONG_AGO)
        for guardian, student in zip(guardians, students, strict=True)
    )


class GuardianshipFactory(DjangoModelFactory):
    class Meta:
        model = Guardianship

    guardian = factory.SubFactory(GuardianFactory)
    student = factory.SubFactory(StudentFactory)
    since = LONG_AGO


class StaffProfileFactory(DjangoModelFactory):
    class Meta:
        model = StaffProfile

    member = factory.SubFactory(MemberFactory)
