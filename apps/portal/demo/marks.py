"""A first trimester of marks: what a pupil usually does, what the subject asks, and the luck of the day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from apps.grades.api import Column, MarkValue, PastColumn

from .cast import DIOP
from .days import at
from .school import DemoCourse, DemoSchool

QUIZ, TEST, LEVEL_TEST, ORAL, HOMEWORK = "quiz", "test", "level_test", "oral", "homework"
CONDUCT = "conduct"


@dataclass(frozen=True, slots=True)
class Planned:
    """An évaluation of the year's plan; `when` is its place in the term, from 0 to 1."""

    title: str
    kind: str
    when: float
    out_of: int = 20
    coefficient: int = 1
    counts: str = "always"
    part: str = ""  # a sub-discipline's code


MAIN = (
    Planned("Interrogation 1", QUIZ, 0.20, out_of=10),
    Planned("Devoir 1", TEST, 0.42, coefficient=2),
    Planned("Interrogation 2", QUIZ, 0.68, out_of=10),
    Planned("Devoir de niveau", LEVEL_TEST, 0.90, coefficient=2),
)
MIDDLE = (
    Planned("Interrogation 1", QUIZ, 0.26, out_of=10),
    Planned("Devoir 1", TEST, 0.55, coefficient=2),
    Planned("Devoir 2", TEST, 0.86),
)
SMALL = (Planned("Devoir 1", TEST, 0.45), Planned("Devoir 2", TEST, 0.82))
PLANS = {
    "MATH": MAIN,
    "ANG": MAIN,
    "FR": MAIN,
    "PHILO": MIDDLE,
    "HG": MIDDLE,
    "PC": MIDDLE,
    "SVT": MIDDLE,
    "LV2": MIDDLE,
    "FR.EO": (Planned("Récitation", ORAL, 0.30, out_of=10), Planned("Exposé", ORAL, 0.75)),
    "FR.OG": (
        Planned("Dictée 1", QUIZ, 0.22, out_of=10),
        Planned("Devoir de grammaire", TEST, 0.50),
        Planned("Dictée 2", QUIZ, 0.84),
    ),
    "FR.EE": (Planned("Rédaction 1", TEST, 0.40), Planned("Rédaction 2", LEVEL_TEST, 0.88)),
    "EPS": (Planned("Course de vitesse", TEST, 0.45), Planned("Gymnastique", TEST, 0.85)),
    "ARTS": (Planned("Dessin", TEST, 0.50), Planned("Exposé", ORAL, 0.85)),
    "TICE": (Planned("Travail pratique", TEST, 0.50), Planned("Devoir 1", TEST, 0.85)),
    "COND": (Planned("Conduite", CONDUCT, 0.97),),
}
EASE = {
    "COND": 4.5,
    "EPS": 2.5,
    "ARTS": 2.5,
    "TICE": 2.0,
    "EDHC": 2.0,
    "MATH": -1.2,
    "PC": -0.8,
    "FR.OG": -0.6,
}
HELD_BACK = 0.09  # of the last columns, one in three: 3 % of all are not published yet
WITHOUT = ((0.016, "absent"), (0.019, "not_handed_in"), (0.021, "exempt"), (0.022, "not_marked"))


def past_marks(school: DemoSchool, days: list[date]) -> Iterator[PastColumn]:
    """The columns of every course on these class days of the term; and what Mme Diop adds to hers."""
    rng = Random(f"{school.script.slug}: marks")  # noqa: S311
    leaning = {
        (student.pk, course.subject): rng.gauss(EASE.get(course.subject, 0), 1.1)
        for course in school.courses
        for student in course.students
    }
    for course in (one for one in school.courses if one.students):
        plan = _plan_of(course)
        for planned in plan:
            day = days[min(int(len(days) * planned.when) + rng.randrange(-1, 2), len(days) - 1)]
            mood = rng.gauss(0, 0.8)
            marks = {
                student.pk: _mark(
                    rng,
                    planned,
                    school.usual_averages[student.pk] + leaning[student.pk, course.subject] + mood,
                )
                for student in course.students
            }
            held_back = planned is plan[-1] and rng.random() < HELD_BACK
            published_on = None if held_back else min(day + timedelta(days=3), days[-1])
            yield _column(school, course, planned, day, published_on, marks)
    if DIOP.username in school.members:
        yield from _of_mme_diop(school, days)


def _plan_of(course: DemoCourse) -> Sequence[Planned]:
    if not course.parts:
        return PLANS.get(course.subject, SMALL)
    return [replace(planned, part=code) for code in course.parts for planned in PLANS[code]]


def _column(
    school: DemoSchool,
    course: DemoCourse,
    planned: Planned,
    day: date,
    published_on: date | None,
    marks: dict[int, MarkValue],
) -> PastColumn:
    return PastColumn(
        course_id=course.course.pk,
        term_id=school.first_term.pk,
        column=Column(
            title=planned.title,
            kind=planned.kind,
            held_on=day,
            out_of=Decimal(planned.out_of),
            coefficient=Decimal(planned.coefficient),
            counts=planned.counts,
            part_id=course.parts.get(planned.part),
        ),
        published_at=at(published_on, 17, 30) if published_on else None,
        marks=marks,
    )


OPTIONAL = (
    Planned("Problème du mois", HOMEWORK, 0.60, out_of=10, counts="bonus"),
    Planned("Interrogation de rattrapage", QUIZ, 0.75, out_of=10, counts="if_better"),
)


def _of_mme_diop(school: DemoSchool, days: list[date]) -> Iterator[PastColumn]:
    """In Awa's class, some took what is optional; and the last copies are handed in, their column waits."""
    awa = next(one for one in school.classes if school.scripted["Bamba Awa"] in one.students)
    course = next(one for one in awa.courses if one.subject == "MATH")
    rng = Random(f"{school.script.slug}: optional")  # noqa: S311
    for planned in OPTIONAL:
        day = days[int(len(days) * planned.when)]
        took = [one for one in course.students if one.last_name == "Bamba" or rng.random() < 0.4]
        marks = {one.pk: _mark(rng, planned, school.usual_averages[one.pk] + 1) for one in took}
        yield _column(school, course, planned, day, day + timedelta(days=3), marks)
    yield _column(school, course, Planned("Devoir 2", TEST, 1), days[-1], None, {})


def _mark(rng: Random, planned: Planned, level: float) -> MarkValue:
    """A mark by halves (quarters in a devoir de niveau), or now and then the reason why there is none."""
    if planned.kind == CONDUCT:
        return MarkValue(Decimal(round(min(max(rng.gauss(level, 1.5), 6), 20))))
    draw = rng.random()
    if draw < WITHOUT[-1][0]:
        return MarkValue(missing=next(reason for bound, reason in WITHOUT if draw < bound))
    grain = Decimal("0.25") if planned.kind == LEVEL_TEST else Decimal("0.5")
    points = min(max(rng.gauss(level, 1.9) * planned.out_of / 20, 0.5), planned.out_of)
    return MarkValue(round(points / float(grain)) * grain)
