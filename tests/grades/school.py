"""The class worked out by hand (data/oracles.json), as a school's rows."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from apps.classes.models import ClassGroup, Course
from apps.grades import services
from apps.grades.rules import MarkValue
from tests.factories.accounts import MemberFactory
from tests.factories.classes import (
    ClassGroupFactory,
    CourseFactory,
    EnrolmentFactory,
    SubjectFactory,
    SubjectGroupFactory,
    SubjectPlanFactory,
)
from tests.factories.people import StudentFactory

EX1 = json.loads((Path(__file__).parent / "data" / "oracles.json").read_text())["ex1"]
TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
PUBLISHED = datetime(2026, 11, 21, 8, tzinfo=UTC)
BILANS = dict.fromkeys(("FR", "ANG", "HG"), "Lettres") | dict.fromkeys(("MATH", "PC", "SVT"), "Sciences")
PARTS = ("FR.EO", "FR.OG", "FR.EE")
ABSENT, EXEMPT = MarkValue(missing="absent"), MarkValue(missing="exempt")


def open_class() -> ClassGroup:
    """6e 2: its curriculum, one course for each subject, nobody in it."""
    class_group = ClassGroupFactory(name="6e 2")
    teacher = MemberFactory()
    for place, (code, coefficient) in enumerate([*EX1["grid"], *((part, 1) for part in PARTS)]):
        parent = SubjectFactory(code="FR", name="FR") if code in PARTS else None
        subject = SubjectFactory(code=code, name=code, parent=parent, position=place)
        SubjectPlanFactory(
            year=class_group.year,
            level=class_group.level,
            subject=subject,
            coefficient=coefficient,
            subject_group=SubjectGroupFactory(name=BILANS.get(code.split(".")[0], "Autres")),
        )
        CourseFactory(subject=subject, class_group=class_group, teacher=teacher)
    return class_group


def fill_class(class_group: ClassGroup) -> dict[str, int]:
    """Its seven pupils and their marks, all published; student ids by name."""
    pupils = {}
    for name in EX1["class"]:
        student = StudentFactory(last_name=name)
        EnrolmentFactory(student=student, class_group=class_group)
        pupils[name] = student.pk
    courses = dict(Course.objects.filter(group__class_group=class_group).values_list("subject__code", "pk"))
    term_id = class_group.class_terms.get().term_id

    def add(code, mark, marks, title):
        columns.append(column(courses[code], term_id, mark, marks, title))

    columns: list[services.PastColumn] = []
    for code, marks in EX1["aya_marks"].items():
        for mark in marks:
            add(code, mark, {pupils["AYA"]: read(mark[0])}, f"{mark[0]} sur {mark[1]}")
    for name in EX1["class"].keys() - {"AYA"}:
        for code, average in EX1["class"][name]["averages"].items():
            if average is not None or name == "COULIBALY":
                add(code, (None, 20, 1), {pupils[name]: read(average, EXEMPT)}, name)
    services.load_past(columns)
    return pupils


def read(value, missing=ABSENT) -> MarkValue:
    return missing if value is None else MarkValue(Decimal(str(value)))


def column(course_id, term_id, mark, marks, title) -> services.PastColumn:
    _, out_of, coefficient = mark
    return services.PastColumn(
        course_id=course_id,
        term_id=term_id,
        column=services.Column(
            title=title,
            kind="test",
            held_on=date(2026, 10, 1),
            out_of=Decimal(out_of),
            coefficient=Decimal(coefficient),
        ),
        published_at=PUBLISHED,
        marks=marks,
    )
