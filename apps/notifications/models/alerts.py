"""Alerts, the deliveries that carry them, the steps of each."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Count, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.timezone import make_aware

from apps.core.history import keep_history
from apps.core.tenancy import SchoolManager, SchoolOwned, SchoolQuerySet
from apps.notifications.rules import FAILED


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
    def of_day(self, on: date) -> Self:
        """Created that day, where the schools are."""
        begins = make_aware(datetime.combine(on, time.min))
        return self.filter(created_at__gte=begins, created_at__lt=begins + timedelta(days=1))

    def due(self, now: datetime) -> Self:
        """To be told."""
        return self.filter(state=Alert.State.WAITING, due_at__lte=now)

    def climbing(self, now: datetime) -> Self:
        """To be told by the next channel, unless it is known by now."""
        return self.filter(climbs_at__lte=now)

    def with_their_families(self, ids: Iterable[int]) -> Self:
        """These, and those that they speak for: a message goes again whole."""
        return self.filter(Q(pk__in=list(ids)) | Q(lead__in=list(ids)))

    def with_its_latest(self) -> Self:
        """Each alert with `latest`: the state of the last delivery made for it, or its digest; or None."""
        deliveries = Delivery.objects.filter(alert=OuterRef("teller")).order_by("-pk")
        rows = self.annotate(teller=Coalesce(F("lead"), F("pk")))
        return rows.annotate(latest=Subquery(deliveries.values("state")[:1]))

    def failed(self) -> Self:
        """What never reached its guardian, and is not on its way."""
        fell = Q(state=Alert.State.SENT, latest__in=[*FAILED])
        return self.with_its_latest().filter(fell | Q(state=Alert.State.UNSENT))


@keep_history()
class Alert(SchoolOwned):
    """Something to tell a guardian, once: the row is the truth, whatever becomes of queues."""

    class Kind(models.TextChoices):
        ABSENCE = "absence", "absence"
        LATE = "late", "retard"
        CORRECTION = "correction", "correction"
        MAILING = "mailing", "message aux familles"
        BULLETIN = "bulletin", "bulletin publié"

    class State(models.TextChoices):
        WAITING = "waiting", "en attente"
        SENT = "sent", "confiée à l’envoi"
        ONLINE = "online", "à lire sur le portail"
        UNSENT = "unsent", "non partie"
        CANCELLED = "cancelled", "annulée"

    class Why(models.TextChoices):
        NO_GUARDIAN = "no_guardian", "aucun responsable à prévenir"
        NO_MOBILE = "no_mobile", "aucun mobile dans la fiche"
        NO_EMAIL = "no_email", "aucun courriel dans la fiche"
        SMS_OFF = "sms_off", "l’école n’envoie pas de SMS"
        TOO_LATE = "too_late", "plus de quatre heures de retard"
        SAME_NUMBER = "same_number", "déjà dit au même numéro"
        NOT_TRUE = "not_true", "l’absence a été corrigée ou justifiée"
        IN_DOUBT = "in_doubt", "peut-être reçue"
        CAP_NUMBER = "cap_number", "trop de SMS à ce numéro aujourd’hui"
        CAP_SCHOOL = "cap_school", "plafond du jour de l’école atteint"
        CAP_PLATFORM = "cap_platform", "plafond du jour d’EduConnect atteint"
        BROKEN = "broken", "erreur d’EduConnect : à renvoyer"
        BUDGET = "budget", "budget SMS du mois épuisé"
        BAD_NUMBER = "bad_number", "numéro inconnu de l’opérateur"
        RULE_OFF = "rule_off", "l’école n’alerte pas de ce fait"
        WITHDRAWN = "withdrawn", "le bulletin n’est plus publié"

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
    lead = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="dite avec"
    )
    rung = models.PositiveSmallIntegerField("voies essayées", default=0)
    climbs_at = models.DateTimeField("voie suivante le", null=True, blank=True)
    read_at = models.DateTimeField("lue le", null=True, blank=True)
    due_at = models.DateTimeField("à partir de")
    created_at = models.DateTimeField("créée le")

    objects = SchoolManager.from_queryset(AlertQuerySet)()

    class Meta:
        verbose_name = "alerte"
        indexes = [
            models.Index("climbs_at", condition=~Q(climbs_at=None), name="alert_climbing"),
            models.Index(fields=["guardian", "-created_at"], name="alert_of_guardian"),
            models.Index("is_bulk", "due_at", condition=Q(state="waiting"), name="alert_to_tell"),
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
        """Of the absence that it tells of or corrects, of the mailing that it belongs to, of the class term
        whose bulletin it announces."""
        return int(self.key.split(":")[1])


class DeliveryQuerySet(SchoolQuerySet):
    def unfinished(self, now: datetime) -> Self:
        """To be sent, or tried again now, by whoever takes the lease."""
        lapsed = Q(leased_until=None) | Q(leased_until__lte=now)
        return self.filter(
            Q(state=Delivery.State.CREATED) | Q(lapsed, state=Delivery.State.SENDING, next_try_at__lte=now)
        )

    def missed(self, times: int) -> Self:
        """Each number that did not receive its last so many SMS, of those whose fate is known: as values."""
        received = Delivery.objects.filter(recipient=OuterRef("recipient"), state=Delivery.State.DELIVERED)
        last = Subquery(received.order_by("-pk").values("pk")[:1])
        lost = self.filter(
            channel=Delivery.Channel.SMS, state=Delivery.State.UNDELIVERED, pk__gt=Coalesce(last, 0)
        )
        by_number = lost.values("recipient").annotate(misses=Count("pk"), last_at=Max("updated_at"))
        return by_number.filter(misses__gte=times)


class Delivery(SchoolOwned):
    """An alert on its way by one channel. States only move forward (rules.py)."""

    class Channel(models.TextChoices):
        SMS = "sms", "SMS"
        EMAIL = "email", "courriel"

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
    recipient = models.CharField("destinataire", max_length=254)
    text = models.CharField("texte", max_length=480)
    segments = models.PositiveSmallIntegerField("segments", default=1)
    cost = models.PositiveIntegerField("coût (francs)", default=0)
    charged_to = models.DateField("compté en", null=True, blank=True)  # the first day of that month
    is_bulk = models.BooleanField("envoi en nombre", default=False)
    state = models.CharField("état", max_length=12, choices=State, default=State.CREATED)
    detail = models.CharField("détail", max_length=120, blank=True)
    gateway = models.ForeignKey(
        "notifications.SmsGateway",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="passerelle",
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
                "is_bulk",
                "nudged_until",
                condition=Q(state__in=["created", "sending"]),
                name="delivery_nudge",
            ),
            models.Index(
                fields=["school", "state", "recipient", "id"],
                condition=Q(state__in=["delivered", "undelivered"]),
                name="delivery_known_fate",
            ),
            models.Index(
                "recipient", condition=Q(state="expired", in_doubt=True), name="delivery_given_up_in_doubt"
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
