"""A mark as a family and the school read it, from the row that the database gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models.functions import Coalesce

from apps.grades.models import Assessment
from apps.grades.rules import ClassFigures, Weighed, remark, rounded, write_mark

from .piles import SUBJECT

KINDS = {str(kind.value): str(kind.label) for kind in Assessment.Kind}


class ReadMark(NamedTuple):
    """One mark, and how the class did. `value` is a Decimal, or the code of a missing mark ("Abs"); `remark`
    says how it counts where it is not as all do ("bonus")."""

    subject: str
    title: str
    kind: str
    held_on: date
    value: Decimal | str
    out_of: Decimal
    coefficient: Decimal
    is_published: bool
    remark: str
    figures: ClassFigures | None

    @property
    def is_value(self) -> bool:
        return isinstance(self.value, Decimal)


@dataclass(frozen=True, slots=True)
class MarkRow:
    """A mark as the database gives it."""

    student_id: int
    assessment_id: int
    subject_id: int
    subject: str
    title: str
    kind: str
    held_on: date
    value: Decimal | None
    missing: str
    out_of: Decimal
    coefficient: Decimal
    counts: str
    is_published: bool

    @classmethod
    def of(cls, row: Sequence) -> "MarkRow":
        """From the values of `COLUMNS`."""
        return cls(*row[:-1], row[-1] is not None)

    @property
    def weighed(self) -> Weighed:
        return Weighed(self.value, self.out_of, self.coefficient, self.counts, self.missing)

    def read(self, figures: ClassFigures | None, *, has_entered: bool | None = None) -> ReadMark:
        return ReadMark(
            subject=self.subject,
            title=self.title,
            kind=KINDS[self.kind],
            held_on=self.held_on,
            value=write_mark(None, self.missing) if self.value is None else self.value,
            out_of=self.out_of,
            coefficient=self.coefficient,
            is_published=self.is_published,
            remark=remark(self.weighed, has_entered=has_entered),
            figures=figures,
        )


ABOUT = "assessment__"
COLUMNS = (
    "student",
    "assessment",
    SUBJECT,
    Coalesce(f"{ABOUT}part__name", f"{ABOUT}course__subject__name"),
    f"{ABOUT}title",
    f"{ABOUT}kind",
    f"{ABOUT}held_on",
    "value",
    "missing",
    f"{ABOUT}out_of",
    f"{ABOUT}coefficient",
    f"{ABOUT}counts",
    f"{ABOUT}published_at",
)


def figures_of(count: Decimal | int, lowest: Decimal, highest: Decimal, mean: Decimal) -> ClassFigures:
    """How all who took an assessment did, on its own scale, as the database gives it."""
    return ClassFigures(int(count), lowest, highest, rounded(mean))
