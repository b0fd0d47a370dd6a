"""The mark sheet: cells read as teachers type them, the gradebook's rows around them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.safestring import SafeString

from apps.grades.rules import MarkValue, NotAMark, Reason, french, read_mark
from apps.grades.selectors import Gradebook, MarkSheet, Pupil
from apps.grades.services import Saved

IS_LOCKED = "La période est clôturée : les notes ne changent plus."


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


@dataclass(frozen=True, slots=True)
class FootLine:
    """A row of the gradebook's foot, all text: `here` under the open column, `average` under the averages."""

    name: str
    left: Sequence[str]
    here: str
    right: Sequence[str]
    average: str


def foot(book: Gradebook) -> Iterator[FootLine]:
    """What stands under each column."""
    yield _foot_line("Notes", [str(one.count) for one in book.foot], book.place)
    yield _foot_line("Moyenne", [shown(one.mean) for one in book.foot], book.place)
    yield _foot_line("Médiane", [shown(one.median) for one in book.foot], book.place)


def _foot_line(name: str, texts: Sequence[str], place: int) -> FootLine:
    *columns, average = texts
    return FootLine(name, columns[:place], columns[place], columns[place + 1 :], average)


def shown(figure: Decimal | None) -> str:
    """An average, a median, with its two decimals."""
    return "–" if figure is None else french(figure, places=2)
