"""The teacher's day of roll calls, and one roll call's list."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db.models import Count, Q

from apps.accounts.models import Member
from apps.attendance.models import Absence, RollCall, RollEntry
from apps.attendance.rules import Line, Span, slot_at
from apps.classes import api as classes
from apps.classes.models import TeachingGroup, TeachingGroupQuerySet
from apps.people.models import Student

RECENT = 60


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


@dataclass(frozen=True, slots=True)
class RollsPage:
    """The day: each group at the hour under way, the member's last groups first; then what was taken."""

    on: date
    hours: Span
    groups: list[GroupRow]
    taken: list[TakenRoll]

    @property
    def due(self) -> int:
        return sum(row.taken is None for row in self.groups)


def rolls_page(member: Member, groups: TeachingGroupQuerySet, on: date, moment: time) -> RollsPage:
    """Four queries."""
    mine = list(groups.order_by("name"))
    subjects = _subjects(member, on)
    taken = _taken(mine, on)
    hours = slot_at(moment)
    now_taken = {roll.group_id: roll for roll in taken if roll.hours.starts_at == hours.starts_at}
    last = {group: place for place, group in reversed(list(enumerate(_recent_groups(member))))}
    rows = [
        GroupRow(one.pk, one.name, ", ".join(subjects.get(one.pk, ())), now_taken.get(one.pk)) for one in mine
    ]
    rows.sort(key=lambda row: last.get(row.pk, RECENT))
    return RollsPage(on, hours, rows, taken)


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
    absent_since: time | None
    is_excused: bool


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
    rolls = RollCall.objects.filter(group=group, held_on=on, starts_at=starts_at)
    return rolls.select_related("taken_by__user", "corrected_by__user", "course__subject").first()


def roll_page(member: Member, group: TeachingGroup, on: date, hours: Span, roll: RollCall | None) -> RollPage:
    """Four queries."""
    entries = roll.entries.all() if roll else ()
    kept = {entry.student_id: Line(entry.state, entry.minutes_late) for entry in entries}
    students = _listed(group, on, kept)
    missing = _missing(students, on, hours)
    lines = [
        _line(number, one, kept.get(one.pk, Line()), missing.get(one.pk))
        for number, one in enumerate(students, start=1)
    ]
    course = roll.course if roll else _only_course(member, group, on)
    return RollPage(
        group, on, hours, course.pk if course else None, course.subject.name if course else "", roll, lines
    )


def _listed(group: TeachingGroup, on: date, kept: dict[int, Line]) -> list[Student]:
    """The pupils of that day, and those who left since but have a line."""
    students = list(classes.students_of([group.pk], on))
    gone = kept.keys() - {one.pk for one in students}
    if gone:
        students = sorted([*students, *Student.objects.filter(pk__in=gone)], key=lambda one: one.sort_key)
    return students


def _missing(students: list[Student], on: date, hours: Span) -> dict[int, Absence]:
    """What vie scolaire already knows: who is missing since an earlier hour."""
    absences = Absence.objects.standing().filter(
        student__in=[one.pk for one in students], held_on=on, starts_at__lt=hours.starts_at
    )
    return {row.student_id: row for row in absences.order_by("starts_at")}


def _line(number: int, one: Student, line: Line, missing: Absence | None) -> RollLine:
    return RollLine(
        student_id=one.pk,
        number=number,
        last_name=one.last_name.upper(),
        first_name=one.first_name,
        line=line,
        absent_since=missing.starts_at if missing else None,
        is_excused=bool(missing and missing.is_justified),
    )


def _only_course(member: Member, group: TeachingGroup, on: date):
    """What this member teaches to the group, when it is one thing."""
    taught = list(classes.taught_courses(member, on).filter(group=group).select_related("subject")[:2])
    return taught[0] if len(taught) == 1 else None
