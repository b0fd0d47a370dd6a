import pgtrigger
from django.db import models
from django.db.models import Q

from apps.core.tenancy import SchoolOwned


class EntryPass(SchoolOwned):
    """A billet d’entrée, as it was printed: let in after an absence, or late. Nothing on it changes later."""

    student = models.ForeignKey("people.Student", models.PROTECT, related_name="+", verbose_name="élève")
    class_name = models.CharField("classe", max_length=30, blank=True)
    absence = models.ForeignKey(
        "attendance.Absence", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="absence"
    )
    held_on = models.DateField("date")
    starts_at = models.TimeField("de")
    ends_at = models.TimeField("à", null=True, blank=True, help_text="D’une absence.")
    minutes = models.PositiveSmallIntegerField("minutes", null=True, blank=True, help_text="D’un retard.")
    is_justified = models.BooleanField("justifiée", default=False)
    reason = models.CharField("motif", max_length=180, blank=True)
    printed_by = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="+", verbose_name="remis par"
    )
    printed_at = models.DateTimeField("remis le")

    class Meta:
        verbose_name = "billet d’entrée"
        verbose_name_plural = "billets d’entrée"
        indexes = [
            models.Index("student", "held_on", name="entry_pass_of_student"),
            models.Index(fields=["school", "-printed_at"], name="entry_pass_latest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes=None, ends_at__isnull=False) | Q(minutes__gt=0, ends_at=None),
                name="a_pass_is_of_an_absence_or_late",
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"Billet {self.pk}"
