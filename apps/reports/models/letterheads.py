"""The words of a school's papers that are no figures: a ministry changes its name, a school its habits."""

from django.core.exceptions import ValidationError
from django.db import models

from apps.core.history import keep_history
from apps.core.tenancy import SchoolOwned
from apps.reports.rules import ATTENDANCE, ENROLMENT, NotAWording, check_wording

HINT = (
    "{élève}, seul sur sa ligne, est remplacé par l’identité de l’élève ; {établissement}, {inscrit},"
    " {classe}, {année} et {depuis} par ce qui le concerne."
)


def a_wording(text: str) -> None:
    """Raises ValidationError."""
    try:
        check_wording(text)
    except NotAWording as trouble:
        raise ValidationError(str(trouble)) from None


@keep_history()
class Letterhead(SchoolOwned):
    """What stands on every paper, and in certificates; a school that changed nothing has these."""

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
    enrolment_wording = models.TextField(
        "certificat de scolarité", max_length=1200, default=ENROLMENT, validators=[a_wording], help_text=HINT
    )
    attendance_wording = models.TextField(
        "attestation de fréquentation",
        max_length=1200,
        default=ATTENDANCE,
        validators=[a_wording],
        help_text=HINT,
    )

    class Meta:
        verbose_name = "textes des documents"
        verbose_name_plural = "textes des documents"
        constraints = [models.UniqueConstraint(fields=["school"], name="one_letterhead_per_school")]

    def __str__(self) -> str:
        return "Textes des documents"
