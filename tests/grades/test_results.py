"""A class's term and year, whole, out of the database: the one worked out by hand, and what happens to it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from apps.classes.models import ClassTerm, Course, Enrolment, Subject
from apps.classes.presets import read_scheme
from apps.grades import api
from apps.grades.api import Audience
from apps.people.models import Student
from tests.conftest import school_with
from tests.factories.classes import (
    ClassGroupFactory,
    ClassTermFactory,
    CourseFactory,
    EnrolmentFactory,
    LevelFactory,
    TermFactory,
    graded,
)
from tests.factories.grades import AssessmentFactory, MarkFactory

from .school import EX1, TODAY, fill_class, open_class

WEEK_SIX = date(2026, 10, 12)
IN_MARCH = date(2027, 3, 1)


@pytest.fixture(scope="module")
def kept_school(build_once):
    def make():
        class_group = open_class()
        pupils = fill_class(class_group)
        settings = read_scheme("first", "2026-2027").settings
        graded(class_group, **settings, conduct_subject_id=Subject.objects.get(code="COND").pk)
        return class_group, pupils

    return build_once(school_with(make))


@pytest.fixture
def class_group(rows):
    return rows[0]


@pytest.fixture
def pupils(rows):
    return rows[1]


def term_of(class_group, number=1) -> ClassTerm:
    rows = class_group.class_terms.with_reckoning().select_related("term", "class_group")
    return rows.get(term__number=number)


def results(class_group, on=TODAY, **more):
    return api.class_results(term_of(class_group), on=on, **more)


def second_term(class_group):
    """A second trimester, with one assessment of mathematics."""
    term = TermFactory(
        calendar=class_group.calendar, number=2, starts_on=date(2026, 12, 7), ends_on=date(2027, 3, 5)
    )
    ClassTermFactory(class_group=class_group, term=term)
    course = Course.objects.get(subject__code="MATH", group__class_group=class_group)
    return AssessmentFactory(course=course, term=term, held_on=date(2027, 1, 11))


@pytest.mark.parametrize("weighting", ["coef", "bareme"])
def test_a_class_is_the_one_worked_out_by_hand(class_group, pupils, weighting):
    graded(class_group, weighting=weighting)
    made = results(class_group)
    codes = dict(Subject.objects.values_list("pk", "code"))
    aya = made.pupils[pupils["AYA"]].standing
    told = dict(EX1["aya"][f"mode_{weighting}"])
    totals = (aya.result.overall, aya.result.points, aya.result.coefficients)
    assert totals == tuple(Decimal(told.pop(name, "19")) for name in ("general", "sum_points", "sum_coef"))
    assert {codes[subject]: average for subject, average in aya.result.averages.items()} == {
        code: Decimal(average) for code, average in told.items()
    }


def test_everybody_is_placed_and_proposed_what_she_deserves(class_group, pupils):
    made = results(class_group)
    names = {pk: name for name, pk in pupils.items()}
    assert {names[pk]: str(one.standing.rank or "NC") for pk, one in made.pupils.items()} == {
        name: told["rank"] for name, told in EX1["class"].items()
    }
    aya, essis, fofana = (made.pupils[pupils[name]] for name in ("AYA", "ESSIS", "FOFANA"))
    assert {group: str(rank) for group, rank in aya.standing.bilan_ranks.items()} == {
        "Lettres": "2e", "Sciences": "3e", "Autres": "2e",
    }  # fmt: skip
    assert (aya.word, aya.conduct, aya.conduct_word) == ("Assez bien", 18, "Excellente")
    assert (aya.proposal.distinction, essis.proposal.sanctions) == ("honour_roll", ("work_blame",))
    assert (fofana.word, fofana.conduct, fofana.proposal.distinction) == ("", None, None)
    assert (made.overall.mean, made.overall.count) == (Decimal("12.33"), 6)
    assert [line.name for line in made.plan][:2] == ["FR", "ANG"]


def test_it_says_what_a_report_says(class_group, pupils):
    made = results(class_group, audience=Audience.FAMILY)
    for pk, one in made.pupils.items():
        report = api.term_report(pk, term_of(class_group), on=TODAY, audience=Audience.FAMILY)
        assert (report.average, report.rank, report.points) == (
            one.standing.result.overall, one.standing.rank, one.standing.result.points,
        )  # fmt: skip
        assert {line.subject_id: line.average for line in report.lines if line.average is not None} == dict(
            one.standing.result.averages
        )


def test_families_figures_leave_drafts_out(class_group, pupils):
    course = Course.objects.get(subject__code="MATH", group__class_group=class_group)
    MarkFactory(assessment=AssessmentFactory(course=course), student_id=pupils["AYA"], value=0)
    family, staff = (results(class_group, audience=one).pupils[pupils["AYA"]] for one in Audience)
    assert family.standing.result.overall == Decimal("13.83")
    assert staff.standing.result.overall < family.standing.result.overall


def test_a_closed_term_keeps_the_rules_it_was_made_with(class_group, pupils):
    closed_at = datetime(2026, 11, 20, 18, tzinfo=UTC)
    class_group.class_terms.update(state=ClassTerm.State.LOCKED, marks_lock_at=closed_at)
    graded(class_group, weighting="bareme", honour_roll_from=Decimal(15), encouragement_from=None)
    aya = results(class_group).pupils[pupils["AYA"]]
    assert (aya.standing.result.overall, aya.proposal.distinction) == (Decimal("13.83"), "honour_roll")


def test_a_class_without_marks_and_a_class_of_one(school):
    alone = EnrolmentFactory()
    made = results(alone.class_group)
    assert made.overall is None
    assert made.pupils[alone.student_id].standing.rank is None
    assessment = AssessmentFactory(course__class_group=alone.class_group)
    MarkFactory(assessment=assessment, student=alone.student)
    made = results(alone.class_group)
    assert (str(made.pupils[alone.student_id].standing.rank), made.overall.mean) == ("1er", 12)


def test_a_school_s_classes_cost_the_queries_of_one(class_group, count_queries):
    one = count_queries(api.results_of, [term_of(class_group)], on=TODAY)
    more = [ClassGroupFactory(year=class_group.year, pupils=3) for _ in range(3)]
    rows = [term_of(each) for each in (class_group, *more)]
    assert (one, count_queries(api.results_of, rows, on=TODAY)) == (4, 4)
    assert len(api.results_of(rows, on=TODAY)) == 4


# The year


def test_a_year_weighs_its_terms_and_proposes_a_decision(class_group, pupils, count_queries):
    assessment = second_term(class_group)
    for name, value in {"AYA": 8, "BAMBA": 14, "COULIBALY": 10}.items():
        MarkFactory(assessment=assessment, student_id=pupils[name], value=value)
    Student.objects.filter(pk=pupils["COULIBALY"]).update(repeats_year=True)
    made = api.annual_results(class_group, on=IN_MARCH)
    aya, coulibaly, essis, fofana = (
        made.pupils[pupils[name]] for name in ("AYA", "COULIBALY", "ESSIS", "FOFANA")
    )
    assert aya.year.terms == (Decimal("13.83"), Decimal("8.00"))
    assert aya.year.average == Decimal("9.94")  # (13.83 + 2 × 8) ÷ 3
    assert (str(aya.year.rank), aya.decision) == ("4e", "council")
    assert (coulibaly.year.average, coulibaly.decision) == (Decimal("9.81"), "excluded")
    assert (essis.year.average, essis.decision) == (Decimal("7.89"), "excluded")
    assert (fofana.year.average, fofana.year.rank, fofana.decision) == (None, None, None)
    assert aya.year.subjects[assessment.course.subject_id] == Decimal("9.29")  # (11.88 + 2 × 8) ÷ 3
    before = count_queries(api.annual_results, class_group, on=IN_MARCH)
    EnrolmentFactory.create_batch(3, class_group=class_group)
    assert count_queries(api.annual_results, class_group, on=IN_MARCH) == before == 8


def test_whoever_left_has_no_year_here_and_whoever_came_brings_her_terms(class_group, pupils):
    second_term(class_group)
    other = ClassGroupFactory(name="6e 3", year=class_group.year)
    Enrolment.objects.filter(student=pupils["ESSIS"]).update(until=WEEK_SIX)
    Enrolment.objects.filter(student=pupils["AYA"]).update(until=WEEK_SIX)
    EnrolmentFactory(student_id=pupils["AYA"], class_group=other, since=WEEK_SIX + timedelta(days=1))
    EnrolmentFactory(class_group=class_group, since=date(2027, 1, 4))
    here, there = (api.annual_results(one, on=IN_MARCH) for one in (class_group, other))
    assert not {pupils["ESSIS"], pupils["AYA"]} & here.pupils.keys()
    assert len(here.pupils) == 6
    assert there.pupils.keys() == {pupils["AYA"]}
    assert [term.term.number for term in here.terms] == [1, 2]
    assert len(there.terms) == 1
    assert there.pupils[pupils["AYA"]].year.average == Decimal("13.83")


def test_before_the_second_term_the_year_is_the_first(class_group, pupils):
    second_term(class_group)
    made = api.annual_results(class_group, on=TODAY)
    assert len(made.terms) == 1
    assert made.pupils[pupils["AYA"]].year.average == Decimal("13.83")


def test_classes_that_weigh_marks_otherwise_are_read_together(class_group, pupils):
    level = LevelFactory(code="2nde", name="Seconde", cycle="second")
    other = ClassGroupFactory(
        year=class_group.year, calendar=class_group.calendar, level=level, name="2nde 1"
    )
    graded(other, weighting="bareme")
    course = CourseFactory(class_group=other, subject=Subject.objects.get(code="MATH"))
    pupil = EnrolmentFactory(class_group=other).student_id
    for value, out_of in ((8, 20), (10, 10), (3, 5)):
        MarkFactory(assessment__course=course, assessment__out_of=out_of, student_id=pupil, value=value)
    rows = [term_of(class_group), term_of(other)]
    together = api.results_of(rows, on=TODAY)
    math = together[rows[1].pk].pupils[pupil].standing.result.averages[course.subject_id]
    assert math == Decimal("12.00")  # 21 × 20 ÷ 35
    assert together[rows[0].pk] == api.class_results(rows[0], on=TODAY)
