from django.db import models
from django.db.models import F, Q

from apps.core.history import keep_history
from apps.core.tenancy import SchoolOwned

from .reasons import AbsenceReason


@keep_history()
class WholeClassAbsence(SchoolOwned):
    """A strike, a storm: classes written absent at once by vie scolaire, taken back at once too."""

    audience = models.CharField("classes", max_length=200)
    held_on = models.DateField("date")
    starts_at = models.TimeField("de")
    ends_at = models.TimeField("à")
    listed_reason = models.ForeignKey(AbsenceReason, models.PROTECT, related_name="+", verbose_name="motif")
    line = models.CharField("précision", max_length=120, blank=True)
    is_justified = models.BooleanField("justifiée", default=False)
    tells_families = models.BooleanField("familles prévenues", default=False)
    count = models.PositiveIntegerField("élèves")
    recorded_by = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="+", verbose_name="écrite par"
    )
    recorded_at = models.DateTimeField("écrite le")
    cancelled_at = models.DateTimeField("annulée le", null=True, blank=True)

    class Meta:
        verbose_name = "absence de classes entières"
        verbose_name_plural = "absences de classes entières"
        indexes = [models.Index("school", "held_on", name="whole_classes_of_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="whole_classes_are_back_after_they_go"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.audience}, {self.held_on:%d/%m/%Y}"

    @property
    def words(self) -> str:
        """« Grève : transports »; the reason is selected with it."""
        return self.listed_reason.label + (f"\u202f: {self.line}" if self.line else "")
