"""Why a pupil was absent, or is going to be, as it is typed; and what vie scolaire answers."""

from collections.abc import Iterable
from datetime import timedelta

from django import forms

from apps.attendance.models import HEAVIEST_PHOTO, AbsenceReason
from apps.attendance.rules import Period
from apps.attendance.rules.photos import HEAVIEST_SENT, WIDEST, NotAPhoto, clean_photo

from .days import DaysForm, time_field


class ReasonChoice(forms.TypedChoiceField):
    """One of the school's list, as its row."""

    def __init__(self, **kwargs) -> None:
        self.known: dict[str, AbsenceReason] = {}
        super().__init__(coerce=lambda pk: self.known[pk], empty_value=None, **kwargs)

    def offer(self, reasons: Iterable[AbsenceReason]) -> None:
        self.known = {str(one.pk): one for one in reasons}
        self.choices = [("", "Choisissez"), *((pk, one.label) for pk, one in self.known.items())]

    def __deepcopy__(self, memo: dict) -> "ReasonChoice":
        copied = super().__deepcopy__(memo)
        copied.coerce = lambda pk: copied.known[pk]
        return copied


class JustifyForm(DaysForm):
    """For when, why, a line, a photo."""

    longest = timedelta(days=60)
    is_too_long = "Deux mois au plus à la fois."

    motif = ReasonChoice(label="Motif", error_messages={"required": "Choisissez un motif."})
    precision = forms.CharField(label="Précision", required=False, max_length=120)
    photo = forms.FileField(
        label="Photo du certificat",
        required=False,
        help_text="Bien à plat, lisible. Seules votre famille et la vie scolaire la voient.",
        widget=forms.FileInput(attrs={"accept": "image/*", "data-edu-photo": WIDEST}),
        error_messages={"empty": "Cette photo est vide\u202f: reprenez-la."},
    )
    de = time_field("À partir de", help_text="Le premier jour.")
    a = time_field("Jusqu’à", help_text="Le dernier jour.")

    def __init__(self, *args, reasons: Iterable[AbsenceReason], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["motif"].offer(reasons)

    def clean_precision(self) -> str:
        return " ".join(self.cleaned_data["precision"].split())

    def clean_photo(self) -> bytes | None:
        sent = self.cleaned_data["photo"]
        if sent is None:
            return None
        if sent.size > HEAVIEST_SENT:
            raise forms.ValidationError("5 Mo au plus\u202f: prenez la photo de moins près, ou réduisez-la.")
        try:
            return clean_photo(sent.read(HEAVIEST_SENT + 1), heaviest=HEAVIEST_PHOTO)
        except NotAPhoto as trouble:
            raise forms.ValidationError(str(trouble)) from None

    def clean(self) -> dict:
        typed = super().clean()
        begins, ends = typed.get("de"), typed.get("a")
        if typed.get("du") == typed["au"] and begins and ends and ends <= begins:
            self.add_error("a", "La fin vient après le début.")
        if self.errors and typed.get("photo"):  # a browser sends no file again by itself
            self.add_error("photo", "Le reste est à revoir : choisissez la photo de nouveau.")
        return typed

    @property
    def period(self) -> Period:
        typed = self.cleaned_data
        return Period(typed["du"], typed["au"], typed.get("de"), typed.get("a"))

    @property
    def when_is_wrong(self) -> bool:
        """Whether an error stands beside the days or the hours."""
        return any(name in self.errors for name in ("du", "au", "de", "a"))


class JustificationsForm(forms.Form):
    """Which to list. What cannot be read is left aside: those that wait are shown."""

    is_search = True

    STATES = [
        ("", "En attente"),
        ("accepted", "Acceptés"),
        ("refused", "Refusés"),
        ("all", "Tous"),
    ]

    q = forms.CharField(label="Nom de l’élève", required=False, max_length=80)
    etat = forms.ChoiceField(label="État", required=False, choices=STATES)

    def read(self) -> dict:
        """The words and the state to look for."""
        self.is_valid()
        return {"words": self.cleaned_data.get("q", ""), "state": self.cleaned_data.get("etat", "")}


class DecisionForm(forms.Form):
    """Vie scolaire accepts, or refuses and says why."""

    seen = forms.CharField(max_length=9, widget=forms.HiddenInput)
    answer = forms.CharField(
        label="Pourquoi", required=False, max_length=200, help_text="La famille le lira."
    )

    def clean_answer(self) -> str:
        answer = " ".join(self.cleaned_data["answer"].split())
        if self.data.get("act") == "refuse" and not answer:
            raise forms.ValidationError("Dites à la famille pourquoi.")
        return answer
