"""What the office types about classes."""

from collections.abc import Callable
from typing import Any

from django import forms

from apps.accounts.school_admin import SchoolForm
from apps.people.forms import StudentForm

from . import rules, services
from .models import Enrolment, GradingScheme
from .selectors import level_codes


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


class LinesField(forms.CharField):
    """What JSON keeps as rows, typed as lines of text."""

    def __init__(self, *, read: Callable, rows_of: Callable, write: Callable, **kwargs: Any) -> None:
        super().__init__(required=False, strip=True, **kwargs)
        self.read, self.rows_of, self.write = read, rows_of, write

    def prepare_value(self, value: Any) -> Any:
        return self.write(self.rows_of(value)) if isinstance(value, list) else value

    def clean(self, value: str) -> list[dict]:
        try:
            return rules.plain(self.read(super().clean(value)))
        except rules.NotALine as trouble:
            raise forms.ValidationError(str(trouble)) from None

    def has_changed(self, initial: list, data: str) -> bool:
        return (data or "").splitlines() != self.prepare_value(initial or []).splitlines()


def _lines(label: str, kind: str, rows: int, help_text: str) -> LinesField:
    read, write = getattr(rules, f"read_{kind}"), getattr(rules, f"write_{kind}")
    area = forms.Textarea(attrs={"rows": rows, "cols": 90})
    of = getattr(rules, f"{kind}_of")
    return LinesField(read=read, rows_of=of, write=write, label=label, help_text=help_text, widget=area)


class GradingSchemeForm(SchoolForm):
    """The rules of grading of a cycle. What is typed makes its next version."""

    zero_codes = forms.MultipleChoiceField(
        label="Comptent zéro",
        choices=GradingScheme.Code,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=GradingScheme._meta.get_field("zero_codes").help_text,
    )
    words = _lines(
        "Selon la moyenne", "words", 8, "Une par ligne : à partir de quelle moyenne, puis le mot. « 14 Bien »"
    )
    conduct_words = _lines("De la conduite", "words", 7, "De même, selon la note de conduite.")
    rubrics = _lines(
        "Rubriques",
        "rubrics",
        5,
        "Une par ligne, avec ses points et ce qui les enlève : « Assiduité /6 : 0,5 par heure non justifiée,"
        " tout dès 10 ». Pour un modèle par points, une seule ligne : « Conduite /20 : 1 par bavardage ;"
        " 5 par insolence ; 1 toutes les 3 heures non justifiées ». Ces heures viennent de l’appel.",
    )
    decisions = _lines(
        "Proposées au conseil",
        "decisions",
        6,
        "Une règle par ligne, avec ses niveaux : « 6e, 5e : 10 admis ; 9,5 conseil ; 8,5 redouble ; 0 exclu »"
        " ou « redoublants de 6e, 5e : 10 admis ; 0 exclu ». Un niveau sans règle n’a pas de proposition.",
    )

    def clean_zero_codes(self) -> list[str]:
        return sorted(self.cleaned_data["zero_codes"])

    def clean_decisions(self) -> list[dict]:
        typed, known = self.cleaned_data["decisions"], level_codes(self.instance.cycle)
        unknown = sorted(_levels_in(typed) - _levels_in(self.initial["decisions"]) - set(known))
        if unknown:
            raise forms.ValidationError(
                f"Pas de niveau « {unknown[0]} » dans ce cycle : {', '.join(known) or 'aucun niveau'}."
            )
        return typed

    def clean(self) -> dict:
        typed = super().clean()
        current = services.scheme_of(self.instance.year, self.instance.cycle)
        if current.pk != self.instance.pk:
            self.add_error(
                None,
                f"La version {current.version} vient d’être enregistrée : rouvrez la page pour en partir.",
            )
        return typed


def _levels_in(decisions: list[dict]) -> set[str]:
    return {level for rule in decisions for level in rule["levels"]}
