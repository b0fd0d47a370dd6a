"""History by trigger: what a row was, what it became, who changed it. Append-only, and each school's own."""

from collections.abc import Iterable

import pghistory
from django.db import models
from pghistory.models import Event, EventQuerySet

from .tenancy import SchoolManager, SchoolModelBase, signature


class HistoryManager(SchoolManager.from_queryset(EventQuerySet)):
    """The history of the school in scope."""


class SchoolHistory(Event, metaclass=SchoolModelBase):
    """The base of every history table."""

    objects = HistoryManager()

    class Meta:
        abstract = True


def keep_history(*, exclude: list[str] | None = None):
    """Decorate a school-owned model: each insert, update and delete leaves a row beside its author.

    `exclude`: fields that history does not keep, secrets above all.
    """
    return _track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=exclude)


def keep_changes(*labels: str):
    """Decorate a school-owned model written once and seldom changed: each change leaves the row as it was.

    `labels`: what else `keep_beside` may add to the rows' own changes.
    """
    return _track(
        pghistory.UpdateEvent(row=pghistory.Old),
        pghistory.DeleteEvent(),
        *(pghistory.ManualEvent(label) for label in labels),
    )


def keep_beside(rows: Iterable[models.Model], label: str) -> None:
    """Add these values to the history of their rows, signed as every change is; the rows stay as they are."""
    signed = signature()
    for row in rows:
        event = row.pgh_event_model
        kept = {name.attname for name in event._meta.fields} & {one.attname for one in row._meta.fields}
        values = {name: getattr(row, name) for name in kept}
        event.objects.create(pgh_obj=row, pgh_label=label, pgh_context=signed, **values)


def _track(*events: pghistory.Tracker, exclude: list[str] | None = None):
    return pghistory.track(
        *events,
        context_field=pghistory.ContextJSONField(null=True),
        context_id_field=None,
        append_only=True,
        exclude=exclude,
        base_model=SchoolHistory,
    )
