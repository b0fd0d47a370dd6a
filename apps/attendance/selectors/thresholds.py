"""Who has passed a threshold of the school's, and has not been seen about it yet."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from apps.attendance.models import AttendanceThreshold, Excusal, ThresholdAnswer
from apps.attendance.rules import Tally, aways, is_past, month_of
from apps.classes import api as classes
from apps.classes.models import ClassGroup
from apps.people.models import Student

from .counting import NOTHING, Days, Record, records
from .windows import year_of

LATEST = 20
What, Within = AttendanceThreshold.What, AttendanceThreshold.Within
OF_TALLY: dict[str, Callable[[Tally], int]] = {
    What.UNJUSTIFIED_HOURS: lambda one: one.unjustified.hours,
    What.MISSED_HOURS: lambda one: one.missed.hours,
    What.UNJUSTIFIED_HALF_DAYS: lambda one: one.unjustified.half_days,
    What.LATE: lambda one: one.late,
    What.LATE_MINUTES: lambda one: one.late_minutes,
}
WITHIN = {Within.MONTH: "dans le mois", Within.TERM: "dans la période", Within.YEAR: "dans l’année"}
AWAY = {What.INFIRMARY: Excusal.Kind.INFIRMARY, What.LEFT_EARLY: Excusal.Kind.LEFT_EARLY}


@dataclass(frozen=True, slots=True)
class PastLine:
    """A pupil past a threshold: the count since that day, and the last time that somebody saw to it."""

    student_id: int
    name: str
    class_name: str
    count: int
    since: date
    last_answer: ThresholdAnswer | None


@dataclass(frozen=True, slots=True)
class PastThreshold:
    """A threshold and who is past it, the highest count first."""

    pk: int
    words: str
    unit: str
    proposal: str
    lines: list[PastLine]


@dataclass(frozen=True, slots=True)
class ThresholdsPage:
    """What is to be seen to, then what was, latest first; `has_any`: whether the school has thresholds."""

    past: list[PastThreshold]
    answers: list[ThresholdAnswer]
    has_any: bool

    def line(self, threshold_id: int, student_id: int) -> PastLine | None:
        """The one of that threshold and pupil, while she is on the page."""
        lines = (line for one in self.past if one.pk == threshold_id for line in one.lines)
        return next((line for line in lines if line.student_id == student_id), None)


def thresholds_page(on: date) -> ThresholdsPage:
    """Eleven queries: counted up to that day, in its month, term and year."""
    thresholds = list(AttendanceThreshold.objects.filter(is_on=True).order_by("what", "at_least", "pk"))
    windows = _Windows.of(on)
    found = records((windows.first, on)) if thresholds else {}
    class_of = classes.class_groups_of(found, on)
    known = _answers(windows.first)
    past = {one.pk: _past(one, found, class_of, windows, known) for one in thresholds}
    names = _names({line[0] for lines in past.values() for line in lines})
    latest = ThresholdAnswer.objects.select_related("student", "threshold", "answered_by__user")
    return ThresholdsPage(
        past=[_shown(one, past[one.pk], names, class_of) for one in thresholds if past[one.pk]],
        answers=list(latest.order_by("-answered_at", "-pk")[:LATEST]),
        has_any=bool(thresholds),
    )


@dataclass(frozen=True, slots=True)
class _Windows:
    """The days over which things are counted, up to one day."""

    on: date
    month: date
    year: date
    terms: Mapping[int, date]

    @classmethod
    def of(cls, on: date) -> "_Windows":
        year = year_of(on)
        month = month_of(on)[0]
        terms = {term.calendar_id: term.starts_on for term in classes.current_terms(on)}
        return cls(on, month, year.opens_on if year else month, terms)

    @property
    def first(self) -> date:
        return min([self.month, self.year, *self.terms.values()])

    def days(self, within: str, its_class: ClassGroup) -> Days:
        if within == Within.TERM:
            return self.terms.get(its_class.calendar_id, self.month), self.on
        return (self.month if within == Within.MONTH else self.year), self.on


Answers = Mapping[tuple[int, int, date], ThresholdAnswer]


def _answers(first: date) -> Answers:
    """The last answer (of the highest count) by threshold, pupil and beginning. One query."""
    rows = ThresholdAnswer.objects.filter(since__gte=first).select_related("answered_by__user")
    return {(row.threshold_id, row.student_id, row.since): row for row in rows.order_by("count", "pk")}


def _past(
    threshold: AttendanceThreshold,
    found: Mapping[int, Record],
    class_of: Mapping[int, ClassGroup],
    windows: _Windows,
    known: Answers,
) -> list[tuple[int, int, date, ThresholdAnswer | None]]:
    lines = []
    for pupil, its_class in class_of.items():
        first, last = windows.days(threshold.within, its_class)
        count = counted(threshold.what, found.get(pupil, NOTHING), (first, last))
        answer = known.get((threshold.pk, pupil, first))
        if is_past(count, threshold.at_least, answer.count if answer else 0):
            lines.append((pupil, count, first, answer))
    return lines


def counted(what: str, record: Record, days: Days) -> int:
    """That much of it, in these days."""
    part = record.within(*days)
    if what in AWAY:
        kind = aways(part.away, *days).get(AWAY[what])
        return kind.times if kind else 0
    return OF_TALLY[what](part.tally())


def _names(student_ids: Iterable[int]) -> dict[int, str]:
    """In register order."""
    pupils = Student.objects.filter(pk__in=student_ids).in_register_order()
    return {pupil.pk: str(pupil) for pupil in pupils}


def _shown(
    threshold: AttendanceThreshold, lines: list, names: Mapping[int, str], class_of: Mapping[int, ClassGroup]
) -> PastThreshold:
    place: dict[int, int] = defaultdict(int, {pk: number for number, pk in enumerate(names)})
    shown = [
        PastLine(pupil, names[pupil], class_of[pupil].name, *rest)
        for pupil, *rest in sorted(lines, key=lambda line: (-line[1], place[line[0]]))
    ]
    what = threshold.get_what_display()
    words = f"{threshold.at_least} {what} {WITHIN[threshold.within]}"
    return PastThreshold(threshold.pk, words, what, threshold.proposal, shown)
