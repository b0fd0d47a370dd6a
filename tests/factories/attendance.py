from datetime import date, time

import factory
from factory.django import DjangoModelFactory

from apps.attendance.models import Absence, LateArrival, RollCall, RollEntry
from apps.core.clock import now, today

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
