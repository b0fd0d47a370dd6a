"""Certificats de scolarité, attestations de fréquentation: each is numbered, and printed once for all."""

from typing import Self

from django.db import models

from apps.core.tenancy import SchoolManager, SchoolOwned, SchoolQuerySet

from .cards import FOR_EVER


class CertificateQuerySet(SchoolQuerySet):
    def standing(self) -> Self:
        """Those that were not taken back."""
        return self.filter(cancellation=None)

    def without_files(self) -> Self:
        return self.defer("content", "facts", "code")


class Certificate(SchoolOwned):
    """A paper that says that a pupil is of the school, as it was issued: printed again, it is the same."""

    class Kind(models.TextChoices):
        ENROLMENT = "enrolment", "certificat de scolarité"
        ATTENDANCE = "attendance", "attestation de fréquentation"

    kind = models.CharField("document", max_length=10, choices=Kind)
    student = models.ForeignKey("people.Student", models.PROTECT, related_name="+", verbose_name="élève")
    number = models.PositiveIntegerField("numéro")
    facts = models.JSONField("contenu")  # a CertificateFacts
    code = models.TextField("code signé")
    content = models.BinaryField("fichier")
    issued_by = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="+", verbose_name="établi par"
    )
    issued_at = models.DateTimeField("établi le")

    objects = SchoolManager.from_queryset(CertificateQuerySet)()

    class Meta:
        verbose_name = "certificat ou attestation"
        verbose_name_plural = "certificats et attestations"
        indexes = [models.Index("student", "number", name="certificate_of_student")]
        constraints = [
            models.UniqueConstraint(fields=["school", "number"], name="one_certificate_of_a_number")
        ]
        triggers = FOR_EVER

    def __str__(self) -> str:
        return f"{self.get_kind_display()} n° {self.printed_number}"

    @property
    def printed_number(self) -> str:
        """C000123: no bulletin has such a number."""
        return f"C{self.number:06}"


class CertificateCancellation(SchoolOwned):
    """A certificate that the school takes back, and why."""

    certificate = models.OneToOneField(
        Certificate, models.PROTECT, related_name="cancellation", verbose_name="certificat"
    )
    reason = models.CharField("motif", max_length=200)
    cancelled_by = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="+", verbose_name="annulé par"
    )
    cancelled_at = models.DateTimeField("annulé le")

    class Meta:
        verbose_name = "annulation d’un certificat"
        verbose_name_plural = "annulations de certificats"
        triggers = FOR_EVER

    def __str__(self) -> str:
        return self.reason
