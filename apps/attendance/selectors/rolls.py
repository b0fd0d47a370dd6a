"""The teacher's day of roll calls, and one roll call's list."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db.models import Count, Q, QuerySet

from apps.accounts.api import prepared_for_member
from apps.accounts.models import Member
from apps.attendance.models import Absence, Excusal, Justification, RollCall, RollEntry, excused_at, lines_of
from apps.attendance.rules import EXCUSED, PRESENT, Line, Span, default_slots, slot_at
from apps.classes import api as classes
from apps.classes.models import Course, CourseQuerySet, TeachingGroup, TeachingGroupQuerySet
from apps.core.prepared import Ids, prepared
from apps.people.models import Student

from .due import ExpectedRoll, expected_rolls

RECENT = 60
KEPT = 12  # lists that a browser keeps: those of a teacher, not of the whole school


@dataclass(frozen=True, slots=True)
class TakenRoll:
    """A roll call that was closed."""

    group_id: int
    group: str
    held_on: date
    hours: Span
    taken_by: str
    closed_at: datetime
    absent: int
    late: int


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group whose roll this member may call, and its roll call of the hour under way."""

    pk: int
    name: str
    subjects: str
    taken: TakenRoll | None
    is_kept: bool


@dataclass(frozen=True, slots=True)
class RollsPage:
    """The day: what habit expects of the member; each group at the hour under way, her last ones first; what
    was taken.
    """

    on: date
    moment: time
    hours: Span
    expected: list[ExpectedRoll]
    groups: list[GroupRow]
    taken: list[TakenRoll]

    @property
    def due(self) -> list[ExpectedRoll]:
        """What should have been called by now."""
        return [one for one in self.expected if one.is_due(self.moment)]

    @property
    def to_come(self) -> list[ExpectedRoll]:
        return [one for one in self.expected if not one.is_taken and not one.is_due(self.moment)]

    @property
    def slots(self) -> str:
        """The hours of any day, as in addresses."""
        return " ".join(map(str, default_slots()))


def rolls_page(member: Member, groups: TeachingGroupQuerySet, on: date, moment: time) -> RollsPage:
    """Seven queries."""
    mine = list(groups.order_by("name"))
    subjects = _subjects(member, on)
    taken = _taken(mine, on)
    hours = slot_at(moment)
    now_taken = {roll.group_id: roll for roll in taken if roll.hours.starts_at == hours.starts_at}
    last = {group: place for place, group in reversed(list(enumerate(_recent_groups(member))))}
    mine.sort(key=lambda one: last.get(one.pk, RECENT))
    rows = [
        GroupRow(
            one.pk, one.name, ", ".join(subjects.get(one.pk, ())), now_taken.get(one.pk),
            is_kept=place < KEPT,
        )
        for place, one in enumerate(mine)
    ]  # fmt: skip
    return RollsPage(on, moment, hours, expected_rolls(on, member), rows, taken)


def _subjects(member: Member, on: date) -> dict[int, list[str]]:
    taught = classes.taught_courses(member, on).select_related("subject").order_by("subject__position", "pk")
    subjects: dict[int, list[str]] = defaultdict(list)
    for course in taught:
        subjects[course.group_id].append(course.subject.name)
    return subjects


def _taken(groups: Iterable[TeachingGroup], on: date) -> list[TakenRoll]:
    rolls = (
        RollCall.objects.filter(group__in=[one.pk for one in groups], held_on=on)
        .exclude(closed_at=None)
        .select_related("group", "taken_by__user")
        .annotate(
            absent=Count("entries", Q(entries__state=RollEntry.State.ABSENT)),
            late=Count("entries", Q(entries__state=RollEntry.State.LATE)),
        )
        .order_by("-starts_at", "group__name")
    )
    return [
        TakenRoll(
            roll.group_id, roll.group.name, roll.held_on, Span(roll.starts_at, roll.ends_at),
            str(roll.taken_by), roll.closed_at, roll.absent, roll.late,
        )
        for roll in rolls
    ]  # fmt: skip


def _recent_groups(member: Member) -> list[int]:
    rolls = RollCall.objects.filter(taken_by=member).order_by("-held_on", "-starts_at")
    return list(rolls.values_list("group", flat=True)[:RECENT])


def recent_hours(member: Member) -> list[Span]:
    """The hours this member called last, latest first: the first to be offered. One query."""
    rolls = RollCall.objects.filter(taken_by=member).order_by("-held_on", "-starts_at")
    spans = [Span(*times) for times in rolls.values_list("starts_at", "ends_at")[:RECENT]]
    return list(dict.fromkeys(spans))[:3]


@dataclass(frozen=True, slots=True)
class RollLine:
    """A pupil on the list, as the school knows them now."""

    student_id: int
    number: int
    last_name: str
    first_name: str
    line: Line
    excused: Excusal.Kind | None
    absent_since: time | None
    is_justified: bool
    is_announced: bool  # a family said beforehand that the pupil would be away, and vie scolaire accepted

    def __str__(self) -> str:
        return f"{self.last_name} {self.first_name}"


@dataclass(frozen=True, slots=True)
class RollPage:
    """One roll call, taken or not: its list in register order."""

    group: TeachingGroup
    on: date
    hours: Span
    course_id: int | None
    subject: str
    roll_call: RollCall | None
    lines: list[RollLine] = field(default_factory=list)

    @property
    def is_taken(self) -> bool:
        return self.roll_call is not None and self.roll_call.closed_at is not None


def taken_at(group: TeachingGroup, on: date, starts_at: time) -> RollCall | None:
    """The roll call of that group that begins at that time. One query."""
    return next(iter(_rolls_at(group.pk, on, starts_at)), None)


@prepared
def _rolls_at(group_id: int, on: date, starts_at: time) -> QuerySet[RollCall]:
    rolls = RollCall.objects.filter(group=group_id, held_on=on, starts_at=starts_at)
    return rolls.select_related("taken_by__user", "corrected_by__user", "course__subject")


def roll_page(
    member: Member,
    group: TeachingGroup,
    on: date,
    hours: Span,
    roll: RollCall | None,
    *,
    to_read: bool = True,
) -> RollPage:
    """Six queries; three without what only a reader needs beside names: who is away, and why."""
    kept = lines_of(roll.pk) if roll else {}
    students = _listed(group.pk, on, list(kept))
    course = roll.course if roll else _only_course(member, group, on)
    course_id = course.pk if course else None
    known = _knowledge([pk for pk, _, _ in students], on, hours, course_id) if to_read else _Knowledge()
    lines = [
        RollLine(
            pk, number, last.upper(), first,
            kept.get(pk, EXCUSED if pk in known.excused else PRESENT), known.excused.get(pk),
            *known.missing.get(pk, (None, False)), is_announced=pk in known.announced,
        )
        for number, (pk, last, first) in enumerate(students, start=1)
    ]  # fmt: skip
    return RollPage(group, on, hours, course_id, course.subject.name if course else "", roll, lines)


@dataclass(frozen=True, slots=True)
class _Knowledge:
    """What vie scolaire knows of pupils at an hour: missing since when, excused how, announced."""

    missing: dict[int, tuple[time, bool]] = field(default_factory=dict)
    excused: dict[int, Excusal.Kind] = field(default_factory=dict)
    announced: frozenset[int] = frozenset()


def _knowledge(pupils: list[int], on: date, hours: Span, course_id: int | None) -> _Knowledge:
    missing = {pk: (since, is_justified) for pk, since, is_justified in _missing(pupils, on, hours.starts_at)}
    announced = frozenset(pk for (pk,) in _announced(pupils, on, hours.starts_at, hours.ends_at))
    return _Knowledge(missing, excused_at(pupils, on, hours.starts_at, course_id), announced)


@prepared
def _listed(group_id: int, on: date, kept: Ids) -> QuerySet:
    """The pupils of that day, and those who left since but have a line."""
    belong = classes.students_of([group_id], on)
    listed = Student.objects.filter(Q(pk__in=belong.values("pk")) | Q(pk__any_of=kept))
    return listed.in_register_order().values_list("pk", "last_name", "first_name")


@prepared
def _missing(student_ids: Ids, on: date, starts_at: time) -> QuerySet:
    """What vie scolaire already knows: who is missing since an earlier hour."""
    absences = Absence.objects.standing().filter(
        student__pk__any_of=student_ids, held_on=on, starts_at__lt=starts_at
    )
    return absences.order_by("starts_at").values_list("student", "starts_at", "is_justified")


@prepared
def _announced(student_ids: Ids, on: date, starts_at: time, ends_at: time) -> QuerySet:
    covering = Justification.objects.accepted().covering(on, starts_at, ends_at)
    return covering.filter(student__pk__any_of=student_ids).order_by("pk").values_list("student")


def _only_course(member: Member, group: TeachingGroup, on: date) -> Course | None:
    """What this member teaches to the group, when it is one thing."""
    taught = _courses_of(member, on, group.pk)
    return taught[0] if len(taught) == 1 else None


@prepared_for_member
def _courses_of(member: Member, on: date, group_id: int) -> CourseQuerySet:
    return classes.taught_courses(member, on).filter(group=group_id).select_related("subject").order_by("pk")
