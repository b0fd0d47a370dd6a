"""The three database roles are what they must be, in the database that the tests themselves use."""

import pytest
from django.db import ProgrammingError, connection

pytestmark = pytest.mark.django_db
OWNER, APP, CROSSING = "educonnect_owner", "educonnect_app", "educonnect_crossing"


def ask(sql: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def test_tests_connect_as_the_application_does():
    assert ask("SELECT session_user, current_user") == [(APP, APP)]


@pytest.mark.parametrize("role", [OWNER, APP, CROSSING])
def test_no_role_is_above_the_wall(role):
    columns = "rolsuper, rolbypassrls, rolcreaterole, rolreplication"
    assert ask(f"SELECT {columns} FROM pg_roles WHERE rolname = %s", role) == [(False,) * 4]


def test_each_role_has_its_place():
    found = ask("SELECT rolname, rolcanlogin, rolcreatedb FROM pg_roles WHERE rolname LIKE 'educonnect%%'")
    assert sorted(found) == [(APP, True, False), (CROSSING, False, False), (OWNER, True, True)]


@pytest.mark.parametrize("role", [APP, CROSSING])
def test_only_the_owner_owns(role):
    owned = "SELECT objid::regclass FROM pg_shdepend WHERE deptype = 'o' AND refobjid = %s::regrole"
    assert ask(owned, role) == []
    assert ask("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'") == [(OWNER,)]


@pytest.mark.parametrize(
    "statement", ["CREATE TABLE mine ()", "ALTER TABLE grades_mark DISABLE ROW LEVEL SECURITY"]
)
def test_the_application_makes_and_changes_no_table(statement):
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        ask(statement)


@pytest.mark.parametrize("role", [APP, CROSSING])
@pytest.mark.parametrize("right", ["SELECT", "INSERT", "UPDATE", "DELETE"])
def test_those_who_serve_read_and_write_every_table(role, right):
    tables = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    assert ask(f"{tables} AND NOT has_table_privilege(%s, oid, %s)", role, right) == []


@pytest.mark.parametrize("role", [APP, CROSSING])
def test_those_who_serve_empty_no_table(role):
    assert (
        ask(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND has_table_privilege(%s, oid, 'TRUNCATE')",
            role,
        )
        == []
    )


def test_crossing_is_taken_on_purpose_and_never_inherited():
    has = "SELECT pg_has_role(%s, %s, 'MEMBER'), pg_has_role(%s, %s, 'USAGE')"
    assert ask(has, APP, CROSSING, APP, CROSSING) == [(True, False)]
