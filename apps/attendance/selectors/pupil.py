"""A pupil's own page for vie scolaire: a whole school year of absences, late arrivals and days away."""

from dataclasses import dataclass
from datetime import date, timedelta

from apps.attendance.models import Absence, Excusal, LateArrival, ThresholdAnswer
from apps.attendance.rules import (
    Away,
    AwayCount,
    Missed,
    Span,
    Tally,
    aways,
    lessons_missed,
    month_of,
    tally,
)
from apps.classes import api as classes
from apps.core.templatetags.look import MONTHS
from apps.people.models import Student

from .calls import Call, calls_about
from .counting import rolls_missed
from .windows import Window, terms_of_year, year_of

KINDS = dict(Excusal.Kind.choices)


@dataclass(frozen=True, slots=True)
class AbsenceOfPupil:
    """An absence as a line, with what it costs."""

    pk: int
    held_on: date
    hours: Span
    missed: Missed


@dataclass(frozen=True, slots=True)
class Stretch:
    """A month or a term of the year, and what it comes to."""

    name: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class PupilPage:
    """One pupil, one year; latest first."""

    student: Student
    class_name: str
    year: str
    calls: list[Call]
    total: Tally
    stretches: list[Stretch]
    absences: list[AbsenceOfPupil]
    late: list[LateArrival]
    excusals: list[Excusal]
    away: list[tuple[str, AwayCount]]
    answers: list[ThresholdAnswer]


def pupil_page(student: Student, on: date) -> PupilPage:
    """Ten queries."""
    year = year_of(on)
    days = (year.opens_on, year.closes_on) if year else month_of(on)
    missed = rolls_missed(days, [student.pk])
    rows = Absence.objects.standing().filter(student=student, held_on__range=days)
    absences = [_absence(row, missed) for row in rows.order_by("-held_on", "-starts_at")]
    late = LateArrival.objects.filter(student=student, held_on__range=days)
    late = list(late.order_by("-held_on", "-starts_at", "pk"))
    excusals = Excusal.objects.standing().filter(
        student=student, starts_on__lte=days[1], ends_on__gte=days[0]
    )
    excusals = list(excusals.select_related("course__subject").order_by("-starts_on", "-pk"))
    its_class = classes.class_groups_of([student.pk], on).get(student.pk)
    terms = [
        Window("", term.starts_on, term.ends_on, term.name)
        for term in terms_of_year(year)
        if term.starts_on <= on
    ]
    away = aways([_away(one) for one in excusals], *days)
    return PupilPage(
        student=student,
        class_name=its_class.name if its_class else "",
        year=year.name if year else "",
        calls=calls_about([student.pk], on)[student.pk],
        total=_tally(absences, late, *days),
        stretches=[
            Stretch(one.title, _tally(absences, late, *one.days)) for one in [*terms, *_months(days, on)]
        ],
        absences=absences,
        late=late,
        excusals=excusals,
        away=[(KINDS[kind], count) for kind, count in away.items()],
        answers=_answers(student, days[0]),
    )


def _answers(student: Student, since: date) -> list[ThresholdAnswer]:
    """What was done about the thresholds that she passed this year."""
    found = ThresholdAnswer.objects.filter(student=student, since__gte=since)
    return list(found.select_related("threshold", "answered_by__user").order_by("-answered_at", "-pk"))


def _absence(row: Absence, missed: dict[tuple[int, date], list[Span]]) -> AbsenceOfPupil:
    hours = Span(row.starts_at, row.ends_at)
    lessons = lessons_missed(hours, missed.get((row.student_id, row.held_on), ()))
    return AbsenceOfPupil(
        row.pk, row.held_on, hours, Missed(row.held_on, row.is_justified, lessons, row.reason)
    )


def _away(row: Excusal) -> Away:
    return Away(row.kind, row.starts_on, row.ends_on, row.starts_at is None)


def _months(days: tuple[date, date], on: date) -> list[Window]:
    """Those of the year that have begun."""
    months, day = [], days[0]
    while day <= min(days[1], on):
        first, last = month_of(day)
        months.append(Window("", first, last, MONTHS[first.month - 1].capitalize()))
        day = last + timedelta(days=1)
    return months


def _tally(absences: list[AbsenceOfPupil], late: list[LateArrival], first: date, last: date) -> Tally:
    return tally(
        (one.missed for one in absences if first <= one.held_on <= last),
        (one.minutes for one in late if first <= one.held_on <= last),
    )
