"""Bulletins, the key that signs them, and what was taken back."""

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef

from apps.core.tenancy import SchoolManager, SchoolOwned, SchoolQuerySet

FOR_EVER = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]


class SealingKey(SchoolOwned):
    """What a school signs its papers with. The public half may be given to anybody."""

    sealed_private = models.TextField("clé privée", editable=False)  # readable with SECRET_KEY alone
    public = models.CharField("clé publique", max_length=64, editable=False)  # 32 bytes, in hexadecimal
    made_at = models.DateTimeField("créée le", editable=False)

    class Meta:
        verbose_name = "clé des bulletins"
        verbose_name_plural = "clés des bulletins"
        triggers = FOR_EVER

    def __str__(self) -> str:
        return self.public


class ReportCardQuerySet(SchoolQuerySet):
    def latest(self) -> Self:
        """Those that no later version replaces, cancelled or not."""
        later = ReportCard.objects.filter(number=OuterRef("number"), version__gt=OuterRef("version"))
        return self.exclude(Exists(later))

    def standing(self) -> Self:
        """The school's word today: neither replaced nor cancelled."""
        return self.latest().filter(cancellation=None)

    def of_term(self, class_term_id: int) -> Self:
        return self.filter(class_term=class_term_id)

    def in_register_order(self) -> Self:
        return self.order_by("student__sort_key", "student")


class ReportCard(SchoolOwned):
    """A bulletin, as it was issued: nothing on it changes later. A correction is its next version."""

    class_term = models.ForeignKey(
        "classes.ClassTerm", models.PROTECT, related_name="+", verbose_name="période de la classe"
    )
    student = models.ForeignKey("people.Student", models.PROTECT, related_name="+", verbose_name="élève")
    number = models.PositiveIntegerField("numéro")
    version = models.PositiveSmallIntegerField("version", default=1)
    facts = models.JSONField("contenu")  # a ReportCardFacts
    code = models.TextField("code signé")
    issued_by = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="+", verbose_name="émis par"
    )
    issued_at = models.DateTimeField("émis le")

    objects = SchoolManager.from_queryset(ReportCardQuerySet)()

    class Meta:
        verbose_name = "bulletin"
        constraints = [
            models.UniqueConstraint(fields=["school", "number", "version"], name="one_card_of_a_number"),
            models.UniqueConstraint(
                fields=["class_term", "student", "version"], name="one_card_of_a_version"
            ),
        ]
        triggers = FOR_EVER

    def __str__(self) -> str:
        return self.printed_number

    @property
    def printed_number(self) -> str:
        """As the paper says it: "000123", or "000123, version 2 (remplace la version 1)"."""
        later = f", version {self.version} (remplace la version {self.version - 1})"
        return f"{self.number:06}{later if self.version > 1 else ''}"


class Cancellation(SchoolOwned):
    """A bulletin that the school takes back, and why."""

    report_card = models.OneToOneField(
        ReportCard, models.PROTECT, related_name="cancellation", verbose_name="bulletin"
    )
    reason = models.CharField("motif", max_length=200)
    cancelled_by = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="+", verbose_name="annulé par"
    )
    cancelled_at = models.DateTimeField("annulé le")

    class Meta:
        verbose_name = "annulation"
        triggers = FOR_EVER

    def __str__(self) -> str:
        return self.reason
