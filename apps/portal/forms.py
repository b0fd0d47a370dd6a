"""A mobile number, and the code that was sent to it; classes that are absent as a whole."""

import re
from collections.abc import Iterable
from datetime import date, timedelta

from django import forms

from apps.attendance.api import Span, WholeClasses, default_slots
from apps.gateways.api import NotAPhone, is_mobile, read_phone


class PhoneForm(forms.Form):
    """A mobile of Côte d’Ivoire, as people write it; read in E.164."""

    phone = forms.CharField(
        label="Votre numéro de mobile",
        max_length=30,
        help_text="Dix chiffres, par exemple 07 07 12 34 56.",
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )

    def clean_phone(self) -> str:
        try:
            phone = read_phone(self.cleaned_data["phone"])
        except NotAPhone:
            raise forms.ValidationError(
                "Un numéro ivoirien de dix chiffres, qui commence par 01, 05 ou 07."
            ) from None
        if not is_mobile(phone):
            raise forms.ValidationError("Un numéro fixe ne reçoit pas de SMS : donnez un mobile.")
        return phone


class PhoneCodeForm(forms.Form):
    """Six digits."""

    code = forms.CharField(
        label="Code reçu par SMS",
        max_length=20,
        help_text="Six chiffres.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def clean_code(self) -> str:
        code = re.sub(r"\s", "", self.cleaned_data["code"])
        if not re.fullmatch(r"[0-9]{6}", code):
            raise forms.ValidationError("Le code a six chiffres.")
        return code


A_MONTH = timedelta(days=31)
JUSTIFIED, UNJUSTIFIED = "oui", "non"


class WholeClassesForm(forms.Form):
    """Which classes, when, why, and whether families are told. Hours that are not given are the whole day."""

    toutes = forms.BooleanField(label="Toutes les classes", required=False)
    classes = forms.MultipleChoiceField(
        label="Ou quelques classes", widget=forms.CheckboxSelectMultiple, required=False
    )
    jour = forms.DateField(label="Jour", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    de = forms.TimeField(
        label="De",
        required=False,
        help_text="Vide\u202f: toute la journée.",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    a = forms.TimeField(
        label="À", required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    motif = forms.ChoiceField(label="Motif", error_messages={"required": "Choisissez un motif."})
    precision = forms.CharField(label="Précision", required=False, max_length=120)
    justifiee = forms.ChoiceField(
        label="Ces absences sont",
        widget=forms.RadioSelect,
        choices=[(JUSTIFIED, "Justifiées"), (UNJUSTIFIED, "À justifier par les familles")],
        error_messages={"required": "Dites si elles sont justifiées."},
    )
    prevenir = forms.BooleanField(
        label="Prévenir les familles",
        required=False,
        help_text="Une alerte par responsable, comme pour toute absence. Le coût est montré avant.",
    )

    def __init__(self, *args, groups: Iterable, reasons: Iterable, today: date, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.names = {str(group.pk): group.name for group in groups}
        self.reasons = {str(reason.pk): reason for reason in reasons}
        self.fields["classes"].choices = list(self.names.items())
        self.fields["motif"].choices = [
            ("", "Choisissez"),
            *((pk, reason.label) for pk, reason in self.reasons.items()),
        ]

    def clean_classes(self) -> list[str]:
        chosen = list(self.names) if self.cleaned_data["toutes"] else self.cleaned_data["classes"]
        if not chosen:
            raise forms.ValidationError("Cochez au moins une classe.")
        return chosen

    def clean_jour(self) -> date:
        day = self.cleaned_data["jour"]
        if day > self.today:
            raise forms.ValidationError("Ce jour n’est pas encore venu.")
        if self.today - day > A_MONTH:
            raise forms.ValidationError("Un mois en arrière au plus.")
        return day

    def clean_precision(self) -> str:
        return " ".join(self.cleaned_data["precision"].split())

    def clean(self) -> dict:
        typed, day = self.cleaned_data, default_slots()
        begins = typed.get("de") or day[0].starts_at
        ends = typed.get("a") or day[-1].ends_at
        if ends <= begins:
            self.add_error("a" if typed.get("a") else "de", "La fin vient après le début.")
        elif "justifiee" in typed and typed["justifiee"] == JUSTIFIED and typed.get("prevenir"):
            self.add_error(
                "prevenir",
                "Une absence justifiée n’alerte personne\u202f: écrivez plutôt aux familles, page Alertes.",
            )
        else:
            typed = typed | {"hours": Span(begins, ends)}
        return typed

    @property
    def what(self) -> WholeClasses:
        """What is to be written, once all of it is right."""
        typed = self.cleaned_data
        chosen = typed["classes"]
        return WholeClasses(
            group_ids=tuple(int(pk) for pk in chosen),
            audience="Toutes les classes"
            if len(chosen) == len(self.names)
            else ", ".join(self.names[pk] for pk in chosen),
            held_on=typed["jour"],
            hours=typed["hours"],
            reason=self.reasons[typed["motif"]],
            line=typed["precision"],
            is_justified=typed["justifiee"] == JUSTIFIED,
            tells_families=typed["prevenir"],
        )

    def hidden(self) -> Iterable[tuple[str, str]]:
        """What was typed, to be sent again once it is confirmed."""
        for name in self.fields:
            for value in self.data.getlist(name):
                yield name, value
