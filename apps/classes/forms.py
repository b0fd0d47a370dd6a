"""What the office types about classes."""

from django import forms

from apps.accounts.school_admin import SchoolForm
from apps.people.forms import StudentForm

from .models import ClassTerm, Enrolment


class PlacedStudentForm(StudentForm):
    """A pupil, and the class she is in: another one here is a transfer, from the day beside it.

    The admin gives `present`, today's enrolment if there is one.
    """

    present: Enrolment | None = None

    in_class = forms.ModelChoiceField(label="Classe", queryset=None, required=False)
    in_class_since = forms.DateField(label="Depuis le", required=False)
    leaves_on = forms.DateField(
        label="Quitte l’école le",
        required=False,
        help_text="Son dernier jour : ses notes et ses absences restent, elle n’est plus sur les listes.",
    )

    def clean(self) -> dict:
        typed = super().clean()
        chosen, since, leaves_on = (typed.get(name) for name in ("in_class", "in_class_since", "leaves_on"))
        if self.moves and not since:
            self.add_error("in_class_since", "Donnez le premier jour dans cette classe.")
        if self.present and not chosen:
            self.add_error("in_class", "Pour un départ, donnez le dernier jour ci-dessous.")
        if self.present and self.moves and since and since <= self.present.since:
            self.add_error(
                "in_class_since",
                f"Après le {self.present.since:%d/%m/%Y}, entrée en {self.present.class_group}.",
            )
        if leaves_on and (self.moves or not self.present or leaves_on < self.present.since):
            self.add_error("leaves_on", "Ce jour-là, cet élève n’est pas dans la classe ci-dessus.")
        return typed

    @property
    def moves(self) -> bool:
        """Whether another class than the present one was chosen."""
        chosen = self.cleaned_data.get("in_class")
        return bool(chosen) and (self.present is None or self.present.class_group_id != chosen.pk)


class ClassGroupForm(SchoolForm):
    """A class of a year, cut as that year is."""

    def clean(self) -> dict:
        typed = super().clean()
        if typed.get("year") and typed.get("calendar") and typed["calendar"].year_id != typed["year"].pk:
            self.add_error("calendar", "Ce calendrier est celui d’une autre année.")
        return typed


class ReckoningForm(forms.Form):
    """How averages are made."""

    scheme = forms.ChoiceField(
        label="Une moyenne se calcule", choices=ClassTerm.Scheme, widget=forms.RadioSelect
    )
    zero_codes = forms.MultipleChoiceField(
        label="Comptent zéro",
        choices=ClassTerm.Code,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Un code qui n’est pas coché ne compte pas. Un élève dispensé de toutes les évaluations"
        " d’une matière n’y a jamais de moyenne.",
    )
