"""Every query belongs to one school. Outside a school's scope, there are no queries."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction
from django.db.models.base import ModelBase

from .locks import locks_of

CROSSING_ROLE = "educonnect_crossing"


class NoSchoolInScope(RuntimeError):
    """A school's data was touched outside `in_school`."""


class ForeignSchool(RuntimeError):
    """A row of one school was about to be written from another one's scope."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where queries may look: one school, or all of them (`school_id` None)."""

    school_id: int | None

    def enter_sql(self) -> tuple[str, list]:
        role = CROSSING_ROLE if self.school_id is None else "none"
        return (
            "SELECT set_config('app.school', %s, true), set_config('role', %s, true)",
            ["" if self.school_id is None else str(self.school_id), role],
        )


_scope: ContextVar[Scope | None] = ContextVar("school_scope", default=None)


@contextmanager
def in_school(school_id: int, *, read_only: bool = False) -> Iterator[None]:
    """The one way in: the school's scope and a transaction, at every edge of the system.

    `read_only` makes PostgreSQL refuse any write until the scope closes.
    """
    with _scoped(Scope(school_id), read_only=read_only):
        yield


@contextmanager
def all_schools(*, reason: str, read_only: bool = False) -> Iterator[None]:
    """The only way out, for the few jobs that really cross schools, as another database role.

    `reason` is for whoever reviews the call; each call is listed in tests/architecture.
    """
    if not reason:
        raise ValueError("say why every school's rows are needed")
    with _scoped(Scope(None), read_only=read_only):
        yield


@contextmanager
def _scoped(scope: Scope, *, read_only: bool) -> Iterator[None]:
    outer = _scope.get()
    with transaction.atomic():
        token = _scope.set(scope)
        try:
            _tell_the_database(scope, read_only=read_only)
            yield
            if outer is not None and not connection.needs_rollback:
                _tell_the_database(outer)
        finally:
            _scope.reset(token)


def _tell_the_database(scope: Scope, *, read_only: bool = False) -> None:
    sql, values = scope.enter_sql()
    if read_only:
        sql += ", set_config('transaction_read_only', 'on', true)"
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def sign_changes(**who: Any) -> None:
    """Write beside every change of this transaction who made it (ids only): history keeps it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pghistory.context_metadata', %s, true)", [json.dumps(who)])


def signature() -> dict[str, Any]:
    """What is written beside every change of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('pghistory.context_metadata', true)")
        return json.loads(cursor.fetchone()[0] or "{}")


@contextmanager
def signed_also(**more: Any) -> Iterator[None]:
    """Within it, the signature of every change says this too; a failure undoes it with all the rest."""
    signed = signature()
    sign_changes(**signed | more)
    yield
    sign_changes(**signed)


def check_references_at_once() -> None:
    """Let each statement of a bulk load check its own references, instead of leaving them to the commit.

    PostgreSQL walks the checks still pending each time a history trigger writes: their cost would grow
    with the square of the rows (24 000 marks: 20 s instead of 4).
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def learn_sizes() -> None:
    """After a bulk load, tell PostgreSQL what is there now, for those who read at once.

    It learns by itself within a minute; until then, a school that was not there is planned for as if empty,
    and pages may take minutes. The function is the tables' owner's (core/migrations): we own nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT educonnect_learn_sizes()")


def current_school_id() -> int:
    """The school in scope; raises NoSchoolInScope outside one."""
    scope = _scope.get()
    if scope is None or scope.school_id is None:
        raise NoSchoolInScope("open a scope with in_school(school_id) first")
    return scope.school_id


def _required_scope() -> Scope:
    scope = _scope.get()
    if scope is None:
        raise NoSchoolInScope("open a scope with in_school(school_id) first")
    return scope


class SchoolQuerySet(models.QuerySet):
    """Reads are narrowed by the manager; writes that could leave the school are refused here."""

    def update(self, **values: Any) -> int:
        if values.keys() & {"school", "school_id"}:
            raise ForeignSchool("a row never changes school")
        return super().update(**values)

    def bulk_create(self, objs, *args: Any, **kwargs: Any) -> list:
        objs = list(objs)
        _refuse_foreign(objs)
        return super().bulk_create(objs, *args, **kwargs)

    def bulk_update(self, objs, fields, *args: Any, **kwargs: Any) -> int:
        objs = tuple(objs)
        _refuse_foreign(objs)
        return super().bulk_update(objs, fields, *args, **kwargs)


def _refuse_foreign(rows: list | tuple) -> None:
    scope = _required_scope()
    for row in rows:
        if scope.school_id is not None and row.school_id != scope.school_id:
            raise ForeignSchool(f"{row._meta.label} {row.pk} belongs to school {row.school_id}")


class SchoolManager(models.Manager.from_queryset(SchoolQuerySet)):
    """Filters by the school in scope; raises NoSchoolInScope when there is none."""

    def get_queryset(self) -> models.QuerySet:
        scope = _required_scope()
        queryset = super().get_queryset()
        return queryset if scope.school_id is None else queryset.filter(school_id=scope.school_id)


class SchoolModelBase(ModelBase):
    """Gives each concrete school-owned model its locks in the database, seen by migrations."""

    def __new__(mcs, name: str, bases: tuple, attrs: dict, **kwargs: Any) -> type:
        model = super().__new__(mcs, name, bases, attrs, **kwargs)
        if not model._meta.abstract and model.__module__ != "__fake__":
            model._meta.constraints = [*model._meta.constraints, *locks_of(model)]
            model._meta.original_attrs["constraints"] = model._meta.constraints
        return model


class SchoolOwned(models.Model, metaclass=SchoolModelBase):
    """A row of one school, for ever: NOT NULL, the scope's by default, guarded by the database."""

    school = models.ForeignKey(
        "schools.School",
        models.PROTECT,
        default=current_school_id,
        editable=False,
        related_name="+",
        db_index=False,  # (school, id) is one already
        verbose_name="établissement",
    )

    objects = SchoolManager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        _refuse_foreign([self])
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple:
        _refuse_foreign([self])
        return super().delete(*args, **kwargs)
