"""A class's term goes on, a step at a time, from its marks to its families; and back, with a reason."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from apps.accounts.models import Member
from apps.classes.events import MarksClosed, MarksReopened, TermPublished
from apps.classes.models import ClassTerm, ClassTermStep
from apps.core.events import publish

from .schemes import scheme_of

State = ClassTerm.State

# What is announced of a step, by the state that it leaves and the one that it leads to.
FACTS = {
    (State.OPEN, State.LOCKED): MarksClosed,
    (State.LOCKED, State.OPEN): MarksReopened,
    (State.COUNCIL, State.PUBLISHED): TermPublished,
}


@transaction.atomic
def go_on(*, class_term_ids: Iterable[int], to: State, by: Member, at: datetime) -> list[ClassTerm]:
    """Those that are one step before `to` are there from now on, and are returned; the others stay."""
    rows = _in_state(to.previous, class_term_ids)
    for row in rows:
        _move(row, to, by=by, at=at)
    return rows


@transaction.atomic
def go_back(
    *, class_term_ids: Iterable[int], seen: State, reason: str, by: Member, at: datetime
) -> list[ClassTerm]:
    """Those that are still as they were seen go back one step, and are returned; the others stay.

    Opened again, they are graded as is now usual.
    """
    ids, to = list(class_term_ids), seen.previous
    schemes = _usual_schemes(ids) if to == State.OPEN else {}
    rows = _in_state(seen, ids)
    for row in rows:
        row.grading_scheme_id = schemes.get(row.pk, row.grading_scheme_id)
        _move(row, to, by=by, at=at, reason=reason)
    return rows


def _usual_schemes(ids: list[int]) -> dict[int, int]:
    """Ids, by class term; held before the class terms are, as whoever revises a scheme holds them."""
    rows = ClassTerm.objects.filter(pk__in=ids).select_related("class_group__year", "class_group__level")
    return {
        row.pk: scheme_of(row.class_group.year, row.class_group.level.cycle).pk
        for row in rows.order_by("class_group__year", "pk")
    }


def _in_state(state: State, ids: Iterable[int]) -> list[ClassTerm]:
    """Held until the transaction ends. Their scheme is not joined: PostgreSQL would leave out a row that
    waited for another version to be given to it.
    """
    rows = ClassTerm.objects.filter(pk__in=list(ids), state=state).select_related("class_group", "term")
    return list(rows.select_for_update(of=["self"]).order_by("pk"))


def _move(row: ClassTerm, to: State, *, by: Member, at: datetime, reason: str = "") -> None:
    before = State(row.state)
    row.state = to
    if State.OPEN in (before, to):
        row.marks_lock_at = at if before == State.OPEN else None
    row.published_at = at if to == State.PUBLISHED else None
    row.save(update_fields=["state", "marks_lock_at", "published_at", "grading_scheme"])
    ClassTermStep.objects.create(class_term=row, before=before, after=to, reason=reason, by=by, at=at)
    if fact := FACTS.get((before, to)):
        publish(fact(class_term_id=row.pk, by_id=by.pk))
