"""Which alerts to list; what is written to families; what a school types of its gateways."""

from datetime import date

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from apps.accounts.school_admin import SchoolForm
from apps.gateways.api import OUR_NAMES, OUR_WORDS, may_reach, seal

from .models import SmsGateway
from .models.settings import validate_wording
from .rules import LONGEST, PLACES
from .selectors import Fate, Trouble

AT_ONCE = 200
LONGEST_ID = 18  # digits


class AlertsForm(forms.Form):
    """By pupil, fate and day; what cannot be read is left aside."""

    is_search = True

    FATES = [
        ("", "Toutes"),
        (Fate.WAITING.value, "À envoyer"),
        (Fate.LEFT.value, "Parties"),
        (Fate.FAILED.value, "En échec"),
        (Fate.CANCELLED.value, "Annulées"),
    ]

    q = forms.CharField(label="Nom de l’élève", required=False, max_length=80)
    etat = forms.ChoiceField(label="État", required=False, choices=FATES)
    jour = forms.DateField(
        label="Jour", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def read(self) -> dict:
        """The words, the fate and the day to look for."""
        self.is_valid()
        typed = self.cleaned_data
        fate = typed.get("etat")
        return {
            "words": typed.get("q", ""),
            "fate": Fate(fate) if fate else None,
            "on": typed.get("jour"),
        }


def read_ids(typed: QueryDict) -> list[int]:
    """The alerts that were ticked; what is no number is left aside."""
    ticked = typed.getlist("alerte")[:AT_ONCE]
    return [int(one) for one in ticked if one.isascii() and one.isdecimal() and len(one) < LONGEST_ID]


def read_month(typed: QueryDict, today: date) -> date:
    """The first day of the month in the address (2026-11); of this one when it cannot be read."""
    try:
        return date.fromisoformat(f"{typed.get('mois', '')}-01")
    except ValueError:
        return today.replace(day=1)


def read_number(typed: QueryDict) -> int:
    """The row of a number; 0 when it cannot be read."""
    one = typed.get("numero", "")
    return int(one) if one.isascii() and one.isdecimal() and len(one) < LONGEST_ID else 0


def read_trouble(typed: QueryDict) -> Trouble:
    """The list that the address asks for; the first when it cannot be read."""
    try:
        return Trouble(typed.get("liste", ""))
    except ValueError:
        return Trouble.UNKNOWN


class MailingForm(forms.Form):
    """What is written, and to which classes; no class ticked is every class."""

    text = forms.CharField(
        label="Message",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Jamais de note, de motif ni de sanction dans un SMS.",
    )
    classes = forms.MultipleChoiceField(
        label="Classes",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Aucune cochée : toutes les classes.",
    )

    def __init__(self, *args, groups: QuerySet, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.names = {str(group.pk): group.name for group in groups}
        self.fields["classes"].choices = list(self.names.items())

    @property
    def chosen(self) -> list[str]:
        return self.cleaned_data["classes"] or list(self.names)

    @property
    def group_ids(self) -> list[int]:
        return [int(pk) for pk in self.chosen]

    @property
    def audience(self) -> str:
        """In words."""
        if len(self.chosen) == len(self.names):
            return "toutes les classes"
        return ", ".join(self.names[pk] for pk in self.chosen)


class WordingForm(forms.Form):
    """The words of a kind of alert; empty for ours."""

    wording = forms.CharField(
        label="Modèle",
        required=False,
        max_length=320,
        validators=[validate_wording],
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Entre accolades : "
        + ", ".join(f"{{{name}}} {what}" for name, what in PLACES.items())
        + ". Un message qui regroupe plusieurs enfants garde les mots d’EduConnect.",
    )


TRANSLATIONS = {"names", "more", "auth", "id", "status", "reason", "words", "correlator"}
KEPT = "Laisser vide pour garder celui qui est enregistré : il n’est jamais montré."


class SmsGatewayForm(SchoolForm):
    """An operator's account. Secrets go in and are never shown again."""

    secret = forms.CharField(
        label="secret", required=False, max_length=200, help_text=KEPT, widget=forms.PasswordInput
    )
    signing_key = forms.CharField(
        label="clé de signature des accusés",
        required=False,
        max_length=200,
        help_text=f"Sans elle, aucun accusé d’un autre opérateur qu’Orange n’est cru. {KEPT}",
        widget=forms.PasswordInput,
    )

    class Meta:
        model = SmsGateway
        fields = [
            "rank", "kind", "is_active", "url", "status_url", "knows_references", "client_id", "sender",
            "sender_number", "price", "options",
        ]  # fmt: skip

    def clean_url(self) -> str:
        return self._reachable("url")

    def clean_status_url(self) -> str:
        return self._reachable("status_url")

    def _reachable(self, name: str) -> str:
        url = self.cleaned_data[name]
        if url and not may_reach(url):
            raise forms.ValidationError(
                "Cette adresse n’est pas permise : demandez à l’exploitant d’EduConnect de l’ajouter."
            )
        return url

    def clean_options(self) -> dict:
        options = self.cleaned_data["options"]
        if not isinstance(options, dict) or not options.keys() <= TRANSLATIONS:
            raise forms.ValidationError(f"Un objet JSON, avec : {', '.join(sorted(TRANSLATIONS))}.")
        texts = [options[name] for name in ("auth", "id", "status", "reason") if name in options]
        if not all(isinstance(text, str) and text.isprintable() for text in texts):
            raise forms.ValidationError("« auth », « id », « status » et « reason » sont des textes.")
        names, words = options.get("names", {}), options.get("words", {})
        if not isinstance(names, dict) or not names.keys() <= set(OUR_NAMES):
            raise forms.ValidationError(f"« names » traduit : {', '.join(OUR_NAMES)}.")
        if not isinstance(words, dict) or any(word not in OUR_WORDS for word in words.values()):
            raise forms.ValidationError(f"« words » donne l’un de : {', '.join(OUR_WORDS)}.")
        return options

    def clean(self) -> dict:
        typed = super().clean()
        wanted = ("client_id", "sender_number") if typed.get("kind") == SmsGateway.Kind.ORANGE else ("url",)
        for name in wanted:
            if name in typed and not typed[name]:
                self.add_error(name, "Cet opérateur le demande.")
        if not typed.get("secret") and not self.instance.sealed_secret:
            self.add_error("secret", "Le secret de l’opérateur est nécessaire.")
        return typed

    def save(self, commit: bool = True) -> SmsGateway:
        """What was typed of secrets, sealed; what was left empty stays."""
        for name in ("secret", "signing_key"):
            if typed := self.cleaned_data.get(name):
                setattr(self.instance, f"sealed_{name}", seal(typed))
        self.instance.subscribed_at = None
        return super().save(commit)
