"""A pupil's page: her term, and how its average was made."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from apps.attendance import api as attendance
from apps.classes import api as classes
from apps.classes.models import ClassTerm
from apps.grades import api as grades
from apps.people.models import Student
from apps.portal.rules import hours, shortened

from .family import Child


def as_child(student: Student) -> Child:
    """A pupil of `permissions.readable_students`, as pages name her."""
    return Child(
        student.pk,
        student.first_name,
        student.last_name,
        student.sex == "F",
        student.marks_shown,
        student.may_justify,
    )


@dataclass(frozen=True, slots=True)
class TermTab:
    """A term to choose from."""

    number: int
    name: str
    word: str
    short: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ChildMarks:
    """The marks of a term. `report` is None for a pupil of no class; `counted` makes the general average."""

    terms: tuple[TermTab, ...] = ()
    report: grades.TermReport | None = None
    counted: tuple[grades.ReportLine, ...] = ()
    read: tuple[grades.ReportLine, ...] = ()
    by_date: tuple[grades.ReadMark, ...] = ()

    @property
    def class_name(self) -> str:
        return self.report.class_name if self.report else ""


class NoSuchTerm(Exception):
    """The class has no term of that number."""


def child_marks(student_id: int, number: int | None, on: date, stamps: grades.Stamps) -> ChildMarks:
    """The term of that number, or the current one, as families read it. Raises NoSuchTerm."""
    terms = classes.class_terms_of([student_id], on).get(student_id, [])
    chosen = _chosen(terms, number, on)
    if chosen is None:
        return ChildMarks()
    family = grades.Audience.FAMILY
    report = grades.term_report(student_id, chosen, on=on, audience=family, stamps=stamps)
    marks = [mark for line in report.lines for mark in line.marks]
    return ChildMarks(
        terms=tuple(_tabs(terms, chosen)),
        report=report,
        counted=tuple(line for line in report.lines if _counts(line)),
        read=tuple(line for line in report.lines if line.marks or line.average is not None),
        by_date=tuple(sorted(marks, key=lambda mark: mark.held_on, reverse=True)),
    )


def _tabs(terms: list[ClassTerm], chosen: ClassTerm) -> Iterable[TermTab]:
    word, shorts = shortened([row.term.name for row in terms])
    for row, short in zip(terms, shorts, strict=True):
        yield TermTab(row.term.number, row.term.name, word, short, row is chosen)


def _chosen(terms: Iterable[ClassTerm], number: int | None, on: date) -> ClassTerm | None:
    if number is None:
        return classes.current_of(terms, on)
    for row in terms:
        if row.term.number == number:
            return row
    raise NoSuchTerm


def _counts(line: grades.ReportLine) -> bool:
    """As the report card's total does: subjects that weigh and have an average, their parts left out."""
    return bool(not line.is_part and line.coefficient and line.average is not None)


def class_stamps(student_id: int) -> grades.Stamps:
    """They change with what `child_marks` reads. One query."""
    return grades.class_stamps([student_id]).answer()


@dataclass(frozen=True, slots=True)
class ChildAbsences:
    """The absences of the school year; the minutes missed are added up."""

    class_name: str
    record: attendance.AttendanceRecord

    @property
    def unjustified(self) -> str:
        """ "" when all is explained."""
        minutes = self.record.minutes_unjustified
        return hours(minutes) if minutes else ""

    @property
    def missed(self) -> str:
        return hours(self.record.minutes_justified + self.record.minutes_unjustified)


def child_absences(student_id: int, on: date, *, with_reasons: bool) -> ChildAbsences:
    """The school year so far, latest first."""
    group = classes.class_groups_of([student_id], on).get(student_id)
    record = attendance.absences_of(student_id, on=on, with_reasons=with_reasons)
    return ChildAbsences(group.name if group else "", record)


def days_stamp(student_id: int, on: date) -> str:
    """Changes with what `child_absences` reads. A few queries."""
    return f"{attendance.stamp([student_id], on=on)}.{grades.stamp([student_id])}"
