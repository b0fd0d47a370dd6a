"""What teachers type, read into domain values; what is wrong, said in French beside it."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from apps.classes.models import Term

from .models import Assessment
from .rules import MarkValue, NotAMark, Reason, french, read_mark, write_mark
from .selectors import Change, Copies, Gradebook, MarkSheet, Offered, Pupil
from .services import Column, Saved

KINDS = {kind.value: capfirst(kind.label) for kind in Assessment.Kind}
IS_TAKEN = "Ce cours a déjà une évaluation de ce nom dans la période."
IS_BUSY = "Ce jour est déjà pris : changez-le, ou enregistrez de nouveau pour le garder."
GONE = "Cette case ne vous est plus ouverte."
IS_LOCKED = "La période est clôturée : les notes ne changent plus."
BATCH = 200  # cells at most


class MarkField(forms.CharField):
    """One cell of the sheet, read as teachers type it."""

    def __init__(self, *, out_of: Decimal, **kwargs: Any) -> None:
        self.out_of = out_of
        super().__init__(required=False, show_hidden_initial=True, **kwargs)

    def clean(self, value: str) -> MarkValue | None:
        typed = super().clean(value)
        try:
            return read_mark(typed, out_of=self.out_of)
        except NotAMark as refusal:
            raise forms.ValidationError(refusal_of(typed, self.out_of, refusal.reason)) from refusal


def refusal_of(typed: str, out_of: Decimal, reason: Reason) -> str:
    """Why what was typed is no mark, for whoever typed it."""
    scale = french(out_of)
    return {
        Reason.UNREADABLE: f"« {typed[:8]} » n’est pas une note : de 0 à {scale}, ou A, D, N, Z.",
        Reason.NEGATIVE: f"Une note va de 0 à {scale}.",
        Reason.ABOVE_SCALE: f"{typed[:8]} dépasse le barème de {scale}.",
        Reason.TOO_PRECISE: "Deux chiffres au plus après la virgule.",
    }[reason]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as the page shows it, all text. `seen` is what its teacher last saw there.

    Its name, six times on the page, and its number are digits: they need no escaping.
    """

    name: SafeString
    number: SafeString
    last_name: str
    first_name: str
    typed: str
    seen: str
    state: str
    error: str
    is_locked: bool


class MarkSheetForm(forms.Form):
    """A column of marks: one field per pupil of the sheet whose term is open, and for no one else."""

    def __init__(self, data: Mapping | None, *, sheet: MarkSheet) -> None:
        super().__init__(data)
        self.sheet = sheet
        self.saved = Saved([], {})
        self.settled: frozenset[int] = frozenset()
        for pupil in sheet.pupils:
            if pupil.pk not in sheet.locked:
                self.fields[str(pupil.pk)] = MarkField(out_of=sheet.assessment.out_of)

    @property
    def marks(self) -> dict[int, MarkValue | None]:
        """Only the cells this teacher touched: a colleague's saves in between survive."""
        return {int(name): self.cleaned_data[name] for name in self.changed_data}

    @property
    def seen(self) -> dict[int, MarkValue | None]:
        """What stood in those cells on her page, as far as it says."""
        seen = {}
        for name in self.changed_data:
            with suppress(KeyError, NotAMark):
                seen[int(name)] = read_mark(self.data[f"initial-{name}"], out_of=self.sheet.assessment.out_of)
        return seen

    @property
    def touches_the_closed(self) -> bool:
        """Whether she wrote on a page that is older than the closing of her pupils' term."""
        typed = ((pk, self.data.get(str(pk))) for pk in self.sheet.locked)
        return any(text is not None and text.strip() != self.sheet.typed(pk) for pk, text in typed)

    def take(self, saved: Saved) -> None:
        """Show what became of the column: a conflict shows both values, and hers can be sent again."""
        self.saved = saved
        # Every touched cell now holds what was typed, even one that its own request had just saved.
        self.settled = frozenset(self.marks)
        self.sheet = self.sheet.having(self.marks | saved.conflicts)
        for student_id in saved.conflicts:
            theirs = self.sheet.typed(student_id) or "rien"
            self.add_error(
                str(student_id), f"Un collègue vient d’y écrire : {theirs}. Tapez la note à garder."
            )

    @property
    def refused(self) -> int:
        """How many cells are to be corrected."""
        return len([name for name in self.errors if name != "__all__"])

    @property
    def cells(self) -> Iterator[Cell]:
        for pupil in self.sheet.pupils:
            yield self._cell(pupil)

    def _cell(self, pupil: Pupil) -> Cell:
        name, there = str(pupil.pk), self.sheet.typed(pupil.pk)
        typed = self.data.get(name, there) if name in self.fields else there
        seen = there if pupil.pk in self.settled else self.data.get(f"initial-{name}", there)
        error = " ".join(self.errors.get(name, []))
        state = "k" if pupil.pk in self.saved.conflicts else "x" if error else ""  # app.css
        who = (SafeString(name), SafeString(pupil.number), pupil.last_name, pupil.first_name)
        return Cell(*who, typed, seen, state, error, name not in self.fields)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the gradebook. `cell` is the open column's, None for whoever is not on its sheet; `left` and
    `right` are the texts of the other columns (None: not of that column).
    """

    pupil: Pupil
    left: Sequence[str | None]
    cell: Cell | None
    right: Sequence[str | None]
    average: Decimal | None
    is_locked: bool

    @property
    def shown(self) -> str:
        """The open column's text, where nobody writes any more."""
        return self.cell.typed if self.cell else ""


def lines(book: Gradebook, form: MarkSheetForm) -> Iterator[Line]:
    """The gradebook's rows, the open column's cells taken from the form."""
    cells, place = {int(cell.name): cell for cell in form.cells}, book.place
    for pupil in book.pupils:
        row, average = book.cells[pupil.pk], book.averages[pupil.pk]
        is_locked = pupil.pk in book.sheet.locked
        yield Line(pupil, row[:place], cells.get(pupil.pk), row[place + 1 :], average, is_locked)


class NotABatch(ValueError):
    """What was sent is no batch of cells."""


@dataclass(frozen=True, slots=True)
class Cells:
    """The readable cells of one assessment, by student id: the marks typed, and what was seen before."""

    sheet: MarkSheet
    marks: Mapping[int, MarkValue | None]
    seen: Mapping[int, MarkValue | None]


class Batch:
    """`{"42.7": ["12", "14,5"]}`: in the cell of assessment 42 and pupil 7, which showed 12, she typed 14,5.

    As the browser's queue sends them: of any number of columns, and each its own fate.
    """

    def __init__(self, typed: Mapping[int, Mapping[int, tuple[str, str]]]) -> None:
        self.typed = typed
        self.fates: dict[str, dict] = {
            f"{column}.{student}": {"state": "refused", "why": GONE}
            for column, its in typed.items()
            for student in its
        }
        self.averages: dict[str, str] = {}

    @classmethod
    def read(cls, body: bytes) -> "Batch":
        """Raises NotABatch."""
        typed: dict[int, dict[int, tuple[str, str]]] = defaultdict(dict)
        try:
            sent = json.loads(body)
            for slot, pair in sent.items():
                column, student = map(int, slot.split("."))
                typed[column][student] = _pair(pair)
        except (ValueError, TypeError, AttributeError) as trouble:
            raise NotABatch from trouble
        if not 0 < len(sent) <= BATCH:
            raise NotABatch
        return cls(typed)

    @property
    def columns(self) -> list[int]:
        """The assessments it is about."""
        return list(self.typed)

    def of(self, sheet: MarkSheet) -> Cells:
        """What is readable of one column, for those on its sheet; the rest is refused, and says why."""
        marks, seen = {}, {}
        out_of, column = sheet.assessment.out_of, sheet.assessment.pk
        listed = {pupil.pk for pupil in sheet.pupils}
        for student, (before, typed) in self.typed[column].items():
            if student not in listed:
                continue
            try:
                marks[student] = read_mark(typed, out_of=out_of)
            except NotAMark as refusal:
                self._say(column, student, state="refused", why=refusal_of(typed, out_of, refusal.reason))
                continue
            with suppress(NotAMark):
                seen[student] = read_mark(before, out_of=out_of)
        return Cells(sheet, marks, seen)

    def settle(
        self,
        cells: Cells,
        saved: Saved,
        theirs: Mapping[int, Change],
        averages: Mapping[int, Decimal | None],
    ) -> None:
        """Say what became of each cell of a column."""
        pk = cells.sheet.assessment.pk
        for student, mark in cells.marks.items():
            if student in saved.locked:
                self._say(pk, student, state="refused", why=IS_LOCKED)
            elif student in saved.conflicts:
                self._conflict(pk, student, saved.conflicts[student], theirs.get(student))
            else:
                self._say(pk, student, state="saved", there=_text(mark))
        for student, average in averages.items():
            self.averages[str(student)] = "–" if average is None else french(average, places=2)

    @property
    def answer(self) -> dict:
        """What the browser is told: the fate of each cell, the averages of their pupils."""
        return {"cells": self.fates, "averages": self.averages}

    def _conflict(self, column: int, student: int, there: MarkValue | None, change: Change | None) -> None:
        who = {"by": change.by, "at": change.at.isoformat()} if change else {}
        self._say(column, student, state="conflict", there=_text(there), **who)

    def _say(self, column: int, student: int, **fate: str) -> None:
        self.fates[f"{column}.{student}"] = fate


def _pair(sent: object) -> tuple[str, str]:
    match sent:
        case [str(seen), str(typed)]:
            return seen, typed
    raise NotABatch


def _text(mark: MarkValue | None) -> str:
    return write_mark(mark.value, mark.missing) if mark else ""


class DateInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _decimal(label: str, low: str, high: str, **kwargs: Any) -> forms.DecimalField:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.DecimalField(
        label=label,
        min_value=Decimal(low),
        max_value=Decimal(high),
        max_digits=5,
        decimal_places=2,
        localize=True,
        widget=widget,
        **kwargs,
    )


class AssessmentForm(forms.Form):
    """What a teacher says of an assessment."""

    SCALES = (5, 10, 20, 40, 60)  # offered; any other can be typed
    COUNTS = {
        Assessment.Counts.ALWAYS: "Toujours",
        Assessment.Counts.BONUS: "En bonus : ce qui dépasse la moitié s’ajoute",
        Assessment.Counts.IF_BETTER: "Seulement si elle améliore la moyenne",
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
        help_text="En bonus ou si elle améliore, elle ne fait jamais baisser ; seule, elle ne suffit pas.",
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
