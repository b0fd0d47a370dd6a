"""Facts and the reactions to them; answers kept for those who ask twice."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .tenancy import SchoolManager, SchoolOwned, SchoolQuerySet

FACTS_ARE_KEPT = timedelta(days=396)  # thirteen months
ANSWERS_ARE_KEPT = timedelta(days=7)  # a phone may be offline that long
PATIENCE = [timedelta(seconds=s) for s in (2, 10, 60, 240, 900, 3600, 4 * 3600)]


class RecordedEventQuerySet(SchoolQuerySet):
    def waiting(self, names: list[str], now: datetime) -> Self:
        """Facts to hand out now. One of an unknown name waits for the release that knows it."""
        return self.filter(relayed_at=None, due_at__lte=now, name__in=names).order_by("due_at", "pk")


class RecordedEvent(SchoolOwned):
    """A fact, written down with the change that made it true: journal and outbox in one table."""

    name = models.CharField("fait", max_length=100)
    by_id = models.BigIntegerField("par", null=True)
    payload = models.JSONField("contenu")
    recorded_at = models.DateTimeField("inscrit le", default=timezone.now)
    due_at = models.DateTimeField("à transmettre le", default=timezone.now)
    relayed_at = models.DateTimeField("transmis le", null=True)

    objects = SchoolManager.from_queryset(RecordedEventQuerySet)()

    class Meta:
        verbose_name = "fait"
        indexes = [
            models.Index("due_at", condition=Q(relayed_at=None), name="event_waiting"),
            models.Index("recorded_at", name="event_recorded"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"


class ReactionQuerySet(SchoolQuerySet):
    def due(self, handlers: list[str], now: datetime) -> Self:
        return self.filter(state=Reaction.State.WAITING, due_at__lte=now, handler__in=handlers).order_by(
            "due_at", "pk"
        )

    def parked(self) -> Self:
        return self.filter(state=Reaction.State.PARKED)


class Reaction(SchoolOwned):
    """One handler's answer to one fact, with its own tries: a bug in one never stops another."""

    class State(models.TextChoices):
        WAITING = "waiting", "en attente"
        DONE = "done", "faite"
        PARKED = "parked", "en panne"

    event = models.ForeignKey(RecordedEvent, models.CASCADE, related_name="reactions", verbose_name="fait")
    handler = models.CharField("réaction", max_length=150)
    state = models.CharField("état", max_length=10, choices=State, default=State.WAITING)
    due_at = models.DateTimeField("à faire le", default=timezone.now)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    trouble = models.CharField("panne", max_length=200, blank=True)

    objects = SchoolManager.from_queryset(ReactionQuerySet)()

    class Meta:
        verbose_name = "réaction"
        constraints = [models.UniqueConstraint(fields=["event", "handler"], name="one_reaction_per_handler")]
        indexes = [models.Index("due_at", condition=Q(state="waiting"), name="reaction_waiting")]

    def __str__(self) -> str:
        return f"{self.handler} ({self.event_id})"

    def close(self) -> None:
        self.state = self.State.DONE
        self.save(update_fields=["state"])

    def postpone(self, trouble: str, now: datetime) -> None:
        """Try again later and later; once patience runs out, wait for a human."""
        if self.attempts < len(PATIENCE):
            self.due_at = now + PATIENCE[self.attempts]
        else:
            self.state = self.State.PARKED
        self.attempts += 1
        self.trouble = trouble[:200]
        self.save(update_fields=["state", "due_at", "attempts", "trouble"])

    def release(self, now: datetime) -> None:
        """A human says: try again."""
        self.state, self.due_at, self.attempts = self.State.WAITING, now, 0
        self.save(update_fields=["state", "due_at", "attempts"])


class KeptAnswer(SchoolOwned):
    """What was answered to a request that carried an Idempotency-Key (core/idempotency.py)."""

    member_id = models.BigIntegerField()
    route = models.CharField(max_length=200)
    key = models.CharField(max_length=100)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    kept_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = "réponse gardée"
        constraints = [
            models.UniqueConstraint(
                fields=["school", "member_id", "route", "key"], name="one_answer_per_key"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"
