"""What can be done to assessments and marks. One function, one action, one transaction."""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from apps.accounts.models import Member
from apps.classes import api as classes
from apps.classes.models import ClassTerm, Course, Term
from apps.core.events import publish
from apps.core.tenancy import signed_also

from .events import AssessmentCreated, AssessmentPublished, MarksSaved, PublicationFellDue
from .models import Assessment, Mark, Reopening, Stamp, column_for_writing, for_writing, reopening_of
from .rules import MarkValue

PUBLICATION_HOUR = time(7)  # on its day, when families are up


class TermIsLocked(Exception):
    """The class's term was closed between opening the page and saving it."""


class ScaleIsTooSmall(Exception):
    """A mark already given is above the new scale; `highest` is the best one."""

    def __init__(self, highest: Decimal) -> None:
        super().__init__(f"a mark of {highest} is above the new scale")
        self.highest = highest


class TitleIsTaken(Exception):
    """The course has another assessment of that title in the term."""


class HasMarks(Exception):
    """An assessment with marks is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What a teacher says of an assessment."""

    title: str
    kind: str
    held_on: date
    out_of: Decimal
    coefficient: Decimal
    counts: str = Assessment.Counts.ALWAYS
    category: str = ""
    part_id: int | None = None


@transaction.atomic
def create_assessment(*, course_id: int, term_id: int, column: Column, by: Member, on: date) -> Assessment:
    """Open a column, as a draft; the same one asked twice is one.

    Raises TermIsLocked once every pupil's class has closed the term, TitleIsTaken.
    """
    _refuse_if_all_closed(course_id, term_id, on)
    said = asdict(column)
    assessment, is_new = Assessment.objects.get_or_create(
        course_id=course_id, term_id=term_id, title=said.pop("title"), defaults=said
    )
    if is_new:
        publish(AssessmentCreated(assessment_id=assessment.pk, by_id=by.pk))
    elif any(getattr(assessment, name) != value for name, value in said.items()):
        raise TitleIsTaken
    return assessment


def _refuse_if_all_closed(course_id: int, term_id: int, on: date) -> None:
    groups = Course.objects.filter(pk=course_id).values_list("group", flat=True)
    pupils = classes.students_of(groups, on).values_list("pk", flat=True)
    if pupils and len(classes.locked_among(pupils, term_id, on, held=True)) == len(pupils):
        raise TermIsLocked


@dataclass(frozen=True, slots=True)
class Copied:
    """What became of a copy: those that were made, the titles that were there already."""

    made: list[Assessment]
    skipped: list[str]


@transaction.atomic
def copy_assessments(
    *,
    assessments: Iterable[Assessment],
    course_id: int,
    term: Term,
    part_ids: Collection[int],
    by: Member,
    on: date,
) -> Copied:
    """Open the same columns in another course and term, as drafts without marks. A title that is there stays
    as it is; a date outside the term becomes its nearest day, a part that is not taught there none.

    Raises TermIsLocked once every pupil's class has closed the term.
    """
    _refuse_if_all_closed(course_id, term.pk, on)
    copied = Copied([], [])
    for model in assessments:
        said = {name: getattr(model, name) for name in Column.__dataclass_fields__}
        said["held_on"] = min(max(model.held_on, term.starts_on), term.ends_on)
        said["part_id"] = model.part_id if model.part_id in part_ids else None
        assessment, is_new = Assessment.objects.get_or_create(
            course_id=course_id, term=term, title=said.pop("title"), defaults=said
        )
        if is_new:
            publish(AssessmentCreated(assessment_id=assessment.pk, by_id=by.pk))
            copied.made.append(assessment)
        else:
            copied.skipped.append(assessment.title)
    return copied


@transaction.atomic
def amend_assessment(*, assessment_id: int, column: Column, on: date) -> None:
    """Change what is said of an assessment; history keeps what it was.

    Raises TermIsLocked when a marked pupil's class has closed the term, ScaleIsTooSmall, TitleIsTaken.
    """
    assessment = for_writing(assessment_id)
    marked = list(assessment.marks.order_by("pk").values_list("student", flat=True))
    if classes.locked_among(marked, assessment.term_id, on, held=True):
        raise TermIsLocked
    highest = assessment.marks.aggregate(highest=Max("value"))["highest"]
    if highest is not None and highest > column.out_of:
        raise ScaleIsTooSmall(highest)
    namesakes = Assessment.objects.filter(
        course=assessment.course_id, term=assessment.term_id, title=column.title
    )
    if namesakes.exclude(pk=assessment.pk).exists():
        raise TitleIsTaken
    for name, said in asdict(column).items():
        setattr(assessment, name, said)
    assessment.save()
    if assessment.is_published:
        _stamp_classes_of(marked)


@transaction.atomic
def discard_assessment(*, assessment_id: int) -> None:
    """Close a column opened by mistake. Raises HasMarks once somebody has a mark in it."""
    assessment = for_writing(assessment_id)
    if assessment.marks.exists():
        raise HasMarks
    assessment.delete()


@transaction.atomic
def publish_assessment(*, assessment_id: int, at: datetime, by: Member) -> None:
    """Let families read it from now on; once published, it stays so."""
    _publish(for_writing(assessment_id), at, by.pk)


@transaction.atomic
def plan_publication(
    *, assessment_id: int, publish_on: date | None, by: Member, is_kept_private: bool = False
) -> None:
    """Publish it by itself on the morning of that day; None: not yet, or never where it is kept private."""
    assessment = for_writing(assessment_id)
    if assessment.is_published:
        return
    is_new_day = publish_on != assessment.publish_on
    assessment.publish_on, assessment.is_kept_private = publish_on, is_kept_private
    assessment.save(update_fields=["publish_on", "is_kept_private"])
    if publish_on and is_new_day:
        morning = timezone.make_aware(datetime.combine(publish_on, PUBLICATION_HOUR))
        fact = PublicationFellDue(assessment_id=assessment.pk, publish_on=publish_on.isoformat(), by_id=by.pk)
        publish(fact, due_at=morning)


@transaction.atomic
def publish_if_still_planned(
    *, assessment_id: int, publish_on: date, at: datetime, by_id: int | None
) -> None:
    """The day has come: publish, unless the teacher has since chosen otherwise."""
    planned = Assessment.objects.for_writing().filter(pk=assessment_id, publish_on=publish_on)
    if assessment := planned.first():
        _publish(assessment, at, by_id)


def _publish(assessment: Assessment, at: datetime, by_id: int | None) -> None:
    if assessment.is_published:
        return
    assessment.published_at, assessment.is_kept_private = at, False
    assessment.save(update_fields=["published_at", "is_kept_private"])
    _stamp_classes_of(assessment.marks.values_list("student", flat=True))
    publish(AssessmentPublished(assessment_id=assessment.pk, by_id=by_id))


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a column: whose mark changed, what a colleague had meanwhile written instead, whose
    class has closed the term; and what the term is in the class of each, whatever became of her mark."""

    changed: list[int]
    conflicts: dict[int, MarkValue | None]
    locked: frozenset[int] = frozenset()
    class_terms: Mapping[int, ClassTerm] = field(default_factory=dict, compare=False)


@transaction.atomic
def save_marks(
    *,
    assessment_id: int,
    marks: Mapping[int, MarkValue | None],
    by: Member,
    at: datetime,
    seen: Mapping[int, MarkValue | None] | None = None,
) -> Saved:
    """Save one column of marks, by student id (None clears): all of it, but for conflicts.

    Where `seen` is given and is no longer what is there, somebody else has written: that mark is left alone
    and reported. Raises TermIsLocked, and then saves nothing.
    """
    saved = save_cells(assessment_id=assessment_id, marks=marks, seen=seen or {}, by=by, at=at)
    if saved.locked:
        raise TermIsLocked
    return saved


@transaction.atomic
def save_cells(
    *,
    assessment_id: int,
    marks: Mapping[int, MarkValue | None],
    seen: Mapping[int, MarkValue | None],
    by: Member,
    at: datetime,
) -> Saved:
    """Save the cells of one column that can be saved, and say what became of each of the others.

    In a closed term, a reopening lets them in, and its reason goes into their history.
    """
    assessment, before = column_for_writing(assessment_id)
    changes = {pk: mark for pk, mark in marks.items() if mark != before.get(pk)}
    day = timezone.localdate(at)
    states = classes.class_term_among(marks, assessment.term_id, day, held=True)
    closed = frozenset(pk for pk, state in states.items() if state.is_locked and pk in changes)
    reopening = reopening_of(assessment.course_id, assessment.term_id, at) if closed else None
    locked = frozenset() if reopening else closed
    conflicts = {pk: before.get(pk) for pk in changes if pk in seen and seen[pk] != before.get(pk)}
    changes = {pk: mark for pk, mark in changes.items() if pk not in conflicts and pk not in locked}
    if changes:
        _write(assessment, {pk: mark for pk, mark in changes.items() if pk not in closed})
        if reopening:
            with signed_also(reason=reopening.reason):
                _write(assessment, {pk: mark for pk, mark in changes.items() if pk in closed})
        if assessment.is_published:
            _stamp_classes_of(before.keys() | changes)  # all who read how the others did
        publish(MarksSaved(assessment_id=assessment.pk, student_ids=sorted(changes), by_id=by.pk))
    return Saved(sorted(changes), conflicts, locked, states)


def _write(assessment: Assessment, changes: Mapping[int, MarkValue | None]) -> None:
    cleared = [pk for pk, mark in changes.items() if mark is None]
    if cleared:
        assessment.marks.filter(student__in=cleared).delete()
    _upsert(
        Mark(assessment_id=assessment.pk, student_id=pk, value=mark.value, missing=mark.missing)
        for pk, mark in changes.items()
        if mark
    )


def _upsert(marks: Iterable[Mark]) -> None:
    Mark.objects.bulk_create(
        marks,
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["assessment", "student"],
        update_fields=["value", "missing"],
    )


def reopen(
    *, course_id: int, term_id: int, until: datetime, reason: str, by: Member, at: datetime
) -> Reopening:
    """Let a course's teachers write in its closed term until that instant."""
    return Reopening.objects.create(
        course_id=course_id, term_id=term_id, until=until, reason=reason, opened_by=by, opened_at=at
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PastColumn:
    """An assessment that took place before the school came to EduConnect, with its marks by student id."""

    course_id: int
    term_id: int
    column: Column
    published_at: datetime | None
    marks: Mapping[int, MarkValue]

    @property
    def key(self) -> tuple[int, int, str]:
        return (self.course_id, self.term_id, self.column.title)


@transaction.atomic
def load_past(columns: Sequence[PastColumn]) -> int:
    """Take columns in bulk, and tell nobody: the past alarms no family. Return how many rows changed.

    A column is known by its course, term and title: loaded again, only what differs is written.
    """
    known = {one.key: one for one in _of_courses(columns)}
    new = [_assessment(column) for column in columns if column.key not in known]
    known |= {one.key: one for one in Assessment.objects.bulk_create(new, batch_size=2000)}
    wanted = {
        (known[column.key].pk, student): mark for column in columns for student, mark in column.marks.items()
    }
    rows = Mark.objects.filter(assessment__in=[known[column.key] for column in columns])
    there = {
        (assessment, student): MarkValue(value, missing)
        for assessment, student, value, missing in rows.values_list(
            "assessment", "student", "value", "missing"
        )
    }
    changes = {key: mark for key, mark in wanted.items() if there.get(key) != mark}
    _upsert(
        Mark(assessment_id=pk, student_id=student, **asdict(mark)) for (pk, student), mark in changes.items()
    )
    _stamp_classes_of({student for _, student in changes})
    return len(new) + len(changes)


def _of_courses(columns: Sequence[PastColumn]) -> list[Assessment]:
    return list(Assessment.objects.of_courses({column.course_id for column in columns}))


def _assessment(past: PastColumn) -> Assessment:
    return Assessment(
        course_id=past.course_id,
        term_id=past.term_id,
        published_at=past.published_at,
        **asdict(past.column),
    )


def _stamp_classes_of(student_ids: Iterable[int]) -> None:
    """Give another token to each class these pupils are or were in: what was kept of its figures is past.

    In the order of the classes, so that two savings never wait for each other.
    """
    stamp_classes(classes.class_ids_ever_of(student_ids))


def stamp_classes(class_group_ids: Iterable[int]) -> None:
    """The published figures of these classes have changed."""
    Stamp.objects.bulk_create(
        [Stamp(class_group_id=pk, token=secrets.token_hex(8)) for pk in sorted(class_group_ids)],
        update_conflicts=True,
        unique_fields=["class_group"],
        update_fields=["token"],
    )
