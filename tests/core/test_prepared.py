"""A prepared query is the one that was written, in the school in scope, with the values that it is given."""

from datetime import date

import pytest
from django.db.models import F

from apps.core.prepared import Ids, prepared
from apps.core.tenancy import NoSchoolInScope, in_school
from apps.people.models import Guardianship, Student
from apps.schools.models import School
from tests.factories.people import GuardianshipFactory, StudentFactory
from tests.factories.schools import SchoolFactory


@prepared
def names(student_ids: Ids):
    return Student.objects.filter(pk__any_of=student_ids).order_by("pk").values_list("pk", "last_name")


@prepared
def carers(student_id: int, on: date):
    care = Guardianship.objects.current(on).filter(student=student_id)
    return care.order_by("pk").values_list("guardian__last_name")


def test_the_rows_are_those_of_the_queryset(school):
    students = [StudentFactory().pk for _ in range(3)]
    link = GuardianshipFactory(student_id=students[0])
    for ids in (students, students[:1], []):
        assert names(ids) == list(names.queryset(ids))
    for on in (date(2026, 11, 24), date(2019, 1, 1)):
        assert carers(link.student_id, on) == list(carers.queryset(link.student_id, on))
    assert carers(student_id=link.student_id, on=date(2026, 11, 24)) == [(link.guardian.last_name,)]


def test_it_reads_the_school_in_scope_whichever_it_was_put_into_sql_for(school):
    here = StudentFactory().pk
    assert names([here]) != []
    with in_school(SchoolFactory().pk):
        there = StudentFactory().pk
        assert [pk for pk, _ in names([here, there])] == [there]
    assert [pk for pk, _ in names([here, there])] == [here]


def test_outside_a_scope_there_are_no_queries(db):
    with pytest.raises(NoSchoolInScope):
        names([1])


def test_it_is_put_into_sql_once(school, monkeypatch):
    names([1])
    monkeypatch.setattr(names, "build", None)
    assert names([]) == []


def test_it_takes_numbers_and_days_and_nothing_else(school):
    @prepared
    def by_name(name: str):
        return Student.objects.filter(last_name=name).values_list("pk")

    with pytest.raises(TypeError):
        by_name("Kouassi")


def test_it_asks_for_a_schools_rows(school):
    @prepared
    def everywhere(school_id: int):
        return School.objects.filter(pk=school_id).values_list(F("slug"))

    with pytest.raises(ValueError, match="no school"):
        everywhere(school.pk)
