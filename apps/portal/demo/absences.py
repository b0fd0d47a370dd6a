"""Roll calls from the rentrée to this morning: a few pupils miss often, most hardly ever."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from random import Random

from apps.attendance.api import PastRollCall

from .days import at
from .school import DemoClass, DemoCourse, DemoSchool

HOURS = ((time(7, 30), time(8, 25)), (time(8, 25), time(9, 20)))
TWO_ROLL_CALLS = {1, 3}  # on Tuesdays and Thursdays, the second hour is called too
REASONS = ("Maladie", "Rendez-vous médical", "Raison familiale", "Décès dans la famille", "Transport")
Seat = tuple[int, int, int]  # weekday, hour, class


@dataclass(frozen=True, slots=True)
class Pupil:
    """How often a pupil is absent or late."""

    absent: float
    late: float


def past_roll_calls(
    school: DemoSchool, days: list[date], today: date | None
) -> tuple[list[PastRollCall], dict[tuple[int, date], str]]:
    """The roll calls of these days and half of today's, and the reasons that families gave since."""
    rng = Random(f"{school.script.slug}: roll calls")  # noqa: S311
    told = _told(school)
    pupils = {student.pk: _pupil(rng) for one in school.classes for student in one.students}
    pupils |= {student.pk: Pupil(0, 0) for student in school.scripted.values()}
    timetable = _timetable(school)
    calls: list[PastRollCall] = []
    for day in [*days, *([today] if today else [])]:
        for place, one in enumerate(school.classes):
            if day != today or place % 2:
                calls += _morning(rng, one, place, day, timetable, pupils, told)
    return calls, _reasons(rng, calls, told, today)


def _told(school: DemoSchool) -> dict[tuple[int, date], str | int]:
    """What happened to the cast: an absence with its reason, or minutes."""
    children = [child for family in school.script.families for child in family.children]
    return {
        (school.scripted[child.name].pk, day + school.shift): said
        for child in children
        for day, said in (*child.absences, *child.late)
    }


def _reasons(
    rng: Random, calls: list[PastRollCall], told: dict[tuple[int, date], str | int], today: date | None
) -> dict[tuple[int, date], str]:
    reasons = {key: said for key, said in told.items() if isinstance(said, str)}
    for call in calls:
        for student_id in sorted(call.absent):
            if (student_id, call.held_on) not in reasons:
                given = call.held_on != today and rng.random() < 0.55
                reasons[student_id, call.held_on] = rng.choice(REASONS) if given else ""
    return reasons


def _pupil(rng: Random) -> Pupil:
    absent = rng.choices((0.008, 0.04, 0.14), (86, 11, 3))[0]
    return Pupil(absent, rng.choices((0.006, 0.05), (88, 12))[0])


def _timetable(school: DemoSchool) -> dict[Seat, DemoCourse]:
    """Who teaches which class at the first hours of each weekday: nobody is in two rooms at once."""
    seats: dict[Seat, DemoCourse] = {}
    for weekday in range(5):
        for hour in range(len(HOURS)):
            busy: set[int] = set()
            for place, one in enumerate(school.classes):
                turn = (weekday * 3 + hour + place) % len(one.courses)
                candidates = one.courses[turn:] + one.courses[:turn]
                course = next(
                    (c for c in candidates if c.subject != "COND" and c.teacher.pk not in busy), candidates[0]
                )
                busy.add(course.teacher.pk)
                seats[weekday, hour, place] = course
    return seats


def _morning(
    rng: Random,
    one: DemoClass,
    place: int,
    day: date,
    timetable: dict[Seat, DemoCourse],
    pupils: dict[int, Pupil],
    told: dict[tuple[int, date], str | int],
) -> Iterator[PastRollCall]:
    absent: set[int] = set()
    for hour in range(2 if day.weekday() in TWO_ROLL_CALLS else 1):
        course = timetable[day.weekday(), hour, place]
        starts_at, ends_at = HOURS[hour]
        drawn = {student.pk: rng.random() for student in one.students}
        absent = {pk for pk, draw in drawn.items() if draw < (0.85 if pk in absent else pupils[pk].absent)}
        late = {
            pk: rng.randrange(3, 26)
            for pk, draw in drawn.items()
            if pk not in absent and draw > 1 - pupils[pk].late
        }
        of_the_cast = {pk: told[pk, day] for pk in drawn if (pk, day) in told}
        absent |= {pk for pk, said in of_the_cast.items() if isinstance(said, str)}
        if hour == 0:
            late |= {pk: said for pk, said in of_the_cast.items() if isinstance(said, int)}
        yield PastRollCall(
            group_id=one.group.whole_group.pk,
            course_id=course.course.pk,
            held_on=day,
            starts_at=starts_at,
            ends_at=ends_at,
            taken_by_id=course.teacher.pk,
            closed_at=at(day, starts_at.hour, starts_at.minute) + timedelta(minutes=30),
            students=tuple(student.pk for student in one.students),
            absent=frozenset(absent),
            late=late,
        )
