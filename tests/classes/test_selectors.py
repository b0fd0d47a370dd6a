"""What other modules are told about classes."""

from datetime import date, timedelta

import pytest

from apps.classes import api as classes
from apps.classes.models import ClassTerm, Enrolment, SubjectPlan
from tests.factories.classes import (
    YEAR_OPENS,
    ClassGroupFactory,
    ClassTermFactory,
    EnrolmentFactory,
    SubjectPlanFactory,
    TermFactory,
    graded,
)
from tests.factories.people import StudentFactory

WEEK_SIX = YEAR_OPENS + timedelta(weeks=5)
TODAY = date(2026, 11, 24)


@pytest.fixture
def class_group(school):
    return ClassGroupFactory()


def test_a_pupil_who_moved_has_the_terms_of_each_class_in_its_time(class_group):
    other = ClassGroupFactory()
    aya = EnrolmentFactory(class_group=class_group, until=WEEK_SIX).student
    EnrolmentFactory(student=aya, class_group=other, since=WEEK_SIX + timedelta(days=1))
    assert [row.class_group for row in classes.class_terms_of([aya.pk], WEEK_SIX)[aya.pk]] == [class_group]
    assert [row.class_group for row in classes.class_terms_of([aya.pk], TODAY)[aya.pk]] == [other]
    assert classes.class_terms_of([aya.pk], YEAR_OPENS - timedelta(days=1)) == {}


def test_the_terms_of_a_class_come_in_order(class_group):
    second = TermFactory(
        calendar=class_group.calendar, number=2, starts_on=date(2026, 12, 7), ends_on=date(2027, 3, 5)
    )
    ClassTermFactory(class_group=class_group, term=second)
    aya = EnrolmentFactory(class_group=class_group).student
    assert [row.term.number for row in classes.class_terms_of([aya.pk], TODAY)[aya.pk]] == [1, 2]
    assert [term.number for term in classes.current_terms(TODAY)] == [1]
    assert [term.number for term in classes.current_terms(date(2026, 12, 6))] == [1]
    assert [term.number for term in classes.current_terms(date(2026, 12, 7))] == [2]


def test_a_closed_term_holds_for_those_who_left_the_class(class_group):
    gone = EnrolmentFactory(class_group=class_group, until=WEEK_SIX).student
    here = EnrolmentFactory(class_group=class_group).student
    elsewhere = EnrolmentFactory().student
    closed = class_group.class_terms.get()
    ClassTerm.objects.filter(pk=closed.pk).update(state=ClassTerm.State.LOCKED)
    locked = classes.locked_among([gone.pk, here.pk, elsewhere.pk], closed.term_id, TODAY)
    assert locked == {gone.pk: closed, here.pk: closed}


@pytest.mark.parametrize(
    "change",
    [
        lambda one: EnrolmentFactory(class_group=one),
        lambda one: Enrolment.objects.filter(class_group=one).update(until=WEEK_SIX),
        lambda one: Enrolment.objects.filter(class_group=one).update(student=StudentFactory()),
        lambda one: Enrolment.objects.filter(class_group=one).delete(),
        lambda one: ClassTerm.objects.filter(class_group=one).update(state="locked"),
        lambda one: graded(one, weighting="bareme"),
        lambda one: SubjectPlan.objects.update(coefficient=4),
        lambda one: SubjectPlan.objects.all().delete(),
    ],
)
def test_the_stamp_of_a_class_changes_with_whatever_weighs_on_its_figures(class_group, change):
    EnrolmentFactory(class_group=class_group)
    SubjectPlanFactory(year=class_group.year, level=class_group.level)
    before = stamp(class_group)
    assert before == stamp(class_group)
    change(class_group)
    assert before != stamp(class_group)


def test_the_stamp_of_a_class_ignores_the_class_next_door(class_group):
    before = stamp(class_group)
    EnrolmentFactory()
    assert before == stamp(class_group)


def test_a_pupil_has_the_stamps_of_each_class_she_was_in(class_group):
    aya = EnrolmentFactory(class_group=class_group, until=WEEK_SIX).student
    here = EnrolmentFactory(student=aya, since=TODAY).class_group
    EnrolmentFactory()
    assert list(classes.stamped_classes_of([aya.pk])) == [class_group, here]


def stamp(class_group) -> str:
    return classes.stamped_classes([class_group.pk]).get().stamp
