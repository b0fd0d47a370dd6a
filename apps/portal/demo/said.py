"""What families said of absences, past and to come, in each state; and who is not expected these days."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import islice

from apps.attendance.api import PastExcusal, PastJustification, PastRollCall, Period, Span
from apps.schools.models import School

from .certificate import certificate
from .days import at
from .school import DemoClass, DemoSchool

LATELY = timedelta(days=16)
UNREADABLE = "Le certificat est illisible. Renvoyez la photo, s’il vous plaît."
SEEN = "Paludisme, vu au centre de santé"
LINES = (SEEN, "", "Le gbaka est tombé en panne", "Fièvre dans la nuit")
FATES = ("waiting", "refused", "waiting", "waiting", "waiting")


def past_justifications(
    school: DemoSchool, calls: list[PastRollCall], reasons: dict[tuple[int, date], str], today: date
) -> Iterator[PastJustification]:
    """Of the families that sign in: some wait, one was refused, those with a reason were accepted."""
    parents = {student: member for student, member, _ in school.correspondents}
    missed = sorted(
        {(call.held_on, student) for call in calls for student in call.absent if student in parents},
        reverse=True,
    )
    accepted = [key for key in missed if reasons.get((key[1], key[0]))]
    unexplained = [
        (day, student)
        for day, student in missed
        if not reasons.get((student, day)) and today - LATELY < day < today
    ]
    for (day, student), line, fate in zip(unexplained, LINES + LINES, FATES, strict=False):
        given = _given(school, student, parents[student], Period(day, day), "Maladie", line, fate)
        yield replace(given, photo=certificate()) if line == SEEN else given
    for day, student in accepted[:6]:
        said = reasons[student, day]
        yield _given(school, student, parents[student], Period(day, day), said, "", "accepted")
    yield from _to_come(school, parents, today)
    yield from _of_the_cast(school, today)


def _to_come(school: DemoSchool, parents: dict[int, int], today: date) -> Iterator[PastJustification]:
    days = Period(today + timedelta(days=2), today + timedelta(days=4))
    hours = Period(today + timedelta(days=6), today + timedelta(days=6), time(10), time(12))
    planned = ((days, "Raison familiale", "accepted"), (hours, "Rendez-vous médical", "waiting"))
    for (student, member), (period, reason, state) in zip(sorted(parents.items()), planned, strict=False):
        yield _given(school, student, member, period, reason, "", state, said_on=today - timedelta(days=1))


def _of_the_cast(school: DemoSchool, today: date) -> Iterator[PastJustification]:
    """The children of the cast go to the dentist; what was said of the elder's last absence was refused."""
    families = [family for family in school.script.families if family.children[0].absences]
    for family in families:
        child, parent = family.children[0], school.members[family.parent.username].pk
        student = school.scripted[child.name].pk
        days = [(day + school.shift, said) for day, said in child.absences]
        for day, said in days:
            if said and day < today:
                yield _given(school, student, parent, Period(day, day), said, "", "accepted")
        day, said = days[-1]
        if not said and day < today and school.script.kind == School.Kind.LYCEE:
            yield _given(school, student, parent, Period(day, day), "Maladie", "Fièvre", "refused")
        soon = today + timedelta(days=5)
        yield _given(
            school, student, parent, Period(soon, soon, time(9), time(11)), "Rendez-vous médical",
            "Dentiste", "waiting", said_on=today - timedelta(days=1),
        )  # fmt: skip


def _given(
    school: DemoSchool, student: int, parent: int, period: Period, reason: str, line: str, state: str,
    said_on: date | None = None,
) -> PastJustification:  # fmt: skip
    said_on = said_on or period.starts_on
    return PastJustification(
        student_id=student,
        period=period,
        reason=reason,
        line=line,
        given_by_id=parent,
        given_at=at(said_on, 18, period.starts_on.day * 7 % 60),
        state=state,
        answer=UNREADABLE if state == "refused" else "",
        decided_by_id=None if state == "waiting" else _educator(school),
        decided_at=None if state == "waiting" else at(said_on + timedelta(days=1), 7, period.starts_on.day),
    )


def _educator(school: DemoSchool) -> int:
    return school.members[school.script.staff[-1].username].pk


def past_excusals(school: DemoSchool, today: date) -> Iterator[PastExcusal]:
    """A dispense of EPS, an exclusion, the infirmary, an early exit: of classes not called yet today."""
    quiet = [one for place, one in enumerate(school.classes) if place % 2 == 0]
    pupils = [one.students[place] for one in islice(quiet, 3) for place in (-1, -2)]
    others = [pupil.pk for pupil in pupils if pupil.pk not in {one.pk for one in school.scripted.values()}]
    if one := _sports(school.classes):
        yield _excused(
            school, one[0], "exempt", today - timedelta(days=9), today + timedelta(days=21),
            course_id=one[1], note="Entorse, certificat du 16", at_=at(today - timedelta(days=9), 8),
        )  # fmt: skip
    written = (
        ("excluded", today + timedelta(days=2), None, "Conseil de discipline"),
        ("infirmary", today, Span(time(9, 20), time(10, 15)), "Maux de ventre"),
        ("left_early", today, Span(time(11, 10), time(20)), "Sa mère est venue"),
    )
    for student, (kind, until, hours, note) in zip(others, written, strict=False):
        yield _excused(school, student, kind, today, until, hours=hours, note=note, at_=at(today, 7, 20))


def _sports(classes: list[DemoClass]) -> tuple[int, int] | None:
    """A pupil who follows EPS, and that course."""
    courses = ((one, course) for one in classes for course in one.courses if course.subject == "EPS")
    return next(((one.students[1].pk, course.course.pk) for one, course in courses), None)


def _excused(
    school: DemoSchool, student: int, kind: str, first: date, last: date, *, note: str, at_: datetime,
    hours: Span | None = None, course_id: int | None = None,
) -> PastExcusal:  # fmt: skip
    return PastExcusal(
        student_id=student,
        kind=kind,
        starts_on=first,
        ends_on=last,
        hours=hours,
        course_id=course_id,
        note=note,
        recorded_by_id=_educator(school),
        recorded_at=at_,
    )
