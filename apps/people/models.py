import unicodedata
from datetime import date
from typing import Any, Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from apps.core.history import keep_history
from apps.core.tenancy import SchoolManager, SchoolOwned, SchoolQuerySet


def sort_key(*names: str) -> str:
    """Names as a French register orders them: accents stripped, case folded, spaces single."""
    plain = unicodedata.normalize("NFKD", " ".join(names))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(letters.casefold().replace("-", " ").replace("’", " ").replace("'", " ").split())


class Sex(models.TextChoices):
    FEMALE = "F", "féminin"
    MALE = "M", "masculin"


class StudentQuerySet(SchoolQuerySet):
    def in_register_order(self) -> Self:
        return self.order_by("sort_key", "pk")

    def in_care_of(self, member, on: date) -> Self:
        """Those whom this member answers for on that day."""
        return self.filter(
            pk__in=Guardianship.objects.current(on).filter(guardian__member=member).values("student")
        )


class Student(SchoolOwned):
    """An élève."""

    class Regime(models.TextChoices):
        DAY = "day", "externe"
        HALF_BOARD = "half_board", "demi-pensionnaire"
        BOARD = "board", "interne"

    last_name = models.CharField("nom", max_length=80)
    first_name = models.CharField("prénoms", max_length=120)
    sort_key = models.CharField(max_length=210, editable=False)
    national_id = models.CharField(
        "matricule",
        max_length=9,
        null=True,
        blank=True,
        validators=[
            RegexValidator(r"^\d{8}[A-Z]$", "Huit chiffres et une lettre majuscule, par exemple 21434391T.")
        ],
    )
    sex = models.CharField("sexe", max_length=1, choices=Sex)
    born_on = models.DateField("né(e) le", null=True, blank=True)
    born_in = models.CharField("né(e) à", max_length=80, blank=True)
    nationality = models.CharField("nationalité", max_length=60, blank=True, default="ivoirienne")
    state_assigned = models.BooleanField("affecté(e) de l’État", default=False)
    repeats_year = models.BooleanField("redoublant(e)", default=False)
    regime = models.CharField("régime", max_length=12, choices=Regime, default=Regime.DAY)
    member = models.ForeignKey(
        "accounts.Member",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="accès au portail",
    )

    objects = SchoolManager.from_queryset(StudentQuerySet)()

    class Meta:
        verbose_name = "élève"
        indexes = [models.Index("school", "sort_key", "id", name="student_register")]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "national_id"],
                condition=~Q(national_id=None),
                name="one_national_id_per_school",
            ),
            models.UniqueConstraint(
                fields=["school", "member"], condition=~Q(member=None), name="one_student_per_member"
            ),
            models.CheckConstraint(
                condition=Q(national_id=None) | ~Q(national_id=""), name="no_national_id_is_null"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.last_name} {self.first_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_key = sort_key(self.last_name, self.first_name)
        super().save(*args, **kwargs)


class Guardian(SchoolOwned):
    """Who answers for pupils in a school, signed in or not: alerts go to guardians."""

    last_name = models.CharField("nom", max_length=80)
    first_name = models.CharField("prénoms", max_length=120, blank=True)
    sort_key = models.CharField(max_length=210, editable=False)
    phone = models.CharField(
        "téléphone de contact",
        max_length=16,
        blank=True,
        validators=[RegexValidator(r"^\+225\d{10}$", "+225 suivi de dix chiffres.")],
    )
    email = models.EmailField("courriel", blank=True)
    member = models.ForeignKey(
        "accounts.Member",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="accès au portail",
    )

    class Meta:
        verbose_name = "responsable"
        constraints = [
            models.UniqueConstraint(
                fields=["school", "member"], condition=~Q(member=None), name="one_guardian_per_member"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.last_name} {self.first_name}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_key = sort_key(self.last_name, self.first_name)
        super().save(*args, **kwargs)


class GuardianshipQuerySet(SchoolQuerySet):
    def current(self, on: date) -> Self:
        return self.filter(Q(until=None) | Q(until__gte=on), since__lte=on)


@keep_history()
class Guardianship(SchoolOwned):
    """The link from a guardian to a pupil; its rights live here."""

    class Relation(models.TextChoices):
        MOTHER = "mother", "mère"
        FATHER = "father", "père"
        TUTOR = "tutor", "tuteur"
        OTHER = "other", "autre"

    guardian = models.ForeignKey(
        Guardian, models.CASCADE, related_name="guardianships", verbose_name="responsable"
    )
    student = models.ForeignKey(Student, models.CASCADE, related_name="guardianships", verbose_name="élève")
    relation = models.CharField("lien", max_length=10, choices=Relation, default=Relation.OTHER)
    is_informed = models.BooleanField("reçoit les alertes", default=True)
    may_justify = models.BooleanField("peut justifier", default=True)
    may_see_marks = models.BooleanField("voit les notes", default=True)
    since = models.DateField("depuis le")
    until = models.DateField("jusqu’au", null=True, blank=True)

    objects = SchoolManager.from_queryset(GuardianshipQuerySet)()

    class Meta:
        verbose_name = "responsabilité"
        constraints = [
            models.UniqueConstraint(
                fields=["guardian", "student"], condition=Q(until=None), name="one_open_guardianship"
            ),
        ]

    def __str__(self) -> str:
        return self.get_relation_display()


class StaffProfile(SchoolOwned):
    """What the school writes down about someone who works there."""

    member = models.OneToOneField("accounts.Member", models.CASCADE, related_name="+", verbose_name="membre")
    function = models.CharField("fonction", max_length=80, blank=True)
    phone = models.CharField("téléphone de contact", max_length=16, blank=True)
    permit_number = models.CharField("autorisation d’enseigner", max_length=40, blank=True)

    class Meta:
        verbose_name = "fiche du personnel"
        verbose_name_plural = "fiches du personnel"

    def __str__(self) -> str:
        return str(self.member)
