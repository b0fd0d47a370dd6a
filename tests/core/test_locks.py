"""PostgreSQL's catalogue against the models: no table and no reference without its lock."""

import pytest
from django.apps import apps
from django.db import connection

from apps.core.checks import every_model_chooses_its_tenancy
from apps.core.locks import SHARED_BY_ALL_SCHOOLS, RowsOfOneSchool, SameSchool, _name, references
from apps.core.tenancy import SchoolModelBase

OWNED = [model for model in apps.get_models() if isinstance(model, SchoolModelBase)]


def catalogue(sql: str) -> set:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {row if len(row) > 1 else row[0] for row in cursor.fetchall()}


def test_every_table_with_a_school_is_behind_a_forced_wall(db):
    with_a_school = catalogue(
        "SELECT table_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND column_name = 'school_id'"
    )
    walled = catalogue("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
    assert with_a_school == walled == {model._meta.db_table for model in OWNED}
    assert len(walled) > 35


def test_each_wall_is_one_equality_and_one_door_for_the_crossing_role(db):
    policies = catalogue("SELECT tablename, roles::text, qual FROM pg_policies WHERE schemaname = 'public'")
    equality = "(school_id = (NULLIF(current_setting('app.school'::text, true), ''::text))::bigint)"
    assert policies == {(model._meta.db_table, "{public}", equality) for model in OWNED} | {
        (model._meta.db_table, "{educonnect_crossing}", "true") for model in OWNED
    }


def test_every_reference_between_school_owned_rows_has_its_twin(db):
    twins = catalogue(
        "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'f' AND convalidated AND array_length(conkey, 1) = 2"
    )
    expected = {
        (
            field.model._meta.db_table,
            f"FOREIGN KEY (school_id, {field.column})"
            f" REFERENCES {field.related_model._meta.db_table}(school_id, id) DEFERRABLE INITIALLY DEFERRED",
        )
        for model in OWNED
        for field in model._meta.concrete_fields
        if field.related_model in OWNED and field.db_constraint
    }
    assert twins == expected
    assert len(twins) > 50


def test_every_table_forbids_a_change_of_school(db):
    still = catalogue("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%wall_still'")
    assert still == {model._meta.db_table for model in OWNED}


def test_migrations_see_the_locks():
    for model in OWNED:
        kinds = [type(constraint) for constraint in model._meta.constraints]
        assert RowsOfOneSchool in kinds, model
        assert kinds.count(SameSchool) == len(references(model)), model


def test_a_long_name_is_cut_and_stays_itself():
    long = _name("attendance_" + "x" * 60, "student_id_same")
    assert len(long) == 63
    assert long != _name("attendance_" + "x" * 60, "roll_call_id_same")


def test_a_model_that_chose_no_tenancy_fails_the_check(monkeypatch):
    assert every_model_chooses_its_tenancy(None) == []
    without_schools = SHARED_BY_ALL_SCHOOLS - {"schools.School"}
    monkeypatch.setattr("apps.core.checks.SHARED_BY_ALL_SCHOOLS", without_schools)
    assert [error.obj._meta.label for error in every_model_chooses_its_tenancy(None)] == ["schools.School"]


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model._meta.label)
def test_a_model_without_a_scope_answers_nothing(db, model):
    with pytest.raises(RuntimeError, match="in_school"):
        model.objects.exists()
