"""Cells as the browser's queue sends them, read and answered one by one."""

import json
from collections import defaultdict
from collections.abc import Container, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import BigIntegerField

from apps.grades.models import Assessment
from apps.grades.rules import MarkValue, NotAMark, read_mark, write_mark
from apps.grades.selectors import Change
from apps.grades.services import Saved

from .sheets import IS_LOCKED, refusal_of, shown

GONE = "Cette case ne vous est plus ouverte."
AT_MOST = 200  # cells


class NotABatch(ValueError):
    """What was sent is no batch of cells."""


@dataclass(frozen=True, slots=True)
class Cells:
    """The readable cells of one assessment, by student id: the marks typed, and what was seen before."""

    assessment: Assessment
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
        if not 0 < len(sent) <= AT_MOST:
            raise NotABatch
        return cls(typed)

    @property
    def columns(self) -> list[int]:
        """The assessments it is about, of the numbers that a row may have."""
        return [pk for pk in self.typed if abs(pk) <= BigIntegerField.MAX_BIGINT]

    def of(self, assessment: Assessment, listed: Container[int]) -> Cells:
        """What is readable of one column, for those on its sheet; the rest is refused, and says why."""
        marks, seen = {}, {}
        out_of, column = assessment.out_of, assessment.pk
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
        return Cells(assessment, marks, seen)

    def settle(
        self,
        cells: Cells,
        saved: Saved,
        theirs: Mapping[int, Change],
        averages: Mapping[int, Decimal | None],
    ) -> None:
        """Say what became of each cell of a column."""
        pk = cells.assessment.pk
        for student, mark in cells.marks.items():
            if student in saved.locked:
                self._say(pk, student, state="refused", why=IS_LOCKED)
            elif student in saved.conflicts:
                self._conflict(pk, student, saved.conflicts[student], theirs.get(student))
            else:
                self._say(pk, student, state="saved", there=_text(mark))
        for student, average in averages.items():
            self.averages[str(student)] = shown(average)

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
