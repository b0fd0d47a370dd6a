from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from apps.core.history import keep_history
from apps.core.tenancy import SchoolOwned


@keep_history()
class AttendanceThreshold(SchoolOwned):
    """A seuil: from so many hours or late arrivals on, the school proposes to do something. It does nothing.

    No national threshold is known: each school has its own. What is proposed is never a sanction.
    """

    class What(models.TextChoices):
        UNJUSTIFIED_HOURS = "unjustified_hours", "heures non justifiées"
        MISSED_HOURS = "missed_hours", "heures manquées, justifiées ou non"
        UNJUSTIFIED_HALF_DAYS = "unjustified_half_days", "demi-journées non justifiées"
        LATE = "late", "retards"
        LATE_MINUTES = "late_minutes", "minutes de retard"
        INFIRMARY = "infirmary", "passages à l’infirmerie"
        LEFT_EARLY = "left_early", "départs anticipés"

    class Within(models.TextChoices):
        MONTH = "month", "dans le mois"
        TERM = "term", "dans la période (trimestre, semestre)"
        YEAR = "year", "dans l’année"

    what = models.CharField("ce qui est compté", max_length=24, choices=What)
    at_least = models.PositiveSmallIntegerField("à partir de", validators=[MinValueValidator(1)])
    within = models.CharField("compté", max_length=5, choices=Within, default=Within.TERM)
    proposal = models.CharField(
        "proposition",
        max_length=200,
        help_text="Ce que la vie scolaire est invitée à faire, par exemple rencontrer la famille. "
        "Jamais une sanction : elle reste la décision d’une personne, selon le règlement intérieur.",
    )
    is_on = models.BooleanField("en service", default=True)

    class Meta:
        verbose_name = "seuil d’absences"
        verbose_name_plural = "seuils d’absences"
        constraints = [
            models.UniqueConstraint(
                fields=["school", "what", "within", "at_least"],
                name="one_threshold_of_a_number",
                violation_error_message="Ce seuil existe déjà.",
            ),
            models.CheckConstraint(condition=Q(at_least__gt=0), name="a_threshold_is_one_or_more"),
        ]

    def __str__(self) -> str:
        return f"{self.at_least} {self.get_what_display()} {self.get_within_display()}"


@keep_history()
class ThresholdAnswer(SchoolOwned):
    """What vie scolaire did about a pupil past a threshold; `count` is what it knew then."""

    threshold = models.ForeignKey(AttendanceThreshold, models.PROTECT, related_name="+", verbose_name="seuil")
    student = models.ForeignKey("people.Student", models.PROTECT, related_name="+", verbose_name="élève")
    since = models.DateField("compté depuis le")
    count = models.PositiveIntegerField("compte")
    line = models.CharField("suite donnée", max_length=200)
    answered_by = models.ForeignKey("accounts.Member", models.PROTECT, related_name="+", verbose_name="par")
    answered_at = models.DateTimeField("le")

    class Meta:
        verbose_name = "suite donnée à un seuil"
        verbose_name_plural = "suites données aux seuils"
        indexes = [models.Index(fields=["school", "-answered_at"], name="threshold_answer_latest")]
        constraints = [
            models.UniqueConstraint(
                fields=["threshold", "student", "since", "count"], name="one_answer_per_count"
            ),
        ]

    def __str__(self) -> str:
        return self.line
