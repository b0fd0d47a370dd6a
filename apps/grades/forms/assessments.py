"""What a teacher says of an assessment, copies of one, and when families may read it."""

from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import capfirst

from apps.classes.models import Term
from apps.grades.models import Assessment
from apps.grades.rules import french
from apps.grades.selectors import Copies, Offered
from apps.grades.services import Column

KINDS = {kind.value: capfirst(kind.label) for kind in Assessment.Kind}
IS_TAKEN = "Ce cours a déjà une évaluation de ce nom dans la période."
IS_BUSY = "Ce jour est déjà pris : changez-le, ou enregistrez de nouveau pour le garder."


class DateInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class NumberField(forms.DecimalField):
    """Shown as one would type it: 10, not 10,00."""

    def prepare_value(self, value: Any) -> Any:
        return french(value) if isinstance(value, Decimal) else value


def _decimal(label: str, low: str, high: str, **kwargs: Any) -> NumberField:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    bounds = f"Un nombre de {low} à {high}."
    return NumberField(
        label=label,
        min_value=Decimal(low),
        max_value=Decimal(high),
        max_digits=5,
        decimal_places=2,
        localize=True,
        widget=widget,
        error_messages={"min_value": bounds, "max_value": bounds},
        **kwargs,
    )


class AssessmentForm(forms.Form):
    """What a teacher says of an assessment."""

    SCALES = (5, 10, 20, 40, 60)  # offered; any other can be typed
    COUNTS = {
        Assessment.Counts.ALWAYS: "Toujours",
        Assessment.Counts.BONUS: "En bonus",
        Assessment.Counts.IF_BETTER: "Si elle améliore la moyenne",
    }

    title = forms.CharField(label="Intitulé", max_length=60)
    kind = forms.ChoiceField(label="Nature", choices=KINDS, initial=Assessment.Kind.TEST)
    held_on = forms.DateField(label="Date", widget=DateInput())
    out_of = _decimal("Barème", "1", "200", initial=Decimal(20), help_text="Les notes vont de 0 à ce nombre.")
    coefficient = _decimal("Coefficient", "0", "20", initial=Decimal(1), help_text="0 : ne compte pas.")
    counts = forms.ChoiceField(
        label="Compte dans la moyenne",
        choices=COUNTS,
        initial=Assessment.Counts.ALWAYS,
        help_text="Un bonus ajoute ce qui dépasse la moitié. En bonus ou si elle améliore, elle ne fait"
        " jamais baisser ; seule, elle ne suffit pas.",
    )
    part_id = forms.TypedChoiceField(
        label="Sous-discipline",
        required=False,
        coerce=int,
        empty_value=None,
        help_text="Ses notes font la moyenne de la sous-discipline, qui fait celle de la matière.",
    )
    category = forms.CharField(
        label="Catégorie",
        max_length=30,
        required=False,
        help_text="Un mot à vous, pour retrouver vos évaluations.",
    )

    def __init__(self, *args: Any, term: Term, offered: Offered, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.term = term
        self.offered = offered
        parts = [(part.subject_id, part.name) for part in offered.parts]
        self.fields["part_id"].choices = [("", "Aucune"), *parts]
        if not parts:
            del self.fields["part_id"]
        for name, listed in (("out_of", "baremes"), ("category", "categories")):
            self.fields[name].widget.attrs["list"] = listed

    def clean_held_on(self) -> date:
        """Within its term, whose average it makes."""
        held_on: date = self.cleaned_data["held_on"]
        if not self.term.starts_on <= held_on <= self.term.ends_on:
            bounds = f"du {self.term.starts_on:%d/%m/%Y} au {self.term.ends_on:%d/%m/%Y}"
            raise forms.ValidationError(f"{self.term.name} va {bounds}.")
        return held_on

    def clean_category(self) -> str:
        """One category is written in one way."""
        typed: str = self.cleaned_data["category"]
        return next((one for one in self.offered.categories if one.lower() == typed.lower()), typed)

    @property
    def day(self) -> date | None:
        """The day that stands in its field, if it is one."""
        with suppress(forms.ValidationError):
            return self.fields["held_on"].clean(self["held_on"].value())
        return None

    @property
    def column(self) -> Column:
        said = {name: self.cleaned_data[name] for name in Column.__dataclass_fields__ if name in self.fields}
        return Column(**said)


class CopyForm(forms.Form):
    """Which assessments of another class."""

    chosen = forms.TypedMultipleChoiceField(
        label="Évaluations à reprendre",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins une évaluation."},
    )

    def __init__(self, *args: Any, copies: Copies, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.copies = copies
        self.fields["chosen"].choices = [(one.pk, self._words(one)) for one in copies.assessments]

    def _words(self, one: Assessment) -> str:
        about = f"{one.title}, {one.get_kind_display()} du {one.held_on:%d/%m}, sur {french(one.out_of)}"
        return f"{about} (ce cours l’a déjà)" if one.title in self.copies.here else about

    @property
    def assessments(self) -> list[Assessment]:
        """In the order of their dates."""
        return [one for one in reversed(self.copies.assessments) if one.pk in self.cleaned_data["chosen"]]


class PublicationForm(forms.Form):
    """When families may read it."""

    NOW, ON, LATER, NEVER = "now", "on", "later", "never"
    CHOICES = {
        NOW: "Maintenant",
        ON: "Le matin du jour choisi, à 7 h",
        LATER: "Pas encore",
        NEVER: "Jamais : elle reste à l’école",
    }

    when = forms.ChoiceField(
        label="Les familles peuvent la lire",
        choices=CHOICES,
        widget=forms.RadioSelect,
        initial=LATER,
        help_text="Tant qu’une évaluation n’est pas publiée, elle compte dans les moyennes que voit l’école,"
        " pas dans celles que lisent les familles.",
    )
    publish_on = forms.DateField(label="Jour choisi", required=False, widget=DateInput())

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)

    def clean(self) -> dict:
        said = super().clean()
        if said.get("when") == self.ON and "publish_on" not in self.errors:
            publish_on = said.get("publish_on")
            if not publish_on:
                self.add_error("publish_on", "Choisissez le jour.")
            elif publish_on <= self.today:
                self.add_error("publish_on", "Choisissez un jour à venir, ou publiez maintenant.")
        return said

    @property
    def is_now(self) -> bool:
        return self.cleaned_data["when"] == self.NOW

    @property
    def is_never(self) -> bool:
        return self.cleaned_data["when"] == self.NEVER

    @property
    def day(self) -> date | None:
        return self.cleaned_data["publish_on"] if self.cleaned_data["when"] == self.ON else None
