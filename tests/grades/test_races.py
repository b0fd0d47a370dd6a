"""Two teachers on one sheet, at the same instant: neither loses anything unsaid."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from functools import partial
from threading import Barrier

import pytest
from django.db import connection

from apps.core.tenancy import in_school
from apps.grades import services
from apps.grades.models import Mark
from apps.grades.rules import MarkValue
from tests.factories.grades import AssessmentFactory
from tests.factories.schools import SchoolFactory

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 20


@pytest.fixture
def school():
    return SchoolFactory()


@pytest.fixture
def assessment(school):
    with in_school(school.pk):
        return AssessmentFactory(pupils=3, published=True)


def at_once(school, *calls):
    """What each call answers, all let go together, each on its own connection."""
    gate = Barrier(len(calls))

    def run(call):
        try:
            gate.wait(10)
            with in_school(school.pk):
                return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def save(assessment, marks, seen, by):
    return services.save_marks(
        assessment_id=assessment.pk, marks=marks, seen=seen, by=by, on=date(2026, 11, 24)
    )


def test_of_two_marks_typed_at_once_one_is_kept_and_the_other_is_told(school, assessment):
    with in_school(school.pk):
        shared, hers, his = assessment.course.group.class_group.enrolments.order_by("pk").values_list(
            "student", flat=True
        )
        teacher = assessment.course.teacher
    seen = {shared: None, hers: None, his: None}
    for n in range(ROUNDS):
        first, second = MarkValue(Decimal(n % 20)), MarkValue(Decimal("0.5") + n % 19)
        answers = at_once(
            school,
            partial(save, assessment, {shared: first, hers: first}, seen, teacher),
            partial(save, assessment, {shared: second, his: second}, seen, teacher),
        )
        with in_school(school.pk):
            there = dict(Mark.objects.order_by("pk").values_list("student", "value"))
        kept = MarkValue(there[shared])
        assert sorted(len(answer.changed) for answer in answers) == [1, 2]
        assert [answer.conflicts for answer in answers if answer.conflicts] == [{shared: kept}]
        assert (there[hers], there[his]) == (first.value, second.value)
        seen = {shared: kept, hers: first, his: second}
