"""Which alerts to list."""

from django import forms
from django.http import QueryDict

from .selectors import Fate

AT_ONCE = 200
LONGEST_ID = 18  # digits


class AlertsForm(forms.Form):
    """By pupil and by fate; what cannot be read is left aside."""

    FATES = [
        ("", "Toutes"),
        (Fate.WAITING.value, "À envoyer"),
        (Fate.LEFT.value, "Parties"),
        (Fate.FAILED.value, "En échec"),
        (Fate.CANCELLED.value, "Annulées"),
    ]

    q = forms.CharField(label="Nom de l’élève", required=False, max_length=80)
    etat = forms.ChoiceField(label="État", required=False, choices=FATES)

    def read(self) -> dict:
        """The words and the fate to look for."""
        self.is_valid()
        fate = self.cleaned_data.get("etat")
        return {"words": self.cleaned_data.get("q", ""), "fate": Fate(fate) if fate else None}


def read_ids(typed: QueryDict) -> list[int]:
    """The alerts that were ticked; what is no number is left aside."""
    ticked = typed.getlist("alerte")[:AT_ONCE]
    return [int(one) for one in ticked if one.isascii() and one.isdecimal() and len(one) < LONGEST_ID]
