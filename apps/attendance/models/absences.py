from typing import Self

from django.db import models
from django.db.models import F, Q

from apps.attendance.rules import Period
from apps.core.history import keep_history
from apps.core.tenancy import SchoolManager, SchoolOwned, SchoolQuerySet

from .justifications import Justification
from .reasons import AbsenceReason
from .rolls import RollCall
from .whole_classes import WholeClassAbsence


class AbsenceQuerySet(SchoolQuerySet):
    def standing(self) -> Self:
        """Those that were not found to be mistakes."""
        return self.filter(cancelled_at=None)

    def within(self, period: Period) -> Self:
        """Those whose hours all fall in it."""
        within = self.filter(held_on__range=(period.starts_on, period.ends_on))
        if period.starts_at:
            within = within.exclude(held_on=period.starts_on, starts_at__lt=period.starts_at)
        if period.ends_at:
            within = within.exclude(held_on=period.ends_on, ends_at__gt=period.ends_at)
        return within


@keep_history()
class Absence(SchoolOwned):
    """The unbroken span of a day that a pupil missed; hours are counted from the roll entries."""

    student = models.ForeignKey("people.Student", models.PROTECT, related_name="+", verbose_name="élève")
    held_on = models.DateField("date")
    starts_at = models.TimeField("de")
    ends_at = models.TimeField("à")
    is_justified = models.BooleanField("justifiée", default=False)
    reason = models.CharField("motif", max_length=180, blank=True)
    listed_reason = models.ForeignKey(
        AbsenceReason,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="motif de la liste",
    )
    justification = models.ForeignKey(
        Justification, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="justifiée par"
    )
    whole_classes = models.ForeignKey(
        WholeClassAbsence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="écrite avec"
    )
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
