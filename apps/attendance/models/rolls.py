from datetime import datetime

from django.db import models
from django.db.models import F, Q

from apps.accounts.models import Member
from apps.attendance.rules import Line
from apps.core.history import keep_changes
from apps.core.prepared import prepared
from apps.core.tenancy import SchoolOwned


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

    @property
    def last_by(self) -> Member:
        """Who wrote it last."""
        return self.corrected_by or self.taken_by

    @property
    def last_at(self) -> datetime | None:
        return self.corrected_at or self.closed_at


SET_ASIDE = "set_aside"


@keep_changes(SET_ASIDE)
class RollEntry(SchoolOwned):
    """A pupil's line on a roll call. Its history holds what it was, and what was sent but set aside."""

    class State(models.TextChoices):
        PRESENT = "present", "présent"
        ABSENT = "absent", "absent"
        LATE = "late", "en retard"
        EXCUSED = "excused", "non attendu"

    roll_call = models.ForeignKey(RollCall, models.CASCADE, related_name="entries", verbose_name="appel")
    student = models.ForeignKey("people.Student", models.PROTECT, related_name="+", verbose_name="élève")
    state = models.CharField("état", max_length=8, choices=State, default=State.PRESENT)
    minutes_late = models.PositiveSmallIntegerField("minutes de retard", null=True, blank=True)
    note = models.CharField("note", max_length=120, blank=True)

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
    return {pk: Line(*line) for pk, *line in _entries(roll_call_id)}


@prepared
def _entries(roll_call_id: int) -> models.QuerySet:
    entries = RollEntry.objects.filter(roll_call=roll_call_id).order_by("pk")
    return entries.values_list("student", "state", "minutes_late", "note")
