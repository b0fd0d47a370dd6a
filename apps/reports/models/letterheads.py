"""The words of a school's papers that are no figures: a ministry changes its name, a school its habits."""

from django.db import models

from apps.core.history import keep_history
from apps.core.tenancy import SchoolOwned


@keep_history()
class Letterhead(SchoolOwned):
    """What stands on every bulletin, above and below; a school that changed nothing has these."""

    ministry = models.CharField(
        "ministère", max_length=120, default="Ministère de l’Éducation nationale et de l’Alphabétisation"
    )
    country = models.CharField("pays", max_length=60, default="République de Côte d’Ivoire")
    motto = models.CharField("devise", max_length=80, default="Union – Discipline – Travail")
    place = models.CharField(
        "fait à", max_length=60, blank=True, help_text="Vide : la ville de l’établissement."
    )
    principal_title = models.CharField(
        "celui ou celle qui signe", max_length=60, default="Le chef d’établissement"
    )
    mention = models.CharField(
        "mention au pied",
        max_length=160,
        blank=True,
        default="Bulletin informatisé : ni rature, ni grattage. Aucun duplicata ne sera délivré.",
    )

    class Meta:
        verbose_name = "en-tête des bulletins"
        verbose_name_plural = "en-tête des bulletins"
        constraints = [models.UniqueConstraint(fields=["school"], name="one_letterhead_per_school")]

    def __str__(self) -> str:
        return "En-tête des bulletins"
