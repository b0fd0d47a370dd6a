"""Which register, of which days, vie scolaire asks for."""

from collections.abc import Iterable
from datetime import date

from django import forms

from apps.attendance.selectors import MONTH, TERM, WEEK, YEAR
from apps.classes.models import ClassGroup
from apps.core.sheets import KINDS

from .days import day_field

LENGTHS = [(WEEK, "Semaine"), (MONTH, "Mois"), (TERM, "Période"), (YEAR, "Année")]


class RegisterForm(forms.Form):
    """A class, a length of time, a day of it. What cannot be read is left aside."""

    classe = forms.TypedChoiceField(label="Classe", coerce=int, empty_value=None)
    duree = forms.ChoiceField(label="Durée", choices=LENGTHS)
    jour = day_field("Jour")

    def __init__(
        self,
        *args,
        classes: Iterable[ClassGroup],
        every_class: bool = False,
        **kwargs,
    ) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)
        groups = [(one.pk, one.name) for one in classes]
        self.fields["classe"].choices = [("", "Toutes"), *groups] if every_class else groups

    def clean_jour(self) -> date | None:
        """Near enough for the days around it to be dates too."""
        day = self.cleaned_data["jour"]
        return day if day and 1900 < day.year < 2200 else None

    def read(self, today: date, default: str = WEEK) -> dict:
        """The class's id or None, the length, the day."""
        self.is_valid()
        wanted = self.cleaned_data
        return {
            "classe": wanted.get("classe"),
            "duree": wanted.get("duree") or default,
            "jour": wanted.get("jour") or today,
        }


class ExportForm(forms.Form):
    """In which kind of file: XLSX unless said otherwise."""

    format = forms.ChoiceField(required=False, choices=[(kind, kind) for kind in KINDS])
