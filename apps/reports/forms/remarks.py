"""Remarks as they are typed: all of a page by its form, or some by the browser's queue, each its fate."""

import json
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.timezone import localtime

from apps.reports.models import Remark
from apps.reports.rules import AT_MOST, tidy, unprintable
from apps.reports.selectors import RemarkRow, RemarkSheet
from apps.reports.services import SavedRemarks

IS_CLOSED = "Le conseil de classe est commencé ou le bulletin publié : les appréciations ne changent plus."
GONE = "Cet élève ne vous est plus confié."
AT_ONCE = 200  # remarks


class RemarkField(forms.CharField):
    """A sentence that a bulletin can print, of so many characters at most."""

    def __init__(self, *, limit: int, **kwargs: Any) -> None:
        self.limit = limit
        super().__init__(**kwargs)

    def to_python(self, value: str) -> str:
        return tidy(value or "")

    def validate(self, value: str) -> None:
        super().validate(value)
        if char := unprintable(value):
            shown = char if char.isprintable() else "un caractère invisible"
            raise forms.ValidationError(f"« {shown} » ne s’imprime pas sur un bulletin : retirez-le.")
        if len(value) > self.limit:
            raise forms.ValidationError(f"{len(value)} caractères : {self.limit} au plus.")


@dataclass(frozen=True, slots=True)
class RemarkCell:
    """A pupil's line of the page. `seen` is what its teacher last saw there."""

    row: RemarkRow
    typed: str
    seen: str
    state: str  # app.css
    error: str

    @property
    def length(self) -> int:
        return len(tidy(self.typed))


class RemarksForm(forms.Form):
    """One field per pupil of the page whose remarks are still written, and for no one else."""

    def __init__(self, data: Mapping | None, *, sheet: RemarkSheet) -> None:
        super().__init__(data)
        self.sheet = sheet
        self.there: dict[int, str] = {}
        for row in sheet.writable:
            self.fields[str(row.pk)] = RemarkField(
                limit=sheet.limit, required=False, initial=row.text, show_hidden_initial=True
            )

    @property
    def texts(self) -> dict[int, str]:
        """Only those she touched: a colleague's in between survive."""
        return {int(name): self.cleaned_data[name] for name in self.changed_data}

    @property
    def seen(self) -> dict[int, str]:
        """What stood there on her page, as far as it says."""
        names = ((name, f"initial-{name}") for name in self.changed_data)
        return {int(name): tidy(self.data[initial]) for name, initial in names if initial in self.data}

    @property
    def touches_the_closed(self) -> bool:
        """Whether she wrote on a page that is older than the council."""
        closed = (row for row in self.sheet.rows if not row.is_writable)
        typed = ((row.text, self.data.get(str(row.pk))) for row in closed)
        return any(text is not None and tidy(text) != there for there, text in typed)

    def take(self, saved: SavedRemarks) -> None:
        """Show what became of it: a conflict shows both texts, and hers can be sent again."""
        self.there = {pk: self.cleaned_data[str(pk)] for pk in saved.changed}
        for student_id, theirs in saved.conflicts.items():
            self.there[student_id] = theirs.text if theirs else ""
            self.add_error(str(student_id), said_of_conflict(theirs))
        if saved.closed:
            self.add_error(None, IS_CLOSED)

    @property
    def refused(self) -> int:
        """How many remarks are to be taken up again."""
        return len([name for name in self.errors if name != forms.forms.NON_FIELD_ERRORS])

    @property
    def cells(self) -> Iterator[RemarkCell]:
        for row in self.sheet.rows:
            yield self._cell(row)

    def _cell(self, row: RemarkRow) -> RemarkCell:
        name = str(row.pk)
        typed = self.data.get(name, row.text) if name in self.fields else row.text
        seen = self.there.get(row.pk, self.data.get(f"initial-{name}", row.text))
        error = " ".join(self.errors.get(name, []))
        return RemarkCell(row, typed, seen, "x" if error else "", error)


def said_of_conflict(theirs: Remark | None) -> str:
    """What somebody else wrote meanwhile, and when."""
    if theirs is None:
        return "L’appréciation vient d’être effacée. Enregistrez à nouveau pour garder la vôtre."
    at = localtime(theirs.written_at)
    return (
        f"{theirs.author} a écrit à {at.hour}\u202fh\u202f{at.minute:02} : « {theirs.text} »."
        " Enregistrez à nouveau pour garder la vôtre."
    )


class NotABatch(ValueError):
    """What was sent is no batch of remarks."""


class RemarkBatch:
    """`{"a7": ["Moyen.", "Bien."]}`: of pupil 7, where "Moyen." stood, she wrote "Bien.".

    As the browser's queue sends them, and each its own fate.
    """

    def __init__(self, typed: Mapping[int, tuple[str, str]]) -> None:
        self.typed = typed
        self.fates: dict[int, dict] = {pk: {"state": "refused", "why": GONE} for pk in typed}
        self.texts: dict[int, str] = {}
        self.seen: dict[int, str] = {}

    @classmethod
    def read(cls, body: bytes) -> "RemarkBatch":
        """Raises NotABatch."""
        try:
            sent = json.loads(body)
            typed = {_pupil_of(slot): _pair(pair) for slot, pair in sent.items()}
        except (ValueError, TypeError, AttributeError) as trouble:
            raise NotABatch from trouble
        if not 0 < len(sent) <= AT_ONCE:
            raise NotABatch
        return cls(typed)

    def among(self, pupils: Container[int], limit: int) -> None:
        """Take those of these pupils that can be printed; the rest is refused, and says why."""
        field = RemarkField(limit=limit, required=False)
        for student_id, (before, typed) in self.typed.items():
            if student_id not in pupils:
                continue
            try:
                self.texts[student_id] = field.clean(typed)
            except forms.ValidationError as refusal:
                self.fates[student_id] = {"state": "refused", "why": " ".join(refusal.messages)}
            else:
                self.seen[student_id] = tidy(before)

    def settle(self, saved: SavedRemarks) -> None:
        """Say what became of each."""
        for student_id, text in self.texts.items():
            self.fates[student_id] = {"state": "saved", "there": text}
        for student_id in saved.closed:
            self.fates[student_id] = {"state": "refused", "why": IS_CLOSED}
        for student_id, theirs in saved.conflicts.items():
            who = {"by": str(theirs.author), "at": theirs.written_at.isoformat()} if theirs else {}
            self.fates[student_id] = {"state": "conflict", "there": theirs.text if theirs else "", **who}

    @property
    def answer(self) -> dict:
        """What the browser is told."""
        return {"cells": {f"a{pk}": fate for pk, fate in self.fates.items()}}


def _pupil_of(slot: str) -> int:
    if not slot.startswith("a") or not slot[1:].isdecimal() or len(slot) > 19:
        raise NotABatch
    return int(slot[1:])


def _pair(sent: object) -> tuple[str, str]:
    match sent:
        case [str(seen), str(typed)]:
            return seen, typed
    raise NotABatch


class PhraseForm(forms.Form):
    """A sentence of one's own. A page of remarks shows those that have `room` there (characters)."""

    text = RemarkField(
        label="Nouvelle phrase",
        limit=AT_MOST,
        error_messages={"required": "Écrivez la phrase à garder."},
        help_text="300 caractères au plus ; 90 pour servir aussi aux appréciations d’une matière.",
    )
    room = forms.IntegerField(required=False, min_value=1, max_value=AT_MOST, widget=forms.HiddenInput)

    @property
    def limit(self) -> int:
        """The room that was said; all of it where none was."""
        return getattr(self, "cleaned_data", {}).get("room") or AT_MOST
