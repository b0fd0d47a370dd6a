"""The locks that PostgreSQL itself keeps on school-owned tables, as constraints that migrations see."""

from typing import Any

from django.db import models
from django.db.backends.utils import names_digest
from django.db.models.constraints import BaseConstraint

SHARED_BY_ALL_SCHOOLS = {"schools.School", "accounts.User", "accounts.PhoneProof", "gateways.SmsCount"}
_LONGEST_NAME = 63


def locks_of(model: type[models.Model]) -> list[BaseConstraint]:
    """What a school-owned model carries: its wall, a key to be referred to, and a twin for each reference."""
    table = model._meta.db_table
    if not model._meta.get_field(
        "school"
    ).db_constraint:  # a history table: its references outlive their rows
        return [RowsOfOneSchool(name=_name(table, "wall"))]
    return [
        RowsOfOneSchool(name=_name(table, "wall")),
        models.UniqueConstraint(fields=["school", "id"], name=_name(table, "in_school")),
        *(
            SameSchool(field=field.name, name=_name(table, f"{field.column}_same"))
            for field in references(model)
        ),
    ]


def references(model: type[models.Model]) -> list[models.ForeignKey]:
    """The foreign keys that point at rows of a school."""
    return [
        field
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.ForeignKey)
        and field.db_constraint
        and _label(field.remote_field.model, model) not in SHARED_BY_ALL_SCHOOLS
    ]


def _label(target: type[models.Model] | str, model: type[models.Model]) -> str:
    if not isinstance(target, str):
        return target._meta.label
    if target == "self":
        return model._meta.label
    return target if "." in target else f"{model._meta.app_label}.{target}"


def _name(table: str, suffix: str) -> str:
    name = f"{table}_{suffix}"
    if len(name) <= _LONGEST_NAME:
        return name
    digest = names_digest(name, length=8)
    return f"{name[: _LONGEST_NAME - 9]}_{digest}"


class _Lock(BaseConstraint):
    """A constraint that only the database checks."""

    def validate(self, model, instance, exclude=None, using="default") -> None:
        """PostgreSQL does."""

    def constraint_sql(self, model, schema_editor) -> None:
        """In CREATE TABLE, nothing inline."""
        self.create_sql(model, schema_editor)

    def create_sql(self, model, schema_editor) -> None:
        """Ours runs at the end of the migration, once the tables and keys it refers to are there."""
        schema_editor.deferred_sql.append(self.lock_sql(model, schema_editor))

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.deconstruct() == other.deconstruct()

    __hash__ = None


class RowsOfOneSchool(_Lock):
    """Row-level security, forced even on the owner; and a school that never changes."""

    def lock_sql(self, model, schema_editor) -> str:
        table, wall = (schema_editor.quote_name(name) for name in (model._meta.db_table, self.name))
        crossing, still = (schema_editor.quote_name(_name(self.name, end)) for end in ("crossing", "still"))
        return f"""
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
            ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
            CREATE POLICY {wall} ON {table}
              USING (school_id = nullif(current_setting('app.school', true), '')::bigint);
            CREATE POLICY {crossing} ON {table} TO educonnect_crossing USING (true);
            CREATE OR REPLACE FUNCTION educonnect_school_is_for_ever() RETURNS trigger LANGUAGE plpgsql AS
              $$ BEGIN
                RAISE EXCEPTION 'a row never changes school' USING ERRCODE = 'integrity_constraint_violation';
              END $$;
            CREATE TRIGGER {still} BEFORE UPDATE OF school_id ON {table} FOR EACH ROW
              WHEN (OLD.school_id IS DISTINCT FROM NEW.school_id)
              EXECUTE FUNCTION educonnect_school_is_for_ever();
        """

    def remove_sql(self, model, schema_editor) -> str:
        table, wall = (schema_editor.quote_name(name) for name in (model._meta.db_table, self.name))
        crossing, still = (schema_editor.quote_name(_name(self.name, end)) for end in ("crossing", "still"))
        return f"""
            DROP TRIGGER {still} ON {table};
            DROP POLICY {crossing} ON {table};
            DROP POLICY {wall} ON {table};
            ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
            ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
        """


class SameSchool(_Lock):
    """The twin of a foreign key: (school, x) must be a row of the same school."""

    def __init__(self, *, field: str, name: str, **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.field = field

    def lock_sql(self, model, schema_editor) -> str:
        """NOT VALID, then VALIDATE: a live table is never locked while it is read through."""
        quote = schema_editor.quote_name
        field = model._meta.get_field(self.field)
        table, name = quote(model._meta.db_table), quote(self.name)
        target = quote(field.remote_field.model._meta.db_table)
        return f"""
            ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (school_id, {quote(field.column)})
              REFERENCES {target} (school_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
            ALTER TABLE {table} VALIDATE CONSTRAINT {name};
        """

    def remove_sql(self, model, schema_editor) -> str:
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT {quote(self.name)}"

    def deconstruct(self) -> tuple[str, tuple, dict]:
        path, args, kwargs = super().deconstruct()
        return path, args, kwargs | {"field": self.field}
