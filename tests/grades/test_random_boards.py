"""Random classes once more, through the database: boards that it adds up, reports made mark by mark."""

import random
from datetime import date
from fractions import Fraction

import pytest

from apps.classes.models import ClassGroup
from apps.grades import api, services
from apps.grades.api import Audience
from apps.grades.rules import Counts, MarkValue
from tests.factories.classes import (
    ClassGroupFactory,
    CourseFactory,
    EnrolmentFactory,
    SubjectFactory,
    SubjectPlanFactory,
    graded,
)

from . import oracle
from .random_classes import SUBJECTS, RandomClass, decimal, exact
from .school import PUBLISHED, TODAY

ALIKE = (Fraction(20), Fraction(10))  # so few scales that marks which may not be piled often could be
SEED = random.SystemRandom().randrange(10**9)


def enter(drawn: RandomClass) -> tuple[ClassGroup, list[int]]:
    """As a school's rows; FR.OG is marked in French's own course, as its part."""
    class_group = ClassGroupFactory()
    graded(class_group, weighting=drawn.scheme, zero_codes=drawn.zero_codes)
    students = [EnrolmentFactory(class_group=class_group).student_id for _ in drawn.pupils]
    subjects, courses = {}, {}
    for code, parent in SUBJECTS.items():
        subjects[code] = SubjectFactory(code=code, name=code, parent=subjects.get(parent))
        if code != "FR.OG":
            courses[code] = CourseFactory(subject=subjects[code], class_group=class_group)
    for code, (coefficient, _) in drawn.plan.items():
        of = {"year": class_group.year, "level": class_group.level, "class_group": class_group}
        SubjectPlanFactory(subject=subjects[code], coefficient=decimal(coefficient), **of)
    services.load_past(
        [
            services.PastColumn(
                course_id=courses["FR" if code == "FR.OG" else code].pk,
                term_id=class_group.class_terms.get().term_id,
                column=services.Column(
                    title=f"Évaluation {n}",
                    kind="test",
                    held_on=date(2026, 10, 1),
                    out_of=decimal(out_of),
                    coefficient=decimal(coefficient),
                    counts=counts,
                    part_id=subjects["FR.OG"].pk if code == "FR.OG" else None,
                ),
                published_at=PUBLISHED,
                marks={
                    student: read(pupil[n])
                    for student, pupil in zip(students, drawn.pupils, strict=True)
                    if pupil[n] is not None
                },
            )
            for n, (code, out_of, coefficient, counts) in enumerate(drawn.columns)
        ]
    )
    return class_group, students


def read(mark) -> MarkValue:
    return MarkValue(missing=mark) if isinstance(mark, str) else MarkValue(decimal(mark))


@pytest.mark.parametrize("number", range(12))
def test_what_families_read_of_a_random_class_is_what_fractions_say(school, number):
    drawn = RandomClass.read(random.Random(f"{SEED}.{number}").randbytes(500), ALIKE, tuple(Counts))
    class_group, students = enter(drawn)
    class_term = class_group.class_terms.select_related("term", "class_group").get()
    told = [
        oracle.term(drawn.marks_of(pupil), drawn.plan, drawn.scheme, drawn.zero_codes)
        for pupil in drawn.pupils
    ]
    generals = [general for *_, general in told]
    for student, (averages, points, coefficients, general) in zip(students, told, strict=True):
        report = api.term_report(student, class_term, on=TODAY, audience=Audience.FAMILY)
        board = api.summaries([student], on=TODAY, audience=Audience.FAMILY)[student]
        seen = {line.name: exact(line.average) for line in report.lines if line.average is not None}
        assert seen == averages, f"seed {SEED}"
        made = (report.points, report.coefficients, report.average, board.average)
        assert tuple(map(exact, made)) == (points, coefficients, general, general), f"seed {SEED}"
        rank = report.rank and (report.rank.place, report.rank.is_shared)
        assert rank == oracle.place(general, generals), f"seed {SEED}"
        assert exact(report.figures and report.figures.mean) == oracle.class_mean(generals), f"seed {SEED}"
