"""What workers print: a file of each bulletin, a file for the printer."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from apps.core.tenancy import SchoolManager, SchoolOwned, SchoolQuerySet

from .cards import ReportCard


class PrintedCard(SchoolOwned):
    """The PDF of a bulletin: made once, by a worker."""

    report_card = models.OneToOneField(
        ReportCard, models.PROTECT, related_name="printed", verbose_name="bulletin"
    )
    content = models.BinaryField("fichier")

    class Meta:
        verbose_name = "fichier d’un bulletin"
        verbose_name_plural = "fichiers des bulletins"

    def __str__(self) -> str:
        return str(self.report_card_id)


class PrintRunQuerySet(SchoolQuerySet):
    def open(self) -> Self:
        return self.filter(content=None, cancelled_at=None)

    def unseen_since(self, instant: datetime) -> Self:
        """Those at which no worker was seen at work since then."""
        return self.filter(Q(seen_at=None, asked_at__lt=instant) | Q(seen_at__lt=instant))


class PrintRun(SchoolOwned):
    """The printing of a class's bulletins: a file for each pupil, then one for the printer.

    What is done is counted from its files: a worker killed at any moment leaves no other trace than these.
    """

    class_term = models.ForeignKey(
        "classes.ClassTerm", models.PROTECT, related_name="+", verbose_name="période de la classe"
    )
    asked_by = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="+", verbose_name="demandée par"
    )
    asked_at = models.DateTimeField("demandée le")
    seen_at = models.DateTimeField("dernier signe", null=True)  # of a worker
    cancelled_at = models.DateTimeField("arrêtée le", null=True)
    content = models.BinaryField("pour l’imprimeur", null=True)

    objects = SchoolManager.from_queryset(PrintRunQuerySet)()

    class Meta:
        verbose_name = "impression"
        constraints = [
            models.UniqueConstraint(
                fields=["class_term"],
                condition=Q(content=None, cancelled_at=None),
                name="one_open_run_of_a_class",
            )
        ]

    def __str__(self) -> str:
        return f"{self.class_term_id}"
