"""The home of a school: a teacher's day, the office's day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.urls import reverse
from django.utils.timezone import localtime

from apps.accounts.models import DIRECTION, OFFICE, STUDENT_LIFE, Member, Role
from apps.attendance import api as attendance
from apps.grades import api as grades
from apps.messaging import api as messaging
from apps.reports import api as reports


@dataclass(frozen=True, slots=True)
class CourseLine:
    """What a teacher does with a course today."""

    subject: str
    group: str
    called: tuple[attendance.Span, ...]
    drafts: int
    roll_url: str
    marks_url: str


@dataclass(frozen=True, slots=True)
class DueLine:
    """A roll call that should have been taken by now."""

    about: attendance.ExpectedRoll
    url: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the day, that leads to its list when the member opens it."""

    label: str
    count: int
    letter: str
    url: str = ""

    @property
    def css(self) -> str:
        return f"m {self.letter}" if self.count else "m"


@dataclass(frozen=True, slots=True)
class OpenAgainLine:
    """A closed term that may be written in for a while; its page, where it is hers to write."""

    about: grades.OpenAgain
    url: str


@dataclass(frozen=True, slots=True)
class SchoolHome:
    """Each hat adds its part."""

    open_again: tuple[OpenAgainLine, ...] = ()
    due: tuple[DueLine, ...] = ()
    courses: tuple[CourseLine, ...] = ()
    form_classes: tuple[reports.FormClass, ...] = ()
    due_remarks: tuple[reports.DueRemarks, ...] = ()
    figures: tuple[Figure, ...] = ()
    writes: bool = False
    calls: bool = False

    @property
    def slots(self) -> str:
        """The hours of any day, as in the addresses of roll calls."""
        return " ".join(map(str, attendance.default_slots()))


def school_home(member: Member, at: datetime) -> SchoolHome:
    """Ten queries for a teacher, five more while remarks are asked for; three for the office, four for the
    direction.
    """
    moment = localtime(at)
    on = moment.date()
    return SchoolHome(
        open_again=tuple(_open_again(member, at)) if member.holds(Role.TEACHER, *DIRECTION) else (),
        due=tuple(_due(member, on, moment.time())) if member.holds(Role.TEACHER) else (),
        courses=tuple(_courses(member, on, moment.time())) if member.holds(Role.TEACHER) else (),
        form_classes=tuple(reports.form_classes(member, on)) if member.holds(Role.TEACHER) else (),
        due_remarks=tuple(reports.due_remarks(member, on)) if member.holds(Role.TEACHER) else (),
        figures=tuple(_figures(member, on)) if member.holds(*OFFICE) else (),
        writes=member.holds(*messaging.CORRESPONDENTS),
        calls=member.holds(*attendance.CALLERS),
    )


def _open_again(member: Member, at: datetime) -> Iterable[OpenAgainLine]:
    is_hers = member.holds(Role.TEACHER) and not member.holds(*DIRECTION)
    for about in grades.open_again(member, at):
        page = reverse("grades:course", args=[about.course_id])
        yield OpenAgainLine(about, f"{page}?periode={about.term_number}" if is_hers else "")


def _due(member: Member, on: date, moment: time) -> Iterable[DueLine]:
    for roll in attendance.due_rolls(on, moment, member):
        yield DueLine(roll, reverse("attendance:roll_call", args=[roll.group_id, on, roll.hours]))


def _courses(member: Member, on: date, moment: time) -> Iterable[CourseLine]:
    courses = grades.my_courses(member, on)
    called = attendance.hours_called({course.group_id for course in courses}, on)
    hours = attendance.slot_at(moment)
    return [
        CourseLine(
            subject=course.subject,
            group=course.group,
            called=tuple(called.get(course.group_id, ())),
            drafts=course.drafts,
            roll_url=reverse("attendance:roll_call", args=[course.group_id, on, hours]),
            marks_url=reverse("grades:course", args=[course.course_id]),
        )
        for course in courses
    ]


def _figures(member: Member, on: date) -> Iterable[Figure]:
    day = attendance.day_figures(on)
    watches = member.holds(*STUDENT_LIFE)
    absences = reverse("attendance:absences") if watches else ""
    board = reverse("portal:board") if watches else ""
    rolls = reverse("attendance:roll_calls") if member.holds(*attendance.CALLERS) else ""
    return [
        Figure("élèves absents", day.absent, "a", board),
        Figure("absences à justifier", day.to_justify, "a", absences),
        Figure("élèves en retard", day.late, "r", board),
        Figure("appels faits", day.roll_calls, "p", rolls),
    ]
