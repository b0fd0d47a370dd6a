"""How long all averages and ranks of a school take: as the portal makes them, and as SQL windows would.

`./deploy/loadtest --averages`. The school is made in a transaction that is undone.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import psutil
from django.db import connection, transaction

from apps.accounts.models import Member, Role, User
from apps.accounts.services import enter_members, enter_users
from apps.classes.api import PlanLine, plans_of
from apps.classes.models import ClassGroup, ClassTerm, Subject, SubjectGroup, SubjectPlan
from apps.classes.services import apply_preset, enrol, open_class, open_courses
from apps.core.tenancy import check_references_at_once, in_school, learn_sizes
from apps.grades.api import Audience, ClassResults, results_of
from apps.grades.models import Assessment, Mark
from apps.people.models import Student
from apps.people.services import enter_students
from apps.schools.models import School
from apps.schools.services import found_school

CLASSES, PUPILS, SUBJECTS = 50, 40, 14
COLUMNS = ((20, 1), (20, 1), (20, 2), (20, 2), (10, 1), (10, 1))  # out of, coefficient
BAR = 0.5  # seconds
TODAY = date(2026, 11, 24)
RUNS = 5


def measure() -> None:
    """Make the school, time both ways, say whether they agree; keep nothing."""
    with transaction.atomic():
        school = found_school(slug="mesure", name="Mesure", kind=School.Kind.COLLEGE)
        with in_school(school.pk):
            rows = make_school()
            compare(rows)
        transaction.set_rollback(True)


def make_school() -> list[ClassTerm]:
    """50 classes of 40 pupils, 14 subjects each, 6 marks in each: 168,000 marks."""
    began = time.perf_counter()
    check_references_at_once()
    year = apply_preset(kind="college", year="2026-2027")
    (user,) = enter_users([User(username="mesure", last_name="Mesure")])
    (teacher,) = enter_members([user], Role.TEACHER, since=year.opens_on)
    local = Subject.objects.bulk_create(Subject(code=f"LOCALE{n}", name=f"Matière {n}") for n in (1, 2))
    group = SubjectGroup.objects.get(name="Autres")
    for number in range(CLASSES):
        one = open_class(year=year, level="4e", name=f"4e {number}")
        if not number:
            SubjectPlan.objects.bulk_create(
                SubjectPlan(year=year, level=one.level, subject=subject, subject_group=group)
                for subject in local
            )
        fill(one, teacher, Random(number))
    learn_sizes()
    made = Mark.objects.count()
    print(f"{made} marks of {CLASSES * PUPILS} pupils, made in {time.perf_counter() - began:.0f} s")
    terms = ClassTerm.objects.filter(term__number=1).with_reckoning()
    return list(terms.select_related("term", "class_group").order_by("pk"))


def fill(class_group: ClassGroup, teacher: Member, rng: Random) -> None:
    plan = [line for line in plans_of([class_group])[class_group.pk] if line.parent_id is None]
    assert len(plan) == SUBJECTS
    students = enter_students(
        Student(last_name=f"ÉLÈVE {number}", first_name=class_group.name, sex="F") for number in range(PUPILS)
    )
    enrol(students, in_class=class_group, since=class_group.year.opens_on)
    subjects = Subject.objects.in_bulk([line.subject_id for line in plan])
    courses = open_courses(
        ((subjects[line.subject_id], class_group.whole_group, teacher) for line in plan),
        since=class_group.year.opens_on,
    )
    term = class_group.class_terms.get(term__number=1).term
    columns = Assessment.objects.bulk_create(
        Assessment(
            course=course, term=term, title=f"Note {n}", held_on=TODAY, out_of=out_of, coefficient=coefficient
        )
        for course in courses
        for n, (out_of, coefficient) in enumerate(COLUMNS)
    )
    Mark.objects.bulk_create(
        (
            Mark(assessment=column, student=student, value=Decimal(rng.randint(0, column.out_of * 4)) / 4)
            for column in columns
            for student in students
        ),
        batch_size=4000,
    )


def compare(rows: list[ClassTerm]) -> None:
    chosen, results = least(lambda: results_of(rows, on=TODAY, audience=Audience.STAFF))
    windows, told = least(lambda: by_windows(rows))
    alone, _ = least(lambda: results_of(rows[:1], on=TODAY, audience=Audience.STAFF))
    assert as_told(results) == told, "the two ways do not agree"
    print(f"chosen, SQL piles then one pass of Python, all that a report card says: {chosen} (bar {BAR} s)")
    print(f"alternative, SQL windows, general averages and places alone: {windows}")
    print(f"chosen, for one class: {alone}")


@dataclass(frozen=True, slots=True)
class Spent:
    """The least of a few runs. On a machine that others use, CPU says more than the clock."""

    clock: float
    python: float
    database: float

    def __str__(self) -> str:
        return f"{self.clock:.3f} s, of CPU {self.python:.3f} in Python and {self.database:.2f} in PostgreSQL"


def least(work: Callable[[], Any]) -> tuple[Spent, Any]:
    """What it cost, and what it gave."""
    spent, found = [], None
    for _ in range(RUNS):
        before = time.perf_counter(), time.process_time(), database_cpu()
        found = work()
        after = time.perf_counter(), time.process_time(), database_cpu()
        spent.append([end - start for start, end in zip(before, after, strict=True)])
    return Spent(*map(min, zip(*spent, strict=True))), found


def database_cpu() -> float:
    """Seconds that the process of our connection has used."""
    times = psutil.Process(connection.connection.info.backend_pid).cpu_times()
    return times.user + times.system


def as_told(results: dict[int, ClassResults]) -> dict[int, tuple]:
    """By student id: the general average and the place."""
    return {
        pk: (one.standing.result.overall, one.standing.rank.place)
        for its in results.values()
        for pk, one in its.pupils.items()
    }


def by_windows(rows: list[ClassTerm]) -> dict[int, tuple]:
    """The plainest case of the rules (no code, no optional mark, no sub-discipline), and no more."""
    plan: list[PlanLine] = plans_of([rows[0].class_group])[rows[0].class_group_id]
    weights = [(line.subject_id, line.coefficient) for line in plan if line.parent_id is None]
    values = ", ".join(["(%s, %s)"] * len(weights))
    with connection.cursor() as cursor:
        cursor.execute(
            WINDOWS.format(values=values), [*(one for pair in weights for one in pair), rows[0].term_id]
        )
        return {student: (average, place) for student, average, place, _, _ in cursor.fetchall()}


WINDOWS = """
WITH plan (subject, coefficient) AS (VALUES {values}),
subjects AS (
  SELECT enrolment.class_group_id AS class, mark.student_id AS student, course.subject_id AS subject,
    round(sum(mark.value / assessment.out_of * 20 * assessment.coefficient)
      / sum(assessment.coefficient), 2) AS average
  FROM grades_mark mark
  JOIN grades_assessment assessment ON assessment.id = mark.assessment_id
  JOIN classes_course course ON course.id = assessment.course_id
  JOIN classes_enrolment enrolment ON enrolment.student_id = mark.student_id AND enrolment.until IS NULL
  WHERE assessment.term_id = %s AND mark.value IS NOT NULL
  GROUP BY 1, 2, 3
),
ranked AS (
  SELECT *, rank() OVER (PARTITION BY class, subject ORDER BY average DESC) AS place FROM subjects
),
general AS (
  SELECT class, student, array_agg(ranked.place) AS places, array_agg(average) AS averages,
    round(sum(round(average * coefficient, 2)) / sum(coefficient), 2) AS average
  FROM ranked JOIN plan USING (subject) GROUP BY 1, 2
)
SELECT student, average, rank() OVER (PARTITION BY class ORDER BY average DESC), places, averages FROM general
"""
