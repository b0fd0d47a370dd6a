"""The wall between schools, lock by lock: each test goes without one and fails closed."""

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction

from apps.accounts.models import Member
from apps.core.tenancy import (
    CROSSING_ROLE,
    ForeignSchool,
    NoSchoolInScope,
    all_schools,
    current_school_id,
    in_school,
)
from apps.people.models import Student
from tests.conftest import outside_any_school
from tests.factories.classes import EnrolmentFactory
from tests.factories.people import StudentFactory
from tests.factories.schools import SchoolFactory


@pytest.fixture
def neighbour(school):
    return SchoolFactory()


@pytest.fixture
def stranger(neighbour):
    with in_school(neighbour.pk):
        return StudentFactory()


@pytest.mark.parametrize(
    "query",
    [
        lambda: Student.objects.all(),
        lambda: Student.objects.count(),
        lambda: Student.objects.exists(),
        lambda: Student.objects.first(),
        lambda: Student.objects.exclude(pk=1),
        lambda: Student.objects.in_bulk([1]),
        lambda: Student.objects.in_register_order(),
        lambda: Student.objects.select_related("school"),
        lambda: Student.objects.bulk_create([]),
        lambda: Student(),
    ],
)
def test_outside_a_school_there_are_no_queries(db, query):
    with pytest.raises(NoSchoolInScope):
        query()


def test_a_school_sees_its_own_rows_and_a_nested_scope_gives_way_again(school, neighbour, stranger):
    mine = StudentFactory()
    with in_school(neighbour.pk):
        assert list(Student.objects.all()) == [stranger]
    assert list(Student.objects.all()) == [mine]


def test_a_scope_that_fails_gives_way_too(school, neighbour, stranger):
    with pytest.raises(ZeroDivisionError), in_school(neighbour.pk):
        1 / 0  # noqa: B018
    assert not Student.objects.filter(pk=stranger.pk).exists()
    assert rows_by_raw_sql() == 0


def test_crossing_schools_asks_for_a_reason_and_another_role(school, stranger):
    StudentFactory()
    with all_schools(reason="test"):
        assert Student.objects.count() == 2
        assert current_role() == CROSSING_ROLE
        with pytest.raises(NoSchoolInScope):
            Student(last_name="A", first_name="B")
        with in_school(school.pk):
            assert Student.objects.count() == 1
            assert current_role() != CROSSING_ROLE
        assert Student.objects.count() == 2
    assert current_role() != CROSSING_ROLE
    with pytest.raises(ValueError, match="why"), all_schools(reason=""):
        pass


def test_related_managers_are_scoped_too(school, neighbour):
    enrolment = EnrolmentFactory()
    with in_school(neighbour.pk):
        assert not enrolment.class_group.enrolments.exists()
        with pytest.raises(ForeignSchool):
            enrolment.save()
        with pytest.raises(ForeignSchool):
            enrolment.delete()
    assert enrolment.class_group.enrolments.exists()


def test_a_queryset_neither_moves_rows_nor_creates_them_elsewhere(school, neighbour, stranger):
    for write in (
        lambda: Student.objects.update(school=neighbour),
        lambda: Student.objects.update(school_id=neighbour.pk),
        lambda: Student.objects.bulk_create([Student(last_name="A", first_name="B", school=neighbour)]),
        lambda: Student.objects.bulk_update([stranger], ["last_name"]),
    ):
        with pytest.raises(ForeignSchool):
            write()


def test_the_database_refuses_a_reference_to_another_school(school, stranger):
    with pytest.raises(IntegrityError, match="classes_enrolment_student_id_same"):
        enrol(stranger)


@transaction.atomic
def enrol(student) -> None:
    EnrolmentFactory(student_id=student.pk, student=None)
    connection.check_constraints()


def test_raw_sql_in_one_school_reads_and_writes_nothing_of_another(school, stranger):
    assert rows_by_raw_sql() == 0
    assert change_by_raw_sql("UPDATE people_student SET first_name = 'x' WHERE id = %s", stranger.pk) == 0
    assert change_by_raw_sql("DELETE FROM people_student WHERE id = %s", stranger.pk) == 0


def test_raw_sql_outside_any_school_reads_nothing(school):
    StudentFactory()
    with outside_any_school():
        assert rows_by_raw_sql() == 0


def test_raw_sql_may_not_write_into_another_school(school, neighbour):
    mine = StudentFactory()
    with pytest.raises((ProgrammingError, InternalError, IntegrityError)), transaction.atomic():
        change_by_raw_sql("UPDATE people_student SET school_id = %s WHERE id = %s", neighbour.pk, mine.pk)


def test_not_even_the_crossing_role_moves_a_row_to_another_school(school, neighbour):
    mine = StudentFactory()
    with (
        all_schools(reason="test"),
        pytest.raises(IntegrityError, match="never changes school"),
        transaction.atomic(),
    ):
        change_by_raw_sql("UPDATE people_student SET school_id = %s WHERE id = %s", neighbour.pk, mine.pk)


def test_a_read_only_scope_cannot_write_and_the_next_one_can(school):
    with pytest.raises(InternalError, match="read-only"), in_school(school.pk, read_only=True):
        StudentFactory()
    StudentFactory()
    with in_school(school.pk, read_only=True):
        assert Student.objects.count() == 1
    StudentFactory()


def test_the_role_that_serves_owns_nothing_and_bypasses_nothing(db):
    me = "(SELECT oid FROM pg_roles WHERE rolname = current_user)"
    powers = "rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolinherit"
    assert answer(f"SELECT {powers} FROM pg_roles WHERE oid = {me}") is False
    assert answer(f"SELECT count(*) FROM pg_class WHERE relowner = {me}") == 0


def test_a_member_is_found_in_her_school_alone(school, neighbour):
    with in_school(neighbour.pk):
        assert not Member.objects.exists()
        assert current_school_id() == neighbour.pk
    assert current_school_id() == school.pk


def answer(sql: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def rows_by_raw_sql() -> int:
    return answer("SELECT count(*) FROM people_student")


def change_by_raw_sql(sql: str, *values: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.rowcount


def current_role() -> str:
    return answer("SELECT current_user")
