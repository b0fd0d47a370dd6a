"""Queries of the busiest pages: written as any other, prepared once instead of at each visit.

Building a queryset, putting it into SQL, and PostgreSQL's planning of that cost ten times what it answers.
A prepared query is put into SQL once per process, in no school's scope in particular, and planned once per
connection; then it is only given its values: the school in scope (always) and its arguments.
"""

import inspect
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import update_wrapper
from itertools import chain, count, islice
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BigAutoField, Lookup, QuerySet
from django.db.models.query import ModelIterable, get_related_populators
from django.db.models.sql.compiler import SQLCompiler
from psycopg import Connection

from .tenancy import Scope, _required_scope, _scope

T = TypeVar("T")
Ids = list[int]
_SCHOOL = -1_000_000_000_000  # no row has these: each stands for a value until there is one
_FIRST_DAY = date(1583, 1, 1)
_numbers = count(1)
_known_to: WeakKeyDictionary[Connection, set[str]] = WeakKeyDictionary()  # the names of those prepared
_TYPES = {int: "bigint", str: "text", date: "date", time: "time", Ids: "bigint[]"}
_PLACE = re.compile("(?<!%)%s")


@BigAutoField.register_lookup
class AnyOf(Lookup):
    """`student__pk__any_of=ids`: as `in`, with one parameter whatever their number."""

    lookup_name = "any_of"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Ids, connection: Any) -> tuple[str, list]:
        return ("%s", [list(value)])

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list]:
        left, left_values = self.process_lhs(compiler, connection)
        _, right_values = self.process_rhs(compiler, connection)
        return f"{left} = ANY(%s::bigint[])", [*left_values, *right_values]


class prepared:  # noqa: N801 a decorator
    """Of a function of ints, texts, dates, times and `Ids` that returns a queryset: the same rows.

    Those of a `values_list` are tuples; the others are models, with what the queryset selects beside them.
    """

    def __init__(self, build: Callable[..., QuerySet], kinds: dict[str, Any] | None = None) -> None:
        self.build = build
        self.kinds = kinds or kinds_of(build)
        self.compiled: dict[Scope | None, _Statement] = {}
        update_wrapper(self, build)

    def __call__(self, *args: Any) -> list:
        return self.asked(*args).answer()

    def asked(self, *args: Any) -> "Question[list]":
        """The same as a question, to be sent with others."""
        values = dict(zip(self.kinds, args, strict=True))
        scope = self.scope_of(values)
        if scope not in self.compiled:
            self.compiled[scope] = _Statement.of(self.build, self.kinds, scope)
        statement = self.compiled[scope]
        return Question(((statement, values),), statement.rows)

    def queryset(self, *args: Any) -> QuerySet:
        """What it is, unprepared: tests compare the two."""
        return self.build(*args)

    def scope_of(self, values: dict[str, Any]) -> Scope | None:
        """The scope to compile for: a school that stands for any other, or all of them."""
        school_id = values["school"] = _required_scope().school_id
        return Scope(None if school_id is None else _SCHOOL)


def kinds_of(build: Callable) -> dict[str, Any]:
    """What each argument is, by name."""
    return {name: parameter.annotation for name, parameter in inspect.signature(build).parameters.items()}


class prepared_shared(prepared):  # noqa: N801 a decorator
    """Of the tables that all schools share: asked in any scope, or in none."""

    def scope_of(self, values: dict[str, Any]) -> None:
        """None, where a school's rows are out of reach."""


@dataclass(frozen=True, slots=True)
class _Argument:
    """The place of a value in the SQL."""

    name: str


@dataclass(frozen=True, slots=True)
class _Statement:
    """The SQL, the values and arguments in it in order, and what its rows become."""

    name: str
    sql: str
    values: list[Any]
    types: dict[str, str]
    read: Callable[[tuple], Any] | None

    @classmethod
    def of(cls, build: Callable[..., QuerySet], kinds: dict[str, Any], scope: Scope | None) -> "_Statement":
        stand_ins = {name: _stand_in(kind, n) for n, (name, kind) in enumerate(kinds.items(), start=1)}
        token = _scope.set(scope)
        try:
            with connection.execute_wrapper(_refuse):
                queryset = build(*stand_ins.values())
        finally:
            _scope.reset(token)
        compiler = queryset.query.get_compiler(connection=connection)
        try:
            sql, values = compiler.as_sql()
        except EmptyResultSet:  # `none()`: whoever has no such role
            return cls("", "", [], {}, None)
        values = [_argument_or(value, stand_ins | {"school": _SCHOOL}) for value in values]
        named = {value.name for value in values if isinstance(value, _Argument)}
        if scope and scope.school_id and "school" not in named:
            raise ValueError(f"{build.__qualname__} asks for no school's rows")
        if any(hasattr(column.output_field, "from_db_value") for column, *_ in compiler.select):
            raise TypeError(f"{build.__qualname__} reads what PostgreSQL gives otherwise")
        types = {name: _TYPES[kind] for name, kind in (kinds | {"school": int}).items() if name in named}
        return cls(f"educonnect_{next(_numbers)}", sql, values, types, _reader(queryset, compiler))

    def execution(self, given: dict[str, Any], on: Connection) -> tuple[str, list]:
        """The SQL that executes it on that connection, and the values in it."""
        if not settings.PREPARED_STATEMENTS:
            values = (given[one.name] if isinstance(one, _Argument) else one for one in self.values)
            return self.sql, [_written(value) for value in values]
        self._prepare(on)
        places = f" ({', '.join(['%s'] * len(self.types))})" if self.types else ""
        return f"EXECUTE {self.name}{places}", [_written(given[name]) for name in self.types]

    def rows(self, found: list[tuple]) -> list:
        """What the database found, as the queryset gives it."""
        return found if self.read is None else [self.read(row) for row in found]

    def _prepare(self, on: Connection) -> None:
        """Once per connection; it outlives the transaction, even one that is rolled back."""
        known = _known_to.setdefault(on, set())
        if self.name in known:
            return
        numbered = {name: f"${n}" for n, name in enumerate(self.types, start=1)}
        places = iter(numbered[one.name] if isinstance(one, _Argument) else "%s" for one in self.values)
        sql = _PLACE.sub(lambda _: next(places), self.sql)
        types = f" ({', '.join(self.types.values())})" if self.types else ""
        constants = [one for one in self.values if not isinstance(one, _Argument)]
        with connection.wrap_database_errors:
            on.execute(f"PREPARE {self.name}{types} AS {sql}", constants)
        known.add(self.name)


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """Prepared queries and their values, not sent yet, and what is read from the rows of each."""

    queries: tuple[tuple[_Statement, dict[str, Any]], ...]
    read: Callable[..., T]

    @classmethod
    def of(cls, read: Callable[..., T], *parts: "Question") -> "Question[T]":
        """One that reads the answers of others, sent with them."""

        def read_all(*rows: list[tuple]) -> T:
            remaining = iter(rows)
            return read(*(part.read(*islice(remaining, len(part.queries))) for part in parts))

        return cls(tuple(query for part in parts for query in part.queries), read_all)

    def answer(self) -> T:
        """Ask it alone."""
        return together(self)[0]


def together(*questions: Question) -> list:
    """The answer to each, all sent in one message: a round trip costs more than most answers."""
    whole = Question.of(lambda *answers: list(answers), *questions)
    return whole.read(*_rows_of(whole.queries))


def _rows_of(queries: Sequence[tuple[_Statement, dict[str, Any]]]) -> list[list[tuple]]:
    """What the database finds for each; nothing for `none()`, which is not sent."""
    sent = [query for query in queries if query[0].sql]
    found: list[list[tuple]] = []
    if sent:
        with connection.cursor() as cursor:
            texts, values = zip(
                *(statement.execution(given, cursor.connection) for statement, given in sent), strict=True
            )
            cursor.execute("; ".join(texts), list(chain(*values)))
            found = [cursor.fetchall(), *(cursor.fetchall() for _ in sent[1:] if cursor.nextset())]
    rows = iter(found)
    return [next(rows) if statement.sql else [] for statement, _ in queries]


def _written(value: Any) -> Any:
    """An array as PostgreSQL writes it, which costs a tenth of what the driver takes to."""
    return f"{{{','.join(map(str, value))}}}" if isinstance(value, list) else value


def _reader(queryset: QuerySet, compiler: SQLCompiler) -> Callable[[tuple], Any] | None:
    """A model from its row, as the queryset itself makes it; None for values."""
    if not issubclass(queryset._iterable_class, ModelIterable):
        return None
    about, annotations = compiler.klass_info, compiler.annotation_col_map or {}
    first, last = about["select_fields"][0], about["select_fields"][-1] + 1
    fields = [column.target.attname for column, *_ in compiler.select[first:last]]
    related = get_related_populators(about, compiler.select, connection.alias)

    def read(row: tuple) -> Any:
        model = about["model"].from_db(connection.alias, fields, row[first:last])
        for one in related:
            one.populate(row, model)
        for name, place in annotations.items():
            setattr(model, name, row[place])
        return model

    return read


def _refuse(*asked: Any) -> None:
    """What the database answered now would be in the SQL for ever."""
    raise TypeError("a prepared query asks the database nothing while it is built")


def _stand_in(kind: Any, number: int) -> Any:
    if kind is int:
        return _SCHOOL - number
    if kind is str:
        return str(_SCHOOL - number)
    if kind is date:
        return _FIRST_DAY + timedelta(days=number)
    if kind is time:
        return time(microsecond=number)
    if kind == Ids:
        return [_SCHOOL - number]
    raise TypeError(f"a prepared query takes ints, texts, dates, times and Ids, not {kind}")


def _argument_or(value: Any, stand_ins: dict[str, Any]) -> Any:
    """The argument that this value stands for, or itself."""
    for name, stand_in in stand_ins.items():
        if type(value) is type(stand_in) and value == stand_in:
            return _Argument(name)
    return value
