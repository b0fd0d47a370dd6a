"""How a school warns its families: delays, hours, money, and a rule for each kind of fact."""

from datetime import time, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models

from apps.core.history import keep_history
from apps.core.tenancy import SchoolOwned
from apps.notifications.rules import NotAWording, check_wording

from .alerts import Alert, Delivery


def validate_wording(text: str) -> None:
    """Only the words in braces that exist."""
    try:
        check_wording(text)
    except NotAWording as trouble:
        raise ValidationError(str(trouble)) from None


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

    sms_price = models.PositiveSmallIntegerField(
        "prix d’un SMS (francs)",
        default=15,
        help_text="Celui de la passerelle d’EduConnect ; une passerelle de l’école a le sien.",
    )
    budget = models.PositiveIntegerField(
        "budget SMS du mois (francs)",
        null=True,
        blank=True,
        help_text="Averti à 80 %. Une fois épuisé, rien ne part et vie scolaire voit la liste. Vide : aucun.",
    )
    quiet_from = models.TimeField("silence à partir de", default=time(20))
    quiet_until = models.TimeField("silence jusqu’à", default=time(6, 30))
    digest_minutes = models.PositiveSmallIntegerField(
        "regroupement (minutes)",
        default=5,
        validators=[MaxValueValidator(60)],
        help_text="Plusieurs enfants d’une famille à alerter dans ce délai font un seul message. 0 : jamais.",
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

    @property
    def digest(self) -> timedelta:
        return timedelta(minutes=self.digest_minutes)


@keep_history()
class AlertRule(SchoolOwned):
    """Of one kind of fact: whether families are told, whom, in which words, and by which channels (rungs).

    What is told can always be read on the portal: the rungs are what comes after, when nobody has read it.
    """

    class Audience(models.TextChoices):
        ALL = "all", "tous les responsables qui reçoivent les alertes"
        FIRST = "first", "le premier qui a un mobile"

    kind = models.CharField("fait", max_length=12, choices=Alert.Kind)
    is_on = models.BooleanField("alerte", default=True)
    audience = models.CharField("qui", max_length=8, choices=Audience, default=Audience.ALL)
    ignores_quiet = models.BooleanField("même pendant le silence", default=False)
    wording = models.CharField(
        "modèle",
        max_length=320,
        blank=True,
        validators=[validate_wording],
        help_text="Vide : les mots d’EduConnect, raccourcis pour tenir en un SMS. Un message qui regroupe"
        " plusieurs enfants garde les mots d’EduConnect.",
    )

    class Meta:
        verbose_name = "règle d’alerte"
        verbose_name_plural = "règles d’alerte"
        constraints = [models.UniqueConstraint(fields=["school", "kind"], name="one_rule_per_kind")]

    def __str__(self) -> str:
        return self.get_kind_display().capitalize()


@keep_history()
class Rung(SchoolOwned):
    """A channel of a rule, in its place: tried when what came before was not confirmed in so many minutes."""

    rule = models.ForeignKey(AlertRule, models.CASCADE, related_name="rungs", verbose_name="règle")
    position = models.PositiveSmallIntegerField("ordre", default=1)
    channel = models.CharField("voie", max_length=10, choices=Delivery.Channel)
    after_minutes = models.PositiveSmallIntegerField(
        "si rien n’est confirmé en (minutes)", default=0, validators=[MaxValueValidator(180)]
    )

    class Meta:
        verbose_name = "voie"
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["rule", "channel"], name="a_channel_once_per_rule")]

    def __str__(self) -> str:
        return self.get_channel_display()
