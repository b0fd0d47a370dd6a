"""What vie scolaire types about absences."""

from datetime import date

from django import forms


class AbsencesForm(forms.Form):
    """Which absences to list. What cannot be read is left aside: the day's are shown."""

    STATES = [
        ("", "Toutes"),
        ("unjustified", "À justifier"),
        ("justified", "Justifiées"),
        ("cancelled", "Annulées"),
    ]

    du = forms.DateField(
        label="Du", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    au = forms.DateField(
        label="Au", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    q = forms.CharField(label="Nom de l’élève", required=False, max_length=80)
    etat = forms.ChoiceField(label="État", required=False, choices=STATES)

    def read(self, today: date) -> dict:
        """The days, words and state to look for."""
        self.is_valid()
        wanted = self.cleaned_data
        last = wanted.get("au") or max(today, wanted.get("du") or today)
        first = min(wanted.get("du") or min(today, last), last)
        return {"first": first, "last": last, "words": wanted.get("q", ""), "state": wanted.get("etat", "")}


class AbsenceForm(forms.Form):
    """Vie scolaire's decision about one absence."""

    reason = forms.CharField(
        label="Motif",
        required=False,
        max_length=120,
        help_text="Écrit pour la vie scolaire et la famille. Jamais dans un SMS.",
    )

    def clean_reason(self) -> str:
        reason = self.cleaned_data["reason"].strip()
        if self.data.get("act") == "justify" and not reason:
            raise forms.ValidationError("Écrivez le motif.")
        return reason
