import pgtrigger
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from apps.core.history import keep_history
from apps.core.tenancy import SchoolOwned

RESERVED_SLUGS = frozenset(
    {
        *("static", "media", "ws", "v", "api", "sw.js", "favicon.ico", "robots.txt"),
        *("connexion", "deconnexion", "compte", "famille", "etablissements", "admin", "sante"),
    }
)


def refuse_reserved_slug(slug: str) -> None:
    """A school's address may not be one of the portal's own."""
    if slug in RESERVED_SLUGS:
        raise ValidationError(f"« {slug} » est une adresse du portail : choisissez-en une autre.")


class School(models.Model):
    """An établissement: everything else belongs to one, or is shared by all."""

    class Kind(models.TextChoices):
        PRIMARY = "primary", "primaire"
        COLLEGE = "college", "collège"
        LYCEE = "lycee", "lycée"

    class Status(models.TextChoices):
        PRIVATE = "private", "privé"
        PUBLIC = "public", "public"

    slug = models.SlugField("adresse", unique=True, validators=[refuse_reserved_slug])
    name = models.CharField("nom", max_length=120)
    code = models.CharField(
        "code ministériel", max_length=6, blank=True, validators=[RegexValidator(r"^\d{6}$", "Six chiffres.")]
    )
    kind = models.CharField("type", max_length=10, choices=Kind, default=Kind.COLLEGE)
    status = models.CharField("statut", max_length=10, choices=Status, default=Status.PRIVATE)
    drena = models.CharField("DRENA", max_length=80, blank=True)
    city = models.CharField("ville", max_length=80, blank=True)
    address = models.CharField("adresse postale", max_length=200, blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    email = models.EmailField("courriel", blank=True)
    time_zone = models.CharField("fuseau horaire", max_length=40, default="Africa/Abidjan")
    logo_digest = models.CharField("logo", max_length=16, blank=True, editable=False)  # of its Logo
    suspended_at = models.DateTimeField("suspendu le", null=True, blank=True)

    class Meta:
        verbose_name = "établissement"

    def __str__(self) -> str:
        return self.name


class SchoolYear(SchoolOwned):
    """An année scolaire."""

    name = models.CharField("nom", max_length=20)
    opens_on = models.DateField("rentrée")
    closes_on = models.DateField("fin")
    is_provisional = models.BooleanField("dates à confirmer", default=False)

    class Meta:
        verbose_name = "année scolaire"
        verbose_name_plural = "années scolaires"
        constraints = [
            models.UniqueConstraint(fields=["school", "name"], name="one_year_of_a_name"),
            models.CheckConstraint(
                condition=Q(closes_on__gt=models.F("opens_on")), name="a_year_ends_after_it_opens"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Holiday(SchoolOwned):
    """Congés: from the evening of the last class day to the eve of the return."""

    year = models.ForeignKey(
        SchoolYear, models.CASCADE, related_name="holidays", verbose_name="année scolaire"
    )
    name = models.CharField("nom", max_length=60)
    last_class_day = models.DateField("dernier jour de classe")
    resumes_on = models.DateField("reprise")

    class Meta:
        verbose_name = "congé"
        constraints = [
            models.CheckConstraint(
                condition=Q(resumes_on__gt=models.F("last_class_day")), name="a_holiday_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Logo(SchoolOwned):
    """The school's emblem: a PNG of 4 KB at most, kept in its row and read by its own page alone."""

    content = models.BinaryField("image", max_length=4096)
    digest = models.CharField("empreinte", max_length=16, editable=False)

    class Meta:
        verbose_name = "logo"
        constraints = [models.UniqueConstraint(fields=["school"], name="one_logo_per_school")]

    def __str__(self) -> str:
        return "Logo de l’établissement"


@keep_history(exclude=["content"])
class Imprint(SchoolOwned):
    """The head's signature, or the school's stamp: printed where these stand, on papers issued from then on.

    Another one takes its place and leaves it there: a paper names the one that it was issued with.
    """

    class Kind(models.TextChoices):
        SIGNATURE = "signature", "signature du chef d’établissement"
        STAMP = "stamp", "cachet de l’établissement"

    kind = models.CharField("image", max_length=10, choices=Kind)
    content = models.BinaryField("fichier", max_length=16_384)
    digest = models.CharField("empreinte", max_length=16, editable=False)
    is_printed = models.BooleanField("imprimée sur les papiers", default=True)
    set_at = models.DateTimeField("déposée le", editable=False)

    class Meta:
        verbose_name = "signature ou cachet"
        verbose_name_plural = "signature et cachet"
        constraints = [
            models.UniqueConstraint(
                fields=["school", "kind"], condition=Q(is_printed=True), name="one_printed_imprint_of_a_kind"
            )
        ]
        triggers = [
            pgtrigger.ReadOnly(name="an_imprint_stays", fields=["kind", "content", "digest", "set_at"]),
            pgtrigger.Protect(name="an_imprint_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.get_kind_display().capitalize()
