from typing import Self

from django.db import models
from django.db.models import Q

from apps.core.tenancy import SchoolManager, SchoolOwned, SchoolQuerySet


class ThreadQuerySet(SchoolQuerySet):
    def of(self, member) -> Self:
        """Threads are reached through participation, and in no other way."""
        return self.filter(pk__in=Participation.objects.filter(member=member).values("thread"))


class Thread(SchoolOwned):
    """A discussion about a pupil, between those who answer for her and those who teach her."""

    subject = models.CharField("objet", max_length=100)
    student = models.ForeignKey("people.Student", models.PROTECT, related_name="+", verbose_name="élève")
    started_at = models.DateTimeField("ouverte le")
    last_sequence = models.PositiveIntegerField("dernier numéro", default=0)
    last_message_at = models.DateTimeField("dernier message le")

    objects = SchoolManager.from_queryset(ThreadQuerySet)()

    class Meta:
        verbose_name = "discussion"
        indexes = [models.Index(fields=["school", "-last_message_at"], name="thread_by_news")]

    def __str__(self) -> str:
        return self.subject


class Participation(SchoolOwned):
    """A member in a thread, and how far she has read."""

    thread = models.ForeignKey(
        Thread, models.CASCADE, related_name="participations", verbose_name="discussion"
    )
    member = models.ForeignKey("accounts.Member", models.PROTECT, related_name="+", verbose_name="membre")
    last_read = models.PositiveIntegerField("lu jusqu’au numéro", default=0)
    read_at = models.DateTimeField("lu le", null=True, blank=True)

    class Meta:
        verbose_name = "participation"
        constraints = [models.UniqueConstraint(fields=["thread", "member"], name="one_participation")]

    def __str__(self) -> str:
        return str(self.member)


class Message(SchoolOwned):
    """A message; its sequence in the thread has no gap, so that nobody misses one."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="messages", verbose_name="discussion")
    sequence = models.PositiveIntegerField("numéro")
    author = models.ForeignKey("accounts.Member", models.PROTECT, related_name="+", verbose_name="auteur")
    body = models.TextField("texte", max_length=2000)
    sent_at = models.DateTimeField("envoyé le")

    class Meta:
        verbose_name = "message"
        constraints = [
            models.UniqueConstraint(fields=["thread", "sequence"], name="one_message_per_sequence"),
            models.CheckConstraint(condition=~Q(body=""), name="a_message_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.thread_id}, {self.sequence}"
