"""A school's operators, what they said later, the numbers that nobody has, what a month cost."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from apps.core.history import keep_history
from apps.core.tenancy import SchoolOwned
from apps.gateways.api import Account, unseal

from .alerts import Delivery

_SECRETS = ["sealed_secret", "sealed_signing_key", "receipts_at"]


@keep_history(exclude=[*_SECRETS, "down_until", "balance", "balance_at"])
class SmsGateway(SchoolOwned):
    """An operator that carries a school's SMS: the first, or the second when the first cannot.

    A school without any sends by the platform's.
    """

    class Kind(models.TextChoices):
        ORANGE = "orange", "Orange (SMS API)"
        HTTP = "http", "autre opérateur (HTTP, JSON)"

    class Rank(models.IntegerChoices):
        FIRST = 1, "première"
        SECOND = 2, "seconde"

    rank = models.PositiveSmallIntegerField("rang", choices=Rank, default=Rank.FIRST)
    kind = models.CharField("opérateur", max_length=10, choices=Kind, default=Kind.ORANGE)
    is_active = models.BooleanField("en service", default=True)
    url = models.CharField("adresse", max_length=200, blank=True, help_text="Vide pour Orange.")
    status_url = models.CharField(
        "adresse des questions",
        max_length=200,
        blank=True,
        help_text="Où l’on demande, par notre référence, ce qu’un message est devenu.",
    )
    knows_references = models.BooleanField(
        "reconnaît nos références",
        default=False,
        help_text="Un message envoyé deux fois sous la même référence n’en fait qu’un.",
    )
    client_id = models.CharField("identifiant client", max_length=100, blank=True)
    sealed_secret = models.TextField("secret", blank=True, editable=False)
    sealed_signing_key = models.TextField("clé des accusés", blank=True, editable=False)
    sender = models.CharField("nom d’expéditeur", max_length=11, blank=True)
    sender_number = models.CharField(
        "numéro d’expéditeur",
        max_length=16,
        blank=True,
        validators=[RegexValidator(r"^\+225\d{4,10}$", "+225 suivi du numéro.")],
    )
    price = models.PositiveSmallIntegerField("prix d’un SMS (francs)", default=15)
    options = models.JSONField("traductions", default=dict, blank=True)
    receipts_at = models.CharField("accusés reçus à", max_length=200, blank=True, editable=False)
    subscribed_at = models.DateTimeField("accusés demandés le", null=True, blank=True, editable=False)
    down_until = models.DateTimeField("injoignable jusqu’au", null=True, blank=True, editable=False)
    balance = models.PositiveIntegerField("SMS restants", null=True, blank=True, editable=False)
    balance_at = models.DateTimeField("solde lu le", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "passerelle SMS"
        verbose_name_plural = "passerelles SMS"
        constraints = [models.UniqueConstraint(fields=["school", "rank"], name="one_gateway_of_a_rank")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.get_rank_display()}"

    def account(self) -> Account:
        """How it is reached. Raises CannotUnseal."""
        return Account(
            kind=self.kind,
            url=self.url,
            status_url=self.status_url,
            client_id=self.client_id,
            secret=unseal(self.sealed_secret),
            sender=self.sender,
            sender_number=self.sender_number,
            knows_references=self.knows_references,
            options=self.options,
        )


class Receipt(SchoolOwned):
    """What an operator said later of a message, as it came; `settled_at` once it was applied, or given up."""

    gateway = models.ForeignKey(SmsGateway, models.PROTECT, related_name="+", verbose_name="passerelle")
    reference = models.CharField("référence", max_length=100, blank=True)
    provider_reference = models.CharField("référence de l’opérateur", max_length=100, blank=True)
    recipient = models.CharField("numéro", max_length=16, blank=True)
    word = models.CharField("état", max_length=12, choices=Delivery.State)
    reason = models.CharField("raison", max_length=100, blank=True)
    number_is_unknown = models.BooleanField("numéro inconnu", default=False)
    received_at = models.DateTimeField("reçu le")
    settled_at = models.DateTimeField("appliqué le", null=True, blank=True)

    class Meta:
        verbose_name = "accusé de réception"
        verbose_name_plural = "accusés de réception"
        indexes = [models.Index("received_at", condition=Q(settled_at=None), name="receipt_unsettled")]
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "provider_reference", "reference", "recipient", "word"],
                name="a_receipt_counts_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_word_display()} {self.pk}"


class BadNumber(SchoolOwned):
    """A number that an operator says nobody has: no SMS goes there until somebody says that it is right."""

    number = models.CharField("numéro", max_length=16)
    reason = models.CharField("raison", max_length=100, blank=True)
    found_at = models.DateTimeField("constaté le")

    class Meta:
        verbose_name = "numéro à corriger"
        verbose_name_plural = "numéros à corriger"
        constraints = [models.UniqueConstraint(fields=["school", "number"], name="one_bad_number")]

    def __str__(self) -> str:
        return f"Numéro à corriger {self.pk}"


class SmsMonth(SchoolOwned):
    """What a school's SMS of a month cost, counted as they are given to an operator."""

    month = models.DateField("mois")  # its first day
    messages = models.PositiveIntegerField("messages", default=0)
    francs = models.PositiveIntegerField("francs", default=0)

    class Meta:
        verbose_name = "mois de SMS"
        verbose_name_plural = "mois de SMS"
        constraints = [models.UniqueConstraint(fields=["school", "month"], name="one_sms_month")]

    def __str__(self) -> str:
        return f"{self.month:%m/%Y}"
