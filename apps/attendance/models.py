from typing import Self

from django.db import models
from django.db.models import F, Q

from apps.core.history import keep_history
from apps.core.prepared import prepared
from apps.core.tenancy import SchoolManager, SchoolOwned, SchoolQuerySet

from .rules import Line


class RollCall(SchoolOwned):
    """An appel: one group, one hour, one list; once closed, its absences are facts."""

    group = models.ForeignKey(
        "classes.TeachingGroup", models.PROTECT, related_name="+", verbose_name="groupe"
    )
    course = models.ForeignKey(
        "classes.Course", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="enseignement"
    )
    held_on = models.DateField("date")
    starts_at = models.TimeField("de")
    ends_at = models.TimeField("à")
    taken_by = models.ForeignKey("accounts.Member", models.PROTECT, related_name="+", verbose_name="fait par")
    closed_at = models.DateTimeField("clos le", null=True, blank=True)
    corrected_by = models.ForeignKey(
        "accounts.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="corrigé par"
    )
    corrected_at = models.DateTimeField("corrigé le", null=True, blank=True)

    class Meta:
        verbose_name = "appel"
        indexes = [models.Index("school", "held_on", name="roll_call_of_day")]
        constraints = [
            models.UniqueConstraint(fields=["group", "held_on", "starts_at"], name="one_roll_call_per_hour"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="a_roll_call_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group}, {self.held_on:%d/%m/%Y} {self.starts_at:%H:%M}"


class RollEntry(SchoolOwned):
    """A pupil's line on a roll call."""

    class State(models.TextChoices):
        PRESENT = "present", "présent"
        ABSENT = "absent", "absent"
        LATE = "late", "en retard"

    roll_call = models.ForeignKey(RollCall, models.CASCADE, related_name="entries", verbose_name="appel")
    student = models.ForeignKey("people.Student", models.PROTECT, related_name="+", verbose_name="élève")
    state = models.CharField("état", max_length=8, choices=State, default=State.PRESENT)
    minutes_late = models.PositiveSmallIntegerField("minutes de retard", null=True, blank=True)

    class Meta:
        verbose_name = "ligne d’appel"
        verbose_name_plural = "lignes d’appel"
        indexes = [models.Index("student", "roll_call", name="roll_entry_of_student")]
        constraints = [
            models.UniqueConstraint(fields=["roll_call", "student"], name="one_entry_per_student"),
            models.CheckConstraint(
                condition=Q(state="late", minutes_late__gt=0) | ~Q(state="late") & Q(minutes_late=None),
                name="minutes_go_with_late",
            ),
        ]

    def __str__(self) -> str:
        return self.get_state_display()


def lines_of(roll_call_id: int) -> dict[int, Line]:
    """What a roll call wrote, by student id. One query."""
    return {pk: Line(state, minutes) for pk, state, minutes in _entries(roll_call_id)}


@prepared
def _entries(roll_call_id: int) -> models.QuerySet:
    entries = RollEntry.objects.filter(roll_call=roll_call_id).order_by("pk")
    return entries.values_list("student", "state", "minutes_late")


class AbsenceQuerySet(SchoolQuerySet):
    def standing(self) -> Self:
        """Those that were not found to be mistakes."""
        return self.filter(cancelled_at=None)


@keep_history()
class Absence(SchoolOwned):
    """The unbroken span of a day that a pupil missed; hours are counted from the roll entries."""

    student = models.ForeignKey("people.Student", models.PROTECT, related_name="+", verbose_name="élève")
    held_on = models.DateField("date")
    starts_at = models.TimeField("de")
    ends_at = models.TimeField("à")
    is_justified = models.BooleanField("justifiée", default=False)
    reason = models.CharField("motif", max_length=120, blank=True)
    recorded_at = models.DateTimeField("constatée le")
    cancelled_at = models.DateTimeField("annulée le", null=True, blank=True)

    objects = SchoolManager.from_queryset(AbsenceQuerySet)()

    class Meta:
        verbose_name = "absence"
        indexes = [
            models.Index("student", "held_on", name="absence_of_student"),
            models.Index("school", "held_on", name="absence_of_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["student", "held_on", "starts_at"],
                condition=Q(cancelled_at=None),
                name="one_absence_per_start",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="an_absence_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.held_on:%d/%m/%Y}, {self.starts_at:%H:%M} à {self.ends_at:%H:%M}"


@keep_history()
class LateArrival(SchoolOwned):
    """A retard, as the roll call of that hour saw it."""

    student = models.ForeignKey("people.Student", models.PROTECT, related_name="+", verbose_name="élève")
    roll_call = models.ForeignKey(RollCall, models.CASCADE, related_name="+", verbose_name="appel")
    held_on = models.DateField("date")
    starts_at = models.TimeField("heure")
    minutes = models.PositiveSmallIntegerField("minutes")
    recorded_at = models.DateTimeField("constaté le")

    class Meta:
        verbose_name = "retard"
        indexes = [models.Index("student", "held_on", name="late_arrival_of_student")]
        constraints = [
            models.UniqueConstraint(fields=["roll_call", "student"], name="one_late_arrival_per_roll_call"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="late_by_a_minute_or_more"),
        ]

    def __str__(self) -> str:
        return f"{self.minutes} min"
