import uuid
from datetime import datetime, timedelta
from typing import Self

import pgtrigger
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import OuterRef, Q, Subquery

from apps.core.history import keep_history
from apps.core.tenancy import SchoolManager, SchoolOwned, SchoolQuerySet
from apps.gateways.api import Account, unseal

from .rules import FAILED


@keep_history()
class AlertSettings(SchoolOwned):
    """How a school warns its families."""

    grace_minutes = models.PositiveSmallIntegerField("délai avant l’alerte (minutes)", default=5)
    sends_sms = models.BooleanField("envoie des SMS", default=True)
    sms_a_day = models.PositiveIntegerField(
        "SMS par jour, au plus",
        default=2000,
        help_text="Au-delà, les alertes ne partent pas et vie scolaire les voit.",
    )

    class Meta:
        verbose_name = "réglage des alertes"
        verbose_name_plural = "réglages des alertes"
        constraints = [models.UniqueConstraint(fields=["school"], name="one_alert_settings_per_school")]

    def __str__(self) -> str:
        return "Réglages des alertes"

    @property
    def grace(self) -> timedelta:
        return timedelta(minutes=self.grace_minutes)


@keep_history(
    exclude=["sealed_secret", "sealed_signing_key", "receipts_at", "down_until", "balance", "balance_at"]
)
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


class Mailing(SchoolOwned):
    """A message to many families at once: its alerts let every other one overtake them."""

    text = models.CharField("message", max_length=480)
    audience = models.CharField("à qui", max_length=200)
    count = models.PositiveIntegerField("responsables", default=0)
    author = models.ForeignKey("accounts.Member", models.PROTECT, related_name="+", verbose_name="par")
    created_at = models.DateTimeField("écrit le")

    class Meta:
        verbose_name = "message aux familles"
        verbose_name_plural = "messages aux familles"
        indexes = [models.Index(fields=["school", "-created_at"], name="mailing_latest")]

    def __str__(self) -> str:
        return f"Message aux familles {self.pk}"


class AlertQuerySet(SchoolQuerySet):
    def due(self, now: datetime) -> Self:
        return self.filter(state=Alert.State.WAITING, due_at__lte=now)

    def with_its_latest(self) -> Self:
        """Each alert with `latest`: the state of the last delivery that was made for it, or None."""
        deliveries = Delivery.objects.filter(alert=OuterRef("pk")).order_by("-pk")
        return self.annotate(latest=Subquery(deliveries.values("state")[:1]))

    def failed(self) -> Self:
        """What never reached its guardian, and is not on its way."""
        fell = Q(state=Alert.State.SENT, latest__in=[*FAILED])
        return self.with_its_latest().filter(fell | Q(state=Alert.State.UNSENT))


@keep_history()
class Alert(SchoolOwned):
    """Something to tell a guardian, once: the row is the truth, whatever becomes of queues."""

    class Kind(models.TextChoices):
        ABSENCE = "absence", "absence"
        CORRECTION = "correction", "correction"
        MAILING = "mailing", "message aux familles"

    class State(models.TextChoices):
        WAITING = "waiting", "en attente"
        SENT = "sent", "confiée à l’envoi"
        UNSENT = "unsent", "non partie"
        CANCELLED = "cancelled", "annulée"

    class Why(models.TextChoices):
        NO_GUARDIAN = "no_guardian", "aucun responsable à prévenir"
        NO_MOBILE = "no_mobile", "aucun mobile dans la fiche"
        SMS_OFF = "sms_off", "l’école n’envoie pas de SMS"
        TOO_LATE = "too_late", "plus de quatre heures de retard"
        SAME_NUMBER = "same_number", "déjà dit au même numéro"
        NOT_TRUE = "not_true", "l’absence a été corrigée ou justifiée"
        IN_DOUBT = "in_doubt", "peut-être reçue"
        CAP_NUMBER = "cap_number", "trop de SMS à ce numéro aujourd’hui"
        CAP_SCHOOL = "cap_school", "plafond du jour de l’école atteint"
        CAP_PLATFORM = "cap_platform", "plafond du jour d’EduConnect atteint"
        BROKEN = "broken", "erreur d’EduConnect : à renvoyer"

    guardian = models.ForeignKey(
        "people.Guardian", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="responsable"
    )
    student = models.ForeignKey("people.Student", models.PROTECT, related_name="+", verbose_name="élève")
    kind = models.CharField("nature", max_length=12, choices=Kind)
    key = models.CharField("fait", max_length=60)
    state = models.CharField("état", max_length=10, choices=State, default=State.WAITING)
    why = models.CharField("pourquoi", max_length=12, choices=Why, blank=True)
    is_bulk = models.BooleanField("envoi en nombre", default=False)
    text = models.CharField("texte", max_length=480, blank=True)
    due_at = models.DateTimeField("à partir de")
    created_at = models.DateTimeField("créée le")

    objects = SchoolManager.from_queryset(AlertQuerySet)()

    class Meta:
        verbose_name = "alerte"
        indexes = [
            models.Index("due_at", condition=Q(state="waiting"), name="alert_waiting"),
            models.Index(fields=["school", "-created_at"], name="alert_latest"),
            models.Index("key", name="alert_of_fact"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["guardian", "key"], name="one_alert_per_fact", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def subject_id(self) -> int:
        """Of the absence that it tells of or corrects, of the mailing that it belongs to."""
        return int(self.key.partition(":")[2])


class DeliveryQuerySet(SchoolQuerySet):
    def unfinished(self, now: datetime) -> Self:
        """To be sent, or tried again now, by whoever takes the lease."""
        lapsed = Q(leased_until=None) | Q(leased_until__lte=now)
        return self.filter(
            Q(state=Delivery.State.CREATED) | Q(lapsed, state=Delivery.State.SENDING, next_try_at__lte=now)
        )


class Delivery(SchoolOwned):
    """An alert on its way by one channel. States only move forward (rules.py)."""

    class Channel(models.TextChoices):
        SMS = "sms", "SMS"

    class State(models.TextChoices):
        CREATED = "created", "à envoyer"
        SENDING = "sending", "en cours d’envoi"
        ACCEPTED = "accepted", "remise à l’opérateur"
        DELIVERED = "delivered", "reçue"
        UNDELIVERED = "undelivered", "non reçue"
        EXPIRED = "expired", "non partie"
        REFUSED = "refused", "refusée par l’opérateur"
        CANCELLED = "cancelled", "annulée"

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="deliveries", verbose_name="alerte")
    channel = models.CharField("voie", max_length=10, choices=Channel, default=Channel.SMS)
    reference = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    recipient = models.CharField("numéro", max_length=16)
    text = models.CharField("texte", max_length=480)
    segments = models.PositiveSmallIntegerField("segments", default=1)
    is_bulk = models.BooleanField("envoi en nombre", default=False)
    state = models.CharField("état", max_length=12, choices=State, default=State.CREATED)
    detail = models.CharField("détail", max_length=120, blank=True)
    gateway = models.ForeignKey(
        SmsGateway, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="passerelle"
    )
    provider_reference = models.CharField("référence de l’opérateur", max_length=100, blank=True)
    token = models.PositiveIntegerField("jeton", default=0)
    leased_until = models.DateTimeField("réservée jusqu’au", null=True, blank=True)
    next_try_at = models.DateTimeField("prochain essai")
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    in_doubt = models.BooleanField("peut-être déjà partie", default=False)
    may_be_double = models.BooleanField("peut-être doublé", default=False)
    nudged_until = models.DateTimeField("confiée jusqu’au", null=True, blank=True)
    created_at = models.DateTimeField("créée le")
    updated_at = models.DateTimeField("changée le")

    objects = SchoolManager.from_queryset(DeliveryQuerySet)()

    class Meta:
        verbose_name = "envoi"
        indexes = [
            models.Index(
                "next_try_at", condition=Q(state__in=["created", "sending"]), name="delivery_unfinished"
            ),
            models.Index(
                "provider_reference", condition=~Q(provider_reference=""), name="delivery_of_provider"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["alert", "channel"],
                condition=Q(state__in=["created", "sending"]),
                name="one_delivery_on_its_way",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.pk}"


class DeliveryChange(SchoolOwned):
    """Each step of a delivery, appended: PostgreSQL refuses that one be changed or taken away."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="changes", verbose_name="envoi")
    state = models.CharField("état", max_length=12, choices=Delivery.State)
    detail = models.CharField("détail", max_length=120, blank=True)
    changed_at = models.DateTimeField("le")

    class Meta:
        verbose_name = "étape d’un envoi"
        verbose_name_plural = "étapes des envois"
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.get_state_display()


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
