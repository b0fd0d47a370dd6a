"""« J’ai pris connaissance »."""

from django.db import models

from apps.core.tenancy import SchoolOwned

from .cards import FOR_EVER, ReportCard


class Acknowledgement(SchoolOwned):
    """Somebody who answers for a pupil has read her bulletin, and said so."""

    report_card = models.ForeignKey(
        ReportCard, models.PROTECT, related_name="acknowledgements", verbose_name="bulletin"
    )
    member = models.ForeignKey("accounts.Member", models.PROTECT, related_name="+", verbose_name="par")
    acknowledged_at = models.DateTimeField("le")

    class Meta:
        verbose_name = "prise de connaissance"
        verbose_name_plural = "prises de connaissance"
        constraints = [
            models.UniqueConstraint(fields=["report_card", "member"], name="one_acknowledgement_each")
        ]
        triggers = FOR_EVER

    def __str__(self) -> str:
        return f"{self.report_card_id}, {self.member_id}"
