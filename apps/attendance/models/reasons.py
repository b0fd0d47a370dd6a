from django.db import models

from apps.core.history import keep_history
from apps.core.tenancy import SchoolOwned


@keep_history()
class AbsenceReason(SchoolOwned):
    """A motif of the school's own list: why a pupil was absent, and whether that justifies."""

    label = models.CharField("motif", max_length=50)
    justifies = models.BooleanField("justifie l’absence", default=True)
    is_for_families = models.BooleanField("proposé aux familles", default=True)
    position = models.PositiveSmallIntegerField("rang", default=0, help_text="Les plus petits d’abord.")

    class Meta:
        verbose_name = "motif d’absence"
        verbose_name_plural = "motifs d’absence"
        constraints = [
            models.UniqueConstraint(
                fields=["school", "label"],
                name="one_reason_per_label",
                violation_error_message="Ce motif est déjà dans la liste.",
            ),
        ]

    def __str__(self) -> str:
        return self.label
