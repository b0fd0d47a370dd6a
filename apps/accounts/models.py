import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import Self

from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.aggregates import ArrayAgg
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from apps.core.history import keep_history
from apps.core.tenancy import SchoolManager, SchoolOwned, SchoolQuerySet

from .rules import MOST_TRIES

MOBILE = r"^\+225(01|05|07)\d{8}$"


def refuse_ambiguous(username: str) -> None:
    """A username is read as nothing else: neither a phone number nor an e-mail, and in lower case."""
    if "@" in username:
        raise ValidationError("Un identifiant ne contient pas de « @ ».")
    if username != username.lower():
        raise ValidationError("Un identifiant s’écrit en minuscules.")
    if sum(letter.isdigit() for letter in username) >= 8 and not any(letter.isalpha() for letter in username):
        raise ValidationError("Un identifiant ne peut pas ressembler à un numéro de téléphone.")


class User(AbstractUser):
    """A person who signs in, once, whatever the number of schools."""

    class Civility(models.TextChoices):
        MADAM = "Mme", "Mme"
        SIR = "M.", "M."

    username = models.CharField(
        "identifiant",
        max_length=80,
        unique=True,
        validators=[AbstractUser.username_validator, refuse_ambiguous],
        error_messages={"unique": "Cet identifiant est déjà pris."},
    )
    civility = models.CharField("civilité", max_length=4, choices=Civility, blank=True)
    phone = models.CharField(
        "téléphone vérifié",
        max_length=16,
        null=True,
        blank=True,
        unique=True,
        validators=[RegexValidator(MOBILE, "Un mobile ivoirien : +225 suivi de dix chiffres.")],
    )
    email = models.EmailField("courriel", null=True, blank=True, unique=True)
    must_change_password = models.BooleanField("doit choisir son mot de passe", default=False)
    code_expires_at = models.DateTimeField("code valable jusqu’au", null=True, blank=True)

    objects = UserManager()

    class Meta:
        verbose_name = "utilisateur"
        constraints = [
            models.CheckConstraint(
                condition=Q(phone=None) | Q(phone__regex=MOBILE), name="a_phone_is_an_ivorian_mobile"
            ),
            models.CheckConstraint(condition=Q(email=None) | ~Q(email=""), name="no_email_is_null"),
            models.CheckConstraint(
                condition=Q(username=Lower("username")) & (Q(email=None) | Q(email=Lower("email"))),
                name="names_are_in_lower_case",
            ),
        ]

    def __str__(self) -> str:
        """« Mme Diop » for the staff, « Fatou Bamba » for the others."""
        if self.civility:
            return f"{self.civility} {self.last_name}"
        return self.get_full_name() or self.username


class PhoneProofQuerySet(models.QuerySet):
    def live(self, now: datetime) -> Self:
        """Whose code may still be typed."""
        return self.filter(verified_at=None, expires_at__gt=now, tries__lt=MOST_TRIES)

    def unsent(self, now: datetime) -> Self:
        """Whose code is to be sent, or tried again now, by whoever takes the lease."""
        free = Q(leased_until=None) | Q(leased_until__lte=now)
        return self.live(now).filter(free, state=PhoneProof.State.WAITING)


class PhoneProof(models.Model):
    """A number that a person says is hers: a code goes there by SMS, she types it, and it becomes hers.

    The code itself is nowhere: it is worked out from `reference` (rules.py).
    """

    class State(models.TextChoices):
        WAITING = "waiting", "à envoyer"
        SENT = "sent", "envoyé"
        REFUSED = "refused", "refusé par l’opérateur"
        CAPPED = "capped", "plafond du jour atteint"

    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="utilisateur")
    phone = models.CharField("numéro", max_length=16)
    reference = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField("état", max_length=8, choices=State, default=State.WAITING)
    leased_until = models.DateTimeField("réservé jusqu’au", null=True, blank=True)
    asked_at = models.DateTimeField("demandé le")
    expires_at = models.DateTimeField("valable jusqu’au")
    tries = models.PositiveSmallIntegerField("essais", default=0)
    verified_at = models.DateTimeField("vérifié le", null=True, blank=True)

    objects = models.Manager.from_queryset(PhoneProofQuerySet)()

    class Meta:
        verbose_name = "vérification d’un numéro"
        verbose_name_plural = "vérifications de numéros"
        indexes = [
            models.Index(fields=["user", "asked_at"], name="phone_proof_of_user"),
            models.Index(fields=["phone", "asked_at"], name="phone_proof_of_number"),
            models.Index("expires_at", condition=Q(verified_at=None), name="phone_proof_unverified"),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.pk}"


class Role(models.TextChoices):
    STUDENT = "student", "élève"
    GUARDIAN = "guardian", "responsable"
    TEACHER = "teacher", "enseignant"
    EDUCATOR = "educator", "éducateur"
    SECRETARY = "secretary", "secrétaire"
    BURSAR = "bursar", "économe"
    DIRECTOR_OF_STUDIES = "director_of_studies", "directeur des études"
    PRINCIPAL = "principal", "chef d’établissement"
    FOUNDER = "founder", "fondateur"


DIRECTION = frozenset({Role.PRINCIPAL, Role.DIRECTOR_OF_STUDIES, Role.FOUNDER})
OFFICE = DIRECTION | {Role.SECRETARY, Role.EDUCATOR, Role.BURSAR}
STUDENT_LIFE = DIRECTION | {Role.EDUCATOR}


class MemberQuerySet(SchoolQuerySet):
    def with_roles(self, on: date) -> Self:
        """Each member with `role_codes`: the roles held on that day, in the same query."""
        held = Q(held_roles__since__lte=on) & (Q(held_roles__until=None) | Q(held_roles__until__gte=on))
        nothing = models.Value([])
        return self.annotate(
            role_codes=ArrayAgg("held_roles__role", filter=held, distinct=True, default=nothing)
        )

    def holding(self, roles: Iterable[Role], on: date) -> Self:
        held = MemberRole.objects.held(on).filter(role__in=list(roles))
        return self.filter(pk__in=held.values("member"))


class Member(SchoolOwned):
    """A user as one school knows them; their roles are rows, and their rights the union of these."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="utilisateur")

    objects = SchoolManager.from_queryset(MemberQuerySet)()

    class Meta:
        verbose_name = "membre"
        constraints = [models.UniqueConstraint(fields=["school", "user"], name="one_member_per_school")]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held on the day that `with_roles` was asked for."""
        return frozenset(Role(code) for code in self.role_codes)

    def holds(self, *roles: Role) -> bool:
        return bool(self.roles & set(roles))


class MemberRoleQuerySet(SchoolQuerySet):
    def held(self, on: date) -> Self:
        return self.current_or_coming(on).filter(since__lte=on)

    def current_or_coming(self, on: date) -> Self:
        return self.filter(Q(until=None) | Q(until__gte=on))


@keep_history()
class MemberRole(SchoolOwned):
    """A role held by a member, from a day to a day."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="held_roles", verbose_name="membre")
    role = models.CharField("rôle", max_length=20, choices=Role)
    since = models.DateField("depuis le")
    until = models.DateField("jusqu’au", null=True, blank=True)

    objects = SchoolManager.from_queryset(MemberRoleQuerySet)()

    class Meta:
        verbose_name = "rôle"
        constraints = [
            models.UniqueConstraint(
                fields=["school", "member", "role"], condition=Q(until=None), name="one_open_role"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")), name="a_role_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return self.get_role_display()


class OfficeAction(SchoolOwned):
    """What a member did in the school's admin. Django's own log is shared by all schools: this one is not."""

    class Kind(models.TextChoices):
        ADDED = "added", "ajout"
        CHANGED = "changed", "modification"
        DELETED = "deleted", "suppression"
        DONE = "done", "action"

    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name="par")
    kind = models.CharField("acte", max_length=8, choices=Kind)
    model = models.CharField("rubrique", max_length=60)  # people.student
    object_id = models.BigIntegerField("numéro")
    object_name = models.CharField("objet", max_length=200)
    detail = models.CharField("détail", max_length=300, blank=True)
    done_at = models.DateTimeField("le")

    class Meta:
        verbose_name = "acte du secrétariat"
        verbose_name_plural = "actes du secrétariat"
        indexes = [
            models.Index(fields=["school", "-done_at"], name="office_action_latest"),
            models.Index("model", "object_id", name="office_action_of_object"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} : {self.object_name}"
