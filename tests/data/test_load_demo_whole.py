"""The demo as ./deploy/demo loads it, and what it refuses."""

from collections import Counter
from datetime import date, datetime

import pytest
from django.core.management import CommandError
from django.db import transaction

from apps.accounts.models import User
from apps.attendance.models import Absence, RollCall
from apps.classes.models import ClassTerm, Enrolment
from apps.core.models import RecordedEvent
from apps.core.tenancy import in_school
from apps.grades.models import Assessment, Mark, Reopening
from apps.people.models import Guardian, Student
from apps.schools.models import School, SchoolYear
from tests.factories.accounts import UserFactory
from tests.factories.schools import SchoolFactory

from . import MORNING, load_demo


def test_an_address_that_is_taken_is_said_and_nothing_is_loaded(db):
    SchoolFactory(slug="sainte-rita", name="Groupe scolaire Rita")
    with pytest.raises(CommandError, match="sainte-rita"):
        load_demo(small=True)
    assert not User.objects.exists()


def test_a_name_that_is_taken_is_said_and_nothing_is_loaded(db):
    UserFactory(username="directrice")
    with pytest.raises(CommandError, match="identifiant"), transaction.atomic():
        load_demo(small=True)
    assert not School.objects.exists()


@pytest.mark.parametrize(
    ("at", "year", "last_day"),
    [
        pytest.param("2026-11-24T07:00", "2026-2027", date(2026, 11, 23), marks=pytest.mark.long),
        pytest.param("2027-03-03T10:00", "2026-2027", date(2026, 11, 26), marks=pytest.mark.long),
        ("2026-01-15T10:00", "2025-2026", date(2025, 11, 27)),
        pytest.param("2024-05-02T10:00", "2025-2026", date(2025, 11, 24), marks=pytest.mark.long),
    ],
)
def test_on_another_day_it_tells_the_first_trimester_of_that_year(db, at, year, last_day):
    load_demo(datetime.fromisoformat(f"{at}+00:00"), small=True)
    with in_school(School.objects.get(slug="sainte-anne").pk):
        assert SchoolYear.objects.get().name == year
        assert RollCall.objects.latest("held_on").held_on == last_day
        awa = Student.objects.get(member__user__username="awa")
        assert [row.held_on.weekday() for row in Absence.objects.filter(student=awa).order_by("held_on")] == [
            1,
            3,
        ]


@pytest.mark.long
def test_the_whole_demo(db):
    load_demo()
    assert School.objects.count() == 2
    with in_school(School.objects.get(slug="sainte-anne").pk):
        sizes = Counter(Enrolment.objects.values_list("class_group", flat=True)).values()
        assert len(sizes) == 12
        assert min(sizes) >= 42
        assert max(sizes) <= 60
        pupils = Student.objects.count()
        assert 0.45 < Student.objects.filter(sex="F").count() / pupils < 0.55
        assert 0.45 < Student.objects.filter(state_assigned=True).count() / pupils < 0.65
        assert Student.objects.filter(repeats_year=True).count() > 20
        assert Student.objects.filter(guardianships=None).exists()
        assert Guardian.objects.filter(phone="").exists()
        phones = Counter(Guardian.objects.exclude(phone="").values_list("phone", flat=True))
        assert max(phones.values()) == 2
        marked = set(Mark.objects.values_list("assessment", flat=True))
        columns = [one for one in Assessment.objects.all() if one.pk in marked]
        assert 0.95 < sum(one.is_published for one in columns) / len(columns) < 0.99
        plain = [one for one in columns if one.counts == "always" and not one.part_id]
        per_course = Counter(one.course_id for one in plain if one.kind != "conduct")
        assert {2, 3, 4} == set(per_course.values())
        assert set(Mark.objects.values_list("missing", flat=True)) == {"", *Mark.Missing.values}
    with in_school(School.objects.get(slug="sainte-rita").pk):
        reopening = Reopening.objects.get(until__gt=MORNING)
        locked = ClassTerm.objects.get(state=ClassTerm.State.LOCKED, term=reopening.term)
        assert locked.class_group == reopening.course.group.class_group
        assert {one.name for one in RecordedEvent.objects.all()} == {"classes.MarksClosed"}
