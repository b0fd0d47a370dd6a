"""A prepared query is the one that was written, in the school in scope, with the values that it is given."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from apps.core.models import RecordedEvent
from apps.core.prepared import Ids, prepared, prepared_shared, together
from apps.core.tenancy import NoSchoolInScope, all_schools, in_school
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
    assert carers(link.student_id, date(2026, 11, 24)) == [(link.guardian.last_name,)]


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


def test_a_connection_keeps_it_even_when_what_it_was_first_for_is_undone(school):
    @prepared
    def here(pk: int):
        return Student.objects.filter(pk=pk, last_name__contains="%").values_list("last_name")

    pupil = StudentFactory(last_name="100 %").pk
    with transaction.atomic():
        assert here(pupil) == [("100 %",)]
        transaction.set_rollback(True)
    assert here(pupil) == [("100 %",)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%last_name%LIKE%'")
        assert cursor.fetchone() == (1,)


def test_a_failure_before_it_leaves_it_to_prepare(school):
    @prepared
    def here(pk: int):
        return Student.objects.filter(pk=pk).values_list("pk")

    with transaction.atomic(), connection.cursor() as cursor:
        with pytest.raises(DatabaseError):
            cursor.execute("SELECT 1 / 0")
        with pytest.raises(DatabaseError):
            here(1)
        transaction.set_rollback(True)
    assert here(-1) == []


def test_behind_a_pooler_it_is_sent_whole(school, settings):
    settings.PREPARED_STATEMENTS = False
    link = GuardianshipFactory()
    on = date(2026, 11, 24)
    assert carers(link.student_id, on) == list(carers.queryset(link.student_id, on)) != []
    assert together(names.asked([link.student_id]), carers.asked(-1, on))[1] == []


def test_several_go_in_one_message_and_each_has_its_rows(school, django_assert_num_queries):
    @prepared
    def nobody(pk: int):
        return Student.objects.none()

    link = GuardianshipFactory()
    student, on = link.student_id, date(2026, 11, 24)
    with django_assert_num_queries(1):
        found = together(
            nobody.asked(1), names.asked([student]), carers.asked(-1, on), names.asked([student])
        )
    assert found == [[], names([student]), [], names([student])]
    assert together() == []


def test_models_come_with_what_is_selected_beside_them(school, django_assert_num_queries):
    @prepared
    def links(student_id: int):
        care = Guardianship.objects.filter(student=student_id).select_related("student", "guardian")
        return care.annotate(name=F("guardian__last_name")).order_by("pk")

    link = GuardianshipFactory()
    with django_assert_num_queries(1):
        (found,) = links(link.student_id)
        assert found == link
        assert (found.student, found.guardian) == (link.student, link.guardian)
        assert found.name == link.guardian.last_name
        assert found.since == link.since
    assert not found._state.adding


def test_where_all_schools_are_in_scope_it_reads_them_all(school):
    here = StudentFactory().pk
    with in_school(SchoolFactory().pk):
        there = StudentFactory().pk
    with all_schools(reason="a test"):
        assert [pk for pk, _ in names([here, there])] == [here, there]
    assert [pk for pk, _ in names([here, there])] == [here]


def test_what_all_schools_share_is_read_in_any_scope_and_in_none(db):
    @prepared_shared
    def at(slug: str):
        return School.objects.filter(slug=slug)

    school = SchoolFactory()
    assert at(school.slug) == [school]
    with in_school(SchoolFactory().pk):
        assert at(school.slug) == [school]
    assert at("ailleurs") == []


def test_from_there_no_schools_rows_are_reached(school):
    @prepared_shared
    def everyone(pk: int):
        return School.objects.filter(pk__in=Student.objects.filter(pk=pk).values("school"))

    with pytest.raises(NoSchoolInScope):
        everyone(StudentFactory().pk)


def test_it_takes_numbers_texts_and_days_and_nothing_else(school):
    @prepared
    def absent(is_absent: bool):
        return Student.objects.filter(is_new=is_absent).values_list("pk")

    with pytest.raises(TypeError):
        absent(True)


def test_it_refuses_what_django_would_read_otherwise_than_the_database(school):
    @prepared
    def payloads(pk: int):
        return RecordedEvent.objects.filter(pk=pk).values_list("payload")

    with pytest.raises(TypeError):
        payloads(1)


def test_it_asks_for_a_schools_rows(school):
    @prepared
    def everywhere(school_id: int):
        return School.objects.filter(pk=school_id).values_list(F("slug"))

    with pytest.raises(ValueError, match="no school"):
        everywhere(school.pk)
