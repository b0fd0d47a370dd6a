from datetime import date, time
from io import BytesIO

import factory
from factory.django import DjangoModelFactory
from PIL import Image

from apps.attendance.models import (
    Absence,
    AbsenceReason,
    Excusal,
    Justification,
    LateArrival,
    RollCall,
    RollEntry,
)
from apps.core.clock import now, today

from .accounts import MemberFactory
from .classes import CourseFactory
from .people import StudentFactory


class RollCallFactory(DjangoModelFactory):
    """A roll call of today's first hour, closed; no entries."""

    class Meta:
        model = RollCall

    course = factory.SubFactory(CourseFactory)
    group = factory.SelfAttribute("course.group")
    held_on = factory.LazyFunction(today)
    starts_at = time(7, 30)
    ends_at = time(8, 25)
    taken_by = factory.SelfAttribute("course.teacher")
    closed_at = factory.LazyFunction(now)


class RollEntryFactory(DjangoModelFactory):
    class Meta:
        model = RollEntry

    roll_call = factory.SubFactory(RollCallFactory)
    student = factory.SubFactory(StudentFactory)
    state = RollEntry.State.PRESENT


class AbsenceFactory(DjangoModelFactory):
    """Written down without a roll call, as loaded data are."""

    class Meta:
        model = Absence

    student = factory.SubFactory(StudentFactory)
    held_on = date(2026, 11, 2)
    starts_at = time(7, 30)
    ends_at = time(8, 25)
    recorded_at = factory.LazyFunction(now)


class LateArrivalFactory(DjangoModelFactory):
    class Meta:
        model = LateArrival

    roll_call = factory.SubFactory(RollCallFactory)
    student = factory.SubFactory(StudentFactory)
    held_on = factory.SelfAttribute("roll_call.held_on")
    starts_at = factory.SelfAttribute("roll_call.starts_at")
    minutes = 10
    recorded_at = factory.LazyFunction(now)


def jpeg(width: int = 8, height: int = 6, **kwargs) -> bytes:
    """A photo of nothing."""
    photo = BytesIO()
    Image.new("RGB", (width, height), "gray").save(photo, "JPEG", **kwargs)
    return photo.getvalue()


class ReasonFactory(DjangoModelFactory):
    """A motif of the list that justifies, and that families are offered."""

    class Meta:
        model = AbsenceReason
        django_get_or_create = ["label"]

    label = "Maladie"


class JustificationFactory(DjangoModelFactory):
    """Of today, whole, waiting; `JustificationFactory(decided=True, state="accepted")`."""

    class Meta:
        model = Justification

    class Params:
        decided = factory.Trait(
            decided_by=factory.SubFactory(MemberFactory), decided_at=factory.LazyFunction(now)
        )

    student = factory.SubFactory(StudentFactory)
    starts_on = factory.LazyFunction(today)
    ends_on = factory.SelfAttribute("starts_on")
    reason = factory.SubFactory(ReasonFactory)
    given_by = factory.SubFactory(MemberFactory)
    given_at = factory.LazyFunction(now)


class ExcusalFactory(DjangoModelFactory):
    """An exclusion of today, whole."""

    class Meta:
        model = Excusal

    student = factory.SubFactory(StudentFactory)
    kind = Excusal.Kind.EXCLUDED
    starts_on = factory.LazyFunction(today)
    ends_on = factory.SelfAttribute("starts_on")
    recorded_by = factory.SubFactory(MemberFactory)
    recorded_at = factory.LazyFunction(now)
