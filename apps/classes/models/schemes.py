"""How a school grades: versions that are never edited."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import OuterRef, Subquery

from apps.classes.rules import NotAScheme, Reckoning, Scheme, read_scheme
from apps.core.tenancy import SchoolManager, SchoolOwned, SchoolQuerySet

from .curriculum import Cycle, Subject


class GradingSchemeQuerySet(SchoolQuerySet):
    def latest_first(self) -> Self:
        return self.order_by("-version")

    def current(self) -> Self:
        """The last version of each cycle and year."""
        same = GradingScheme.objects.filter(year=OuterRef("year"), cycle=OuterRef("cycle"))
        return self.filter(version=Subquery(same.latest_first().values("version")[:1]))


def equal_weights() -> list[int]:
    """Every term as the first."""
    return [1]


def threshold(name: str, help_text: str = "") -> models.DecimalField:
    """An average, on the scheme's scale; none where the school has no such thing."""
    return models.DecimalField(
        name,
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=help_text,
    )


class GradingScheme(SchoolOwned):
    """Les règles de notation of a cycle for a year: one version of them.

    A version is never edited (the database refuses it): a change makes the next one, which the class terms
    still open follow; what is closed keeps the one that its figures were made with.
    """

    class Weighting(models.TextChoices):
        COEFFICIENT = "coef", "chaque évaluation selon son coefficient"
        SCALE = "bareme", "total des points sur total des barèmes"

    class Code(models.TextChoices):
        """What may stand in a mark's place (grades.Mark.Missing)."""

        ABSENT = "absent", "Abs (absent)"
        EXEMPT = "exempt", "Disp (dispensé)"
        NOT_HANDED_IN = "not_handed_in", "N.Rdu (non rendu)"
        NOT_MARKED = "not_marked", "N.Not (non noté)"

    class Scale(models.IntegerChoices):
        TWENTY = 20, "sur 20"
        TEN = 10, "sur 10"

    year = models.ForeignKey(
        "schools.SchoolYear", models.PROTECT, related_name="+", editable=False, verbose_name="année scolaire"
    )
    cycle = models.CharField("cycle", max_length=10, choices=Cycle, editable=False)
    version = models.PositiveSmallIntegerField("version", default=1, editable=False)
    made_at = models.DateTimeField("enregistrées le", null=True, editable=False)  # None: by nobody
    made_by = models.ForeignKey(
        "accounts.Member", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="par"
    )

    weighting = models.CharField(
        "une moyenne se calcule", max_length=10, choices=Weighting, default=Weighting.COEFFICIENT
    )
    zero_codes = ArrayField(
        models.CharField(max_length=15, choices=Code),
        verbose_name="comptent zéro",
        default=list,
        blank=True,
        help_text="Un code qui n’est pas coché ne compte pas. Un élève dispensé de toutes les évaluations"
        " d’une matière n’y a jamais de moyenne.",
    )
    scale = models.PositiveSmallIntegerField("moyennes", choices=Scale, default=Scale.TWENTY)
    annual_weights = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name="poids des périodes dans l’année",
        default=equal_weights,
        help_text="Dans l’ordre : « 1, 2, 2 » compte le deuxième et le troisième trimestre deux fois.",
    )
    honour_roll_from = threshold("tableau d’honneur à partir de")
    encouragement_from = threshold("T.H. + encouragements à partir de")
    congratulations_from = threshold("T.H. + félicitations à partir de")
    refused_below = threshold("T.H. refusé si la conduite est au-dessous de")
    work_warning_below = threshold("avertissement de travail au-dessous de")
    work_blame_below = threshold("blâme de travail au-dessous de")
    conduct_warning_below = threshold("avertissement de conduite au-dessous de")
    conduct_blame_below = threshold("blâme de conduite au-dessous de")
    conduct_subject = models.ForeignKey(
        Subject,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="matière de la conduite",
    )
    words = models.JSONField("appréciations selon la moyenne", default=list, blank=True)
    conduct_words = models.JSONField("appréciations de la conduite", default=list, blank=True)
    rubrics = models.JSONField("note de conduite", default=list, blank=True)
    decisions = models.JSONField("décisions de fin d’année", default=list, blank=True)

    objects = SchoolManager.from_queryset(GradingSchemeQuerySet)()

    class Meta:
        verbose_name = verbose_name_plural = "règles de notation"
        constraints = [
            models.UniqueConstraint(
                fields=["school", "year", "cycle", "version"], name="one_scheme_of_a_version"
            ),
        ]
        triggers = [pgtrigger.Protect(name="a_version_is_not_edited", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.get_cycle_display()}, {self.year}, version {self.version}"

    def clean(self) -> None:
        """What its values say must be a scheme."""
        try:
            self.read()
        except NotAScheme as trouble:
            raise ValidationError(
                {name or NON_FIELD_ERRORS: said for name, said in trouble.refusals.items()}
            ) from None

    @property
    def settings(self) -> dict[str, Any]:
        """Its columns that say how to grade, by name."""
        return {name: getattr(self, name) for name in SETTINGS}

    def read(self) -> Scheme:
        """All that it says. Raises NotAScheme."""
        return read_scheme(self.settings)

    @property
    def reckoning(self) -> Reckoning:
        """How averages are made, without reading the rest."""
        return Reckoning(self.weighting, tuple(self.zero_codes), Decimal(self.scale))

    def differs_from(self, settings: Mapping[str, Any]) -> bool:
        """Whether these would be another version."""
        return any(getattr(self, name) != value for name, value in settings.items())


SETTINGS = tuple(
    field.attname
    for field in GradingScheme._meta.local_concrete_fields
    if field.editable and field.name != "id"
)

IN_FULL = ("annual_weights", "words", "conduct_words", "rubrics", "decisions")  # long, and of no average
