"""What vie scolaire types about absences."""

from collections.abc import Iterable
from datetime import date

from django import forms

from apps.attendance.models import Absence, AbsenceReason

from .days import day_field
from .justifications import ReasonChoice


class AbsencesForm(forms.Form):
    """Which absences to list. What cannot be read is left aside: the day's are shown."""

    is_search = True

    STATES = [
        ("", "Toutes"),
        ("unjustified", "À justifier"),
        ("justified", "Justifiées"),
        ("cancelled", "Annulées"),
    ]

    du = day_field("Du", required=False)
    au = day_field("Au", required=False)
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

    listed = ReasonChoice(label="Motif", required=False)
    reason = forms.CharField(
        label="Précision",
        required=False,
        max_length=120,
        help_text="Écrite pour la vie scolaire et la famille. Jamais dans un SMS.",
    )

    def __init__(self, *args, reasons: Iterable[AbsenceReason], absence: Absence, **kwargs) -> None:
        listed = absence.listed_reason_id
        super().__init__(*args, initial={"listed": listed, "reason": line_of(absence)}, **kwargs)
        self.fields["listed"].offer(reasons)

    def clean_reason(self) -> str:
        return " ".join(self.cleaned_data["reason"].split())

    def clean(self) -> dict:
        typed = self.cleaned_data
        nothing = not typed.get("listed") and not typed.get("reason")
        if self.data.get("act") == "justify" and nothing and not self.errors:
            self.add_error("listed", "Choisissez un motif, ou écrivez-le.")
        return typed


def line_of(absence: Absence) -> str:
    """What was written beside its listed reason."""
    if not absence.listed_reason_id:
        return absence.reason
    _, _, line = absence.reason.partition("\u202f: ")
    return line
