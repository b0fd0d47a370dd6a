"""Modules announce facts; the modules above them react, after commit and at least once."""

import json
import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from .clock import now
from .models import Reaction, RecordedEvent
from .tenancy import all_schools, current_school_id, in_school

CHANNEL = "educonnect_facts"
logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Event:
    """Past tense, ids and plain values only: it must read the same tomorrow, elsewhere.

    Fields added later have defaults; dates and instants travel as ISO text.
    """

    types: ClassVar[dict[str, type["Event"]]] = {}

    by_id: int | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        Event.types[name_of(cls)] = cls

    @classmethod
    def read(cls, payload: dict) -> "Event":
        """The fact again, whatever release wrote it: unknown fields are left aside."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in payload.items() if name in known})


Handler = Callable[[Any], None]
_handlers: dict[str, dict[str, Handler]] = defaultdict(dict)


def name_of(event_type: type[Event]) -> str:
    """`grades.MarksSaved`."""
    return f"{event_type.__module__.split('.')[1]}.{event_type.__name__}"


def on(event_type: type[Event]) -> Callable[[Handler], Handler]:
    """Register a handler. It writes rows only, may run twice, and re-reads the present state."""

    def register(handler: Handler) -> Handler:
        label = f"{handler.__module__.split('.')[1]}.{handler.__name__}"
        _handlers[name_of(event_type)][label] = handler
        return handler

    return register


def publish(*facts: Event, due_at: datetime | None = None) -> None:
    """Write facts down in the caller's transaction; they are relayed after commit, or from `due_at` on."""
    instant = now()
    RecordedEvent.objects.bulk_create(
        RecordedEvent(
            name=name_of(type(event)),
            by_id=event.by_id,
            payload=json.loads(json.dumps(asdict(event), cls=DjangoJSONEncoder)),
            recorded_at=instant,
            due_at=due_at or instant,
        )
        for event in facts
    )
    if settings.EVENTS_NOTIFY:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(current_school_id())])


def publish_once(fact: Event, *, at: datetime, due_at: datetime) -> None:
    """Write it down for `due_at`, unless the same waits already: whatever happens meanwhile is told with it.

    Two who look at the same instant may both write it.
    """
    same = RecordedEvent.objects.filter(name=name_of(type(fact)), payload=asdict(fact), relayed_at=None)
    if not same.filter(due_at__gt=at).exists():
        publish(fact, due_at=due_at)


def relay(*, at: datetime | None = None) -> int:
    """Hand out what is due until nothing is; return how many reactions ran. Several may run side by side."""
    ran = 0
    while _hand_out_one(at or now()):
        pass
    while _react_once(at or now()):
        ran += 1
    return ran


def _hand_out_one(instant: datetime) -> bool:
    """Give the oldest waiting fact one reaction per handler."""
    with all_schools(reason="the relay serves every school"):
        waiting = RecordedEvent.objects.waiting(list(Event.types), instant)
        event = waiting.select_for_update(skip_locked=True).first()
        if event is None:
            return False
        with in_school(event.school_id):
            Reaction.objects.bulk_create(
                [Reaction(event=event, handler=label, due_at=instant) for label in _handlers[event.name]],
                ignore_conflicts=True,
            )
            event.relayed_at = instant
            event.save(update_fields=["relayed_at"])
    return True


def _react_once(instant: datetime) -> bool:
    """Run the oldest due reaction in its own savepoint; a failure postpones it and nothing else."""
    handlers = {label: handler for known in _handlers.values() for label, handler in known.items()}
    with all_schools(reason="the relay serves every school"):
        due = Reaction.objects.due(list(handlers), instant).select_related("event")
        reaction = due.select_for_update(skip_locked=True, of=["self"]).first()
        if reaction is None:
            return False
        with in_school(reaction.school_id):
            try:
                with transaction.atomic():
                    handlers[reaction.handler](Event.types[reaction.event.name].read(reaction.event.payload))
            except Exception as trouble:
                logger.exception("Reaction %s failed", reaction.pk)
                reaction.postpone(type(trouble).__name__, instant)
            else:
                reaction.close()
    return True
