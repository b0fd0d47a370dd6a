"""History by trigger: what a row was, what it became, who changed it. Append-only, and each school's own."""

import pghistory
from pghistory.models import Event, EventQuerySet

from .tenancy import SchoolManager, SchoolModelBase


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

    `labels`: what else may be added by hand (`pghistory.create_event`), beside the rows' own changes.
    """
    return _track(
        pghistory.UpdateEvent(row=pghistory.Old),
        pghistory.DeleteEvent(),
        *(pghistory.ManualEvent(label) for label in labels),
    )


def _track(*events: pghistory.Tracker, exclude: list[str] | None = None):
    return pghistory.track(
        *events,
        context_field=pghistory.ContextJSONField(null=True),
        context_id_field=None,
        append_only=True,
        exclude=exclude,
        base_model=SchoolHistory,
    )
