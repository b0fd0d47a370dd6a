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
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        context_field=pghistory.ContextJSONField(null=True),
        context_id_field=None,
        append_only=True,
        exclude=exclude,
        base_model=SchoolHistory,
    )
