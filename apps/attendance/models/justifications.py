from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from apps.attendance.rules import Period
from apps.core.history import keep_history
from apps.core.tenancy import SchoolManager, SchoolOwned, SchoolQuerySet

from .reasons import AbsenceReason

HEAVIEST_PHOTO = 400_000  # bytes, once re-encoded


class JustificationQuerySet(SchoolQuerySet):
    def waiting(self) -> Self:
        return self.filter(state=Justification.State.WAITING)

    def unseen(self, since: date) -> Self:
        """Decided since that day, and whoever gave it has not said that she knows."""
        decided = self.filter(state__in=[Justification.State.ACCEPTED, Justification.State.REFUSED])
        return decided.filter(seen_at=None, decided_at__date__gte=since)

    def accepted(self) -> Self:
        return self.filter(state=Justification.State.ACCEPTED)

    def of_day(self, on: date) -> Self:
        return self.filter(starts_on__lte=on, ends_on__gte=on)

    def covering(self, on, starts_at, ends_at) -> Self:
        """Those within which these hours of that day fall: values, or columns of an outer query."""
        return self.of_day(on).filter(
            Q(starts_at=None) | Q(starts_on__lt=on) | Q(starts_at__lte=starts_at),
            Q(ends_at=None) | Q(ends_on__gt=on) | Q(ends_at__gte=ends_at),
        )


@keep_history()
class Justification(SchoolOwned):
    """Why a pupil was absent, or is going to be: given by a family, decided by vie scolaire."""

    class State(models.TextChoices):
        WAITING = "waiting", "en attente"
        ACCEPTED = "accepted", "acceptée"
        REFUSED = "refused", "refusée"
        WITHDRAWN = "withdrawn", "retirée"

    student = models.ForeignKey("people.Student", models.PROTECT, related_name="+", verbose_name="élève")
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")
    starts_at = models.TimeField(
        "à partir de", null=True, blank=True, help_text="Le premier jour. Vide : dès le matin."
    )
    ends_at = models.TimeField(
        "jusqu’à", null=True, blank=True, help_text="Le dernier jour. Vide : jusqu’au soir."
    )
    reason = models.ForeignKey(AbsenceReason, models.PROTECT, related_name="+", verbose_name="motif")
    line = models.CharField("précision", max_length=120, blank=True)
    state = models.CharField("état", max_length=9, choices=State, default=State.WAITING)
    given_by = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="+", verbose_name="donnée par"
    )
    given_at = models.DateTimeField("donnée le")
    decided_by = models.ForeignKey(
        "accounts.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="décidée par"
    )
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)
    answer = models.CharField("réponse", max_length=200, blank=True)
    seen_at = models.DateTimeField("réponse vue le", null=True, blank=True)

    objects = SchoolManager.from_queryset(JustificationQuerySet)()

    class Meta:
        verbose_name = "justificatif"
        indexes = [
            models.Index("student", "ends_on", name="justification_of_student"),
            models.Index("school", "given_at", name="justification_in_order"),
            models.Index("school", condition=Q(state="waiting"), name="justification_waiting"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on"))
                | Q(ends_on=F("starts_on"))
                & (Q(starts_at=None) | Q(ends_at=None) | Q(ends_at__gt=F("starts_at"))),
                name="a_justification_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "withdrawn"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="a_decision_is_somebody_s",
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(answer=""), name="a_refusal_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}, {self.period}"

    @property
    def period(self) -> Period:
        """Its days and hours, as rules know them."""
        return Period(self.starts_on, self.ends_on, self.starts_at, self.ends_at)

    @property
    def words(self) -> str:
        """« Maladie : grippe », as an absence says its reason; the reason is selected with it."""
        return self.reason.label + (f"\u202f: {self.line}" if self.line else "")


class JustificationPhoto(SchoolOwned):
    """The photo of a certificate, re-encoded: kept in a row of its own, read by its own page alone."""

    justification = models.OneToOneField(
        Justification, models.CASCADE, related_name="+", verbose_name="justificatif"
    )
    content = models.BinaryField("image", max_length=HEAVIEST_PHOTO)

    class Meta:
        verbose_name = "photo d’un justificatif"
        verbose_name_plural = "photos des justificatifs"

    def __str__(self) -> str:
        return f"Photo {self.pk}"
