"""What a teacher works on: her courses, the columns of one, the sheet of one column."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from statistics import median

from django.db.models import Avg, Count, Q, QuerySet
from django.utils.timezone import localdate

from apps.accounts.models import Member
from apps.accounts.selectors import last_act_on
from apps.classes import api as classes
from apps.classes.models import ClassTerm, Course, Term
from apps.core.prepared import prepared
from apps.grades.models import Assessment, Mark, Reopening, marks_of, reopening_of
from apps.grades.permissions import followed_reopenings, markable_courses
from apps.grades.rules import Fifth, MarkValue, class_figures, fifths, rounded, spread, write_mark
from apps.people.models import Student

KINDS = {str(kind.value): str(kind.label) for kind in Assessment.Kind}
COUNTS = {str(one.value): str(one.label) for one in Assessment.Counts} | {Assessment.Counts.ALWAYS: ""}


@dataclass(frozen=True, slots=True)
class CourseRow:
    """One of a teacher's courses, and where its current term stands."""

    course_id: int
    group_id: int
    subject: str
    group: str
    term_name: str
    assessments: int
    drafts: int
    latest_id: int | None
    latest_title: str
    latest_on: date | None


def my_courses(member: Member, on: date) -> list[CourseRow]:
    """By group, then subject. Three queries."""
    courses = markable_courses(member, on).select_related("subject", "group__class_group")
    ordered = list(courses.order_by("group__name", "subject__position", "pk"))
    terms = classes.current_terms(on)
    rows = Assessment.objects.of_courses([course.pk for course in ordered]).filter(term__in=terms)
    its: dict[int, list[tuple]] = defaultdict(list)
    columns = ("course", "pk", "title", "held_on", "published_at", "is_kept_private", "term")
    for course_id, *about in rows.order_by("-held_on", "-pk").values_list(*columns):
        its[course_id].append(tuple(about))
    names = {term.pk: term.name for term in terms}
    by_calendar = {term.calendar_id: term.name for term in terms}
    return [_course_row(course, its[course.pk], names, by_calendar) for course in ordered]


def _course_row(course: Course, rows: list[tuple], names: dict, by_calendar: dict) -> CourseRow:
    latest_id, title, held_on, *_, term = rows[0] if rows else (None, "", None, None)
    its_class = course.group.class_group
    term_name = names.get(term) or by_calendar.get(its_class and its_class.calendar_id, "")
    drafts = sum(not published_at and not is_private for *_, published_at, is_private, _ in rows)
    counts = (len(rows), drafts)
    about = (course.pk, course.group_id, course.subject.name, course.group.name, term_name)
    return CourseRow(*about, *counts, latest_id, title, held_on)


@dataclass(frozen=True, slots=True)
class OpenAgain:
    """A course whose closed term may be written in for a while."""

    course_id: int
    subject: str
    group: str
    term: str
    term_number: int
    until: datetime
    reason: str


def open_again(member: Member, at: datetime) -> list[OpenAgain]:
    """The reopenings that hold at that instant and that she is told of, by their end. One query."""
    rows = followed_reopenings(member, localdate(at)).filter(until__gt=at).order_by("until", "pk")
    fields = ("course", "course__subject__name", "course__group__name", "term__name", "term__number")
    return [OpenAgain(*row) for row in rows.values_list(*fields, "until", "reason")]


@dataclass(frozen=True, slots=True)
class AssessmentRow:
    """A column of a course. `counts` is "" where it always does. `entered` counts marks and codes, `mean` is
    on its own scale.
    """

    pk: int
    title: str
    kind: str
    held_on: date
    out_of: Decimal
    coefficient: Decimal
    category: str
    part: str | None
    is_kept_private: bool
    publish_on: date | None
    published_at: datetime | None
    counts: str
    entered: int
    mean: Decimal | None


@dataclass(frozen=True, slots=True)
class Closing:
    """When the marks of a term were closed and by whom, as far as is known."""

    at: datetime | None
    by: str


def closing_of(locked: Mapping[int, ClassTerm]) -> Closing | None:
    for class_term in locked.values():
        act = last_act_on(class_term)
        return Closing(class_term.marks_lock_at or (act and act.at), act.by if act else "")
    return None


@dataclass(frozen=True, slots=True)
class CoursePage:
    """A course in a term. `closing` is there once the term is closed for all its pupils, `reopening` while
    their marks may be written all the same.
    """

    course: Course
    terms: Sequence[Term]
    term: Term
    assessments: Sequence[AssessmentRow]
    pupils: int
    closing: Closing | None
    reopening: Reopening | None

    @property
    def categories(self) -> list[str]:
        """Those of its columns."""
        return sorted({row.category for row in self.assessments if row.category})

    def of_category(self, category: str) -> Sequence[AssessmentRow]:
        """Its columns of that category; all of them for none, or one it has not."""
        wanted = {category} & set(self.categories) or {row.category for row in self.assessments}
        return [row for row in self.assessments if row.category in wanted]


def chosen_term(terms: Sequence[Term], number: str, on: date) -> Term | None:
    """The term of that number, else the current one; None where there is none."""
    begun = [term for term in terms if term.starts_on <= on]
    current = max(begun, key=lambda term: term.starts_on) if begun else next(iter(terms), None)
    return next((term for term in terms if str(term.number) == number), current)


def term_of(course: Course, number: str, on: date) -> Term | None:
    """Of a course; None while its pupils have no calendar. One query, two for a group without pupils."""
    return chosen_term(classes.term_choices(course.group_id), number, on)


def course_page(course: Course, number: str, at: datetime) -> CoursePage | None:
    """A course in the term of that number, else the current one; None while its pupils have no calendar."""
    on, terms = localdate(at), classes.term_choices(course.group_id)
    term = chosen_term(terms, number, on)
    if term is None:
        return None
    pupils = list(classes.students_of([course.group_id], on).values_list("pk", flat=True))
    locked = classes.locked_among(pupils, term.pk, on)
    closing = closing_of(locked) if len(locked) == len(pupils) else None
    return CoursePage(
        course=course,
        terms=terms,
        term=term,
        assessments=_assessments(course, term),
        pupils=len(pupils),
        closing=closing,
        reopening=reopening_of(course.pk, term.pk, at) if closing else None,
    )


def _assessments(course: Course, term: Term) -> list[AssessmentRow]:
    rows = Assessment.objects.filter(course=course, term=term).order_by("-held_on", "-pk")
    columns = ("pk", "title", "kind", "held_on", "out_of", "coefficient", "category", "part__name",
               "is_kept_private", "publish_on", "published_at", "counts")  # fmt: skip
    counted = rows.annotate(entered=Count("marks"), mean=Avg("marks__value"))
    return [
        AssessmentRow(
            pk, title, KINDS[kind], *about, COUNTS[counts], entered, None if mean is None else rounded(mean)
        )
        for pk, title, kind, *about, counts, entered, mean in counted.values_list(*columns, "entered", "mean")
    ]


@dataclass(frozen=True, slots=True)
class Pupil:
    """A line of the sheet; `number` is the register's."""

    pk: int
    number: int
    last_name: str
    first_name: str


@dataclass(frozen=True, slots=True)
class SheetFigures:
    """What a column tells so far, on its own scale."""

    marks: int
    pupils: int
    missing: int
    mean: Decimal | None
    median: Decimal | None
    spread: Decimal | None
    lowest: Decimal | None
    highest: Decimal | None
    fifths: Sequence[Fifth]


@dataclass(frozen=True, slots=True)
class MarkSheet:
    """Everything the mark sheet shows, and nothing it does not.

    A sheet lists who belonged to the group on its date, and whoever has a mark. `locked` are those whose
    class has closed the term, `closing` says when and who did; while a `reopening` holds, nobody is.
    """

    assessment: Assessment
    pupils: Sequence[Pupil]
    marks: Mapping[int, MarkValue]
    locked: Mapping[int, ClassTerm]
    closing: Closing | None
    reopening: Reopening | None = None

    @property
    def is_locked(self) -> bool:
        return bool(self.pupils) and all(pupil.pk in self.locked for pupil in self.pupils)

    @property
    def is_partly_locked(self) -> bool:
        """In a group that crosses classes, some may be closed and others not."""
        return bool(self.locked) and not self.is_locked

    @property
    def figures(self) -> SheetFigures:
        return sheet_figures(self.marks.values(), len(self.pupils), self.assessment.out_of)

    def typed(self, student_id: int) -> str:
        """The cell as a teacher would type it."""
        mark = self.marks.get(student_id)
        return write_mark(mark.value, mark.missing) if mark else ""

    def only(self, names: Container[str]) -> "MarkSheet":
        """The lines of those pupils alone, of those who are on the sheet."""
        return replace(self, pupils=[pupil for pupil in self.pupils if str(pupil.pk) in names])

    def having(self, changes: Mapping[int, MarkValue | None]) -> "MarkSheet":
        """The same once these are written."""
        marks = {pk: mark for pk, mark in (self.marks | changes).items() if mark}
        return replace(self, marks=marks)


def mark_sheet(assessment: Assessment, at: datetime) -> MarkSheet:
    """Four queries, whatever the number of pupils; two more where a term is closed."""
    marks = marks_of(assessment.pk)
    rows = _listed(assessment.course.group_id, assessment.held_on, assessment.pk)
    pupils = [Pupil(pk, number, last, first) for number, (pk, last, first) in enumerate(rows, start=1)]
    locked = classes.locked_among([pupil.pk for pupil in pupils], assessment.term_id, localdate(at))
    return sheet_of(assessment, pupils, marks, locked, at)


def sheet_of(
    assessment: Assessment,
    pupils: Sequence[Pupil],
    marks: Mapping[int, MarkValue],
    closed: Mapping[int, ClassTerm],
    at: datetime,
) -> MarkSheet:
    """The sheet where these pupils' classes have closed the term. No query; two where one has."""
    reopening = reopening_of(assessment.course_id, assessment.term_id, at) if closed else None
    locked = {} if reopening else closed
    return MarkSheet(assessment, pupils, marks, locked, closing_of(locked), reopening)


def listed_on(assessment: Assessment) -> frozenset[int]:
    """Whom a sheet lists, by student id: of the group on its date, or marked. One query."""
    rows = _listed(assessment.course.group_id, assessment.held_on, assessment.pk)
    return frozenset(pk for pk, *_ in rows)


@prepared
def _listed(group_id: int, on: date, assessment_id: int) -> QuerySet:
    belonged = classes.students_of([group_id], on).values("pk")
    marked = Mark.objects.filter(assessment=assessment_id).values("student")
    listed = Student.objects.filter(Q(pk__in=belonged) | Q(pk__in=marked))
    return listed.in_register_order().values_list("pk", "last_name", "first_name")


def sheet_figures(marks: Iterable[MarkValue], pupils: int, out_of: Decimal) -> SheetFigures:
    """The figures of a column of so many pupils; no fifths while it has no mark."""
    written = list(marks)
    values = [mark.value for mark in written if mark.value is not None]
    figures = class_figures(values)
    return SheetFigures(
        marks=len(values),
        pupils=pupils,
        missing=pupils - len(written),
        mean=figures and figures.mean,
        median=rounded(median(values)) if values else None,
        spread=spread(values),
        lowest=figures and figures.lowest,
        highest=figures and figures.highest,
        fifths=fifths(values, out_of) if values else [],
    )
