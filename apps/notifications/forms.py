"""Which alerts to list."""

from django import forms

from .selectors import Fate


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
