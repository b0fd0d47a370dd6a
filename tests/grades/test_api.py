"""What the other modules read of marks: a pupil's term, the place in the class, a stamp that never lies."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from apps.classes.models import ClassTerm, Course, Enrolment, Subject, SubjectGroup, SubjectPlan
from apps.grades import api, services
from apps.grades.api import Audience
from apps.grades.models import Assessment, Mark
from apps.grades.rules import MarkValue
from tests.conftest import school_with
from tests.factories.accounts import MemberFactory
from tests.factories.classes import (
    ClassGroupFactory,
    CourseFactory,
    EnrolmentFactory,
    SubjectFactory,
    TermFactory,
    graded,
)
from tests.factories.grades import AssessmentFactory, MarkFactory

from .school import EX1, NOON, PARTS, PUBLISHED, TODAY, fill_class, open_class

WEEK_SIX = date(2026, 10, 12)


@pytest.fixture(scope="module")
def kept_school(build_once):
    def make():
        class_group = open_class()
        return class_group, fill_class(class_group)

    return build_once(school_with(make))


@pytest.fixture
def class_group(rows):
    return rows[0]


@pytest.fixture
def pupils(rows):
    return rows[1]


def report(student, class_group, on=TODAY, audience=Audience.FAMILY):
    class_term = class_group.class_terms.get()
    return api.term_report(student, class_term, on=on, audience=audience)


def summary(student, on=TODAY, audience=Audience.FAMILY):
    return api.summaries([student], on=on, audience=audience)[student]


# The class worked out by hand


@pytest.mark.parametrize("scheme", ["coef", "bareme"])
def test_a_report_is_the_one_worked_out_by_hand(class_group, pupils, scheme):
    graded(class_group, weighting=scheme)
    aya = report(pupils["AYA"], class_group)
    told = dict(EX1["aya"][f"mode_{scheme}"])
    assert aya.average == Decimal(told.pop("general"))
    assert aya.points == Decimal(told.pop("sum_points"))
    assert aya.coefficients == Decimal(told.pop("sum_coef", "19"))
    assert {line.name: line.average for line in aya.lines} == {
        code: Decimal(value) for code, value in told.items()
    }


def test_each_pupil_of_the_class_has_her_average_and_her_place(class_group, pupils):
    for name, told in EX1["class"].items():
        read = report(pupils[name], class_group)
        assert read.average == (told["general"] and Decimal(told["general"]))
        assert str(read.rank or "NC") == told["rank"]
        assert read.class_size == 7


def test_a_report_shows_how_it_was_made_and_how_the_class_did(class_group, pupils):
    aya = report(pupils["AYA"], class_group)
    assert aya.working == "262,81 ÷ 19 = 13,83"
    assert (aya.figures.lowest, aya.figures.highest) == (Decimal("7.89"), Decimal("15.84"))
    assert (aya.figures.mean, aya.figures.count) == (Decimal("12.33"), 6)
    lines = {line.name: line for line in aya.lines}
    assert lines["MATH"].working == "(6/10 × 20 × 1 + 9,5 × 1 + 13 × 2) ÷ 4 = 11,88"
    assert lines["MATH"].points == Decimal("35.64")
    assert (lines["MATH"].figures.lowest, lines["MATH"].figures.highest) == (5, 17)
    assert lines["FR"].working == "(14 + 10,5 + 11,25) ÷ 3 = 11,92"
    assert [mark.value for mark in lines["HG"].marks] == [12, "Abs", 14]
    assert report(pupils["FOFANA"], class_group).working == ""


def test_sub_disciplines_stand_below_their_subject(class_group, pupils):
    names = [line.name for line in report(pupils["AYA"], class_group).lines]
    assert names[:5] == ["FR", *PARTS, "ANG"]


def test_the_summary_says_the_same_as_the_report(class_group, pupils):
    read = api.summaries(pupils.values(), on=TODAY, audience=Audience.FAMILY)
    assert {name: read[pk].average for name, pk in pupils.items()} == {
        name: told["general"] and Decimal(told["general"]) for name, told in EX1["class"].items()
    }
    aya = read[pupils["AYA"]]
    assert (aya.class_name, aya.term_name) == ("6e 2", "Trimestre 1")
    assert len(aya.latest) == 3
    assert read[pupils["FOFANA"]].latest == ()


def test_a_pupil_of_no_class_has_no_summary(school):
    gone = EnrolmentFactory(until=WEEK_SIX).student
    assert api.summaries([gone.pk], on=TODAY, audience=Audience.FAMILY) == {}


# Drafts


def draft(class_group, student, value=2):
    assessment = AssessmentFactory(
        course=Course.objects.get(subject__code="MATH", group__class_group=class_group),
        title=f"Brouillon {student}",
    )
    return MarkFactory(assessment=assessment, student_id=student, value=value).assessment


def test_a_draft_weighs_on_nothing_that_a_family_reads(class_group, pupils):
    before = report(pupils["AYA"], class_group)
    draft(class_group, pupils["AYA"])
    draft(class_group, pupils["DIABATE"])
    assert report(pupils["AYA"], class_group) == before
    assert not [mark for mark in summary(pupils["AYA"]).latest if mark.title.startswith("Brouillon")]


def test_the_staff_reads_drafts_and_what_they_make(class_group, pupils):
    draft(class_group, pupils["AYA"])
    read = summary(pupils["AYA"], audience=Audience.STAFF)
    assert read.latest[0].title.startswith("Brouillon")
    assert not read.latest[0].is_published
    assert read.average < summary(pupils["AYA"]).average
    assert report(pupils["AYA"], class_group, audience=Audience.STAFF).average == read.average


def test_an_assessment_is_summed_up_on_its_own_scale(class_group):
    assessment = AssessmentFactory(
        course=Course.objects.get(subject__code="MATH"), out_of=10, published=True, pupils=3
    )
    aya, *others = [row.student_id for row in class_group.enrolments.order_by("pk")][-3:]
    MarkFactory(assessment=assessment, student_id=aya, value=7)
    MarkFactory(assessment=assessment, student_id=others[0], value=4)
    MarkFactory(assessment=assessment, student_id=others[1], missing="absent")
    (mark,) = summary(aya).latest
    assert (mark.value, mark.out_of, mark.figures.count) == (7, 10, 2)
    assert (mark.figures.lowest, mark.figures.mean, mark.figures.highest) == (4, Decimal("5.50"), 7)


def test_a_subject_outside_the_curriculum_is_read_and_weighs_nothing(class_group, pupils):
    SubjectPlan.objects.filter(subject__code="TICE").delete()
    read = report(pupils["AYA"], class_group)
    assert (read.lines[-1].name, read.lines[-1].average, read.lines[-1].coefficient) == ("TICE", 17, 0)
    assert read.coefficients == 18


# Optional assessments, codes, sub-disciplines


def add(class_group, code, values, **about):
    """One more published column of that subject: values or codes by student id."""
    course = Course.objects.get(subject__code=code, group__class_group=class_group)
    assessment = AssessmentFactory(course=course, published=True, **about)
    for student, value in values.items():
        told = {"missing": value} if isinstance(value, str) else {"value": value}
        MarkFactory(assessment=assessment, student_id=student, **told)
    services.stamp_classes([class_group.pk])
    return assessment


def line(read, name):
    return next(line for line in read.lines if line.name == name)


def same_everywhere(class_group, pupils):
    """The summaries, made by the database, and each report, made mark by mark, say the same."""
    for audience in Audience:
        board = api.summaries(pupils.values(), on=TODAY, audience=audience)
        for student in pupils.values():
            assert board[student].average == report(student, class_group, audience=audience).average
    return True


@pytest.mark.parametrize("scheme", ["coef", "bareme"])
def test_bonuses_and_optional_marks_only_raise_the_averages_of_all(class_group, pupils, scheme):
    graded(class_group, weighting=scheme)
    before = {pk: report(pk, class_group).average for pk in pupils.values()}
    aya, bamba = pupils["AYA"], pupils["BAMBA"]
    add(class_group, "ARTS", {aya: 15, bamba: 4}, counts="bonus", coefficient=Decimal("0.5"))
    add(class_group, "SVT", {aya: 9, bamba: 10}, counts="if_better", out_of=10)
    add(class_group, "SVT", {aya: 2, bamba: 18}, counts="if_better")
    assert same_everywhere(class_group, pupils)
    read = report(aya, class_group)
    assert (
        line(read, "ARTS").working
        == {
            "coef": "(14 × 1 + bonus (15 − 10) × 0,5) ÷ 1 = 16,50",
            "bareme": "(14 × 1 + bonus (15 − 10) × 0,5) ÷ (20 × 1) × 20 = 16,50",
        }[scheme]
    )
    assert [mark.remark for mark in line(read, "SVT").marks if mark.remark] == [
        "facultative, compte",
        "facultative, ne compte pas",
    ]
    assert "sans 2 qui ne l’améliore pas" in line(read, "SVT").working
    for student, average in before.items():
        after = report(student, class_group).average
        assert after == average or after > average
    assert report(bamba, class_group).average > before[bamba]


def test_a_code_counts_zero_where_the_class_says_so(class_group, pupils):
    graded(class_group, zero_codes=["absent", "exempt"])
    assert same_everywhere(class_group, pupils)
    read = report(pupils["AYA"], class_group)
    assert line(read, "HG").working == "(12 + 0 (Abs) + 14) ÷ 3 = 8,67"
    assert [mark.remark for mark in line(read, "HG").marks] == ["", "compte 0", ""]
    exempt = report(pupils["COULIBALY"], class_group)
    assert line(exempt, "EPS").average is None
    assert exempt.coefficients == 18


def test_an_assessment_of_a_part_counts_in_the_part_and_the_subject_follows(class_group, pupils):
    spelling = Subject.objects.get(code="FR.OG")
    add(class_group, "FR", {pupils["AYA"]: Decimal("12.5")}, part=spelling)
    read = report(pupils["AYA"], class_group)
    assert line(read, "FR.OG").average == Decimal("11.00")
    assert line(read, "FR").working == "(14 + 11 + 11,25) ÷ 3 = 12,08"
    add(class_group, "FR", {pupils["AYA"]: 2})
    read = report(pupils["AYA"], class_group)
    assert line(read, "FR").working == "(14 + 11 + 11,25) ÷ 3 = 12,08, sans les notes hors sous-disciplines"
    assert [mark.remark for mark in line(read, "FR").marks] == ["ne compte pas"]
    assert same_everywhere(class_group, pupils)


# Arrivals, departures, transfers in week 6


def test_who_arrives_in_week_six_is_ranked_and_who_leaves_is_not(class_group, pupils):
    Enrolment.objects.filter(student=pupils["DIABATE"]).update(until=WEEK_SIX)
    late = EnrolmentFactory(class_group=class_group, since=WEEK_SIX).student
    aya = report(pupils["AYA"], class_group)
    assert (str(aya.rank), aya.class_size) == ("1er ex", 7)
    assert report(late.pk, class_group).rank is None


def test_who_changes_class_in_week_six_keeps_her_marks_and_is_ranked_where_she_is(class_group, pupils):
    other = ClassGroupFactory(name="6e 3", pupils=1)
    Enrolment.objects.filter(student=pupils["AYA"]).update(until=WEEK_SIX)
    EnrolmentFactory(student_id=pupils["AYA"], class_group=other, since=WEEK_SIX + timedelta(days=1))
    for asked in (class_group, other):
        read = report(pupils["AYA"], asked)
        assert (read.class_name, read.average) == ("6e 3", Decimal("13.83"))
        assert (str(read.rank), read.class_size) == ("1er", 2)
    assert report(pupils["GNAGNE"], class_group).class_size == 6
    assert summary(pupils["AYA"]).class_name == "6e 3"


def test_a_closed_term_is_ranked_in_the_class_of_the_day_it_closed(class_group, pupils):
    closed_at = datetime(2026, 11, 20, 18, tzinfo=UTC)
    class_group.class_terms.update(state=ClassTerm.State.LOCKED, marks_lock_at=closed_at)
    other = ClassGroupFactory(name="6e 3", pupils=2)
    Enrolment.objects.filter(student=pupils["AYA"]).update(until=date(2026, 11, 22))
    EnrolmentFactory(student_id=pupils["AYA"], class_group=other, since=date(2026, 11, 23))
    read = report(pupils["AYA"], class_group)
    assert (read.class_name, str(read.rank), read.class_size) == ("6e 2", "2e ex", 7)
    assert read.is_locked


# The stamp


def save(class_group, marks, assessment=None):
    assessment = assessment or Assessment.objects.filter(course__subject__code="MATH").order_by("pk").first()
    services.save_marks(assessment_id=assessment.pk, marks=marks, by=MemberFactory(), at=NOON)


@pytest.mark.parametrize(
    "change",
    [
        lambda one, pupils: save(one, {pupils["AYA"]: MarkValue(Decimal(1))}),
        lambda one, pupils: save(one, {pupils["BAMBA"]: None}, Mark.objects.get(
            student=pupils["BAMBA"], assessment__course__subject__code="MATH").assessment),
        lambda one, pupils: services.publish_assessment(
            assessment_id=draft(one, pupils["BAMBA"]).pk, at=PUBLISHED, by=MemberFactory()),
        lambda one, pupils: services.amend_assessment(
            assessment_id=Assessment.objects.filter(marks__student=pupils["BAMBA"]).first().pk,
            column=services.Column(title="x", kind="test", held_on=TODAY, out_of=Decimal(40),
                                   coefficient=Decimal(1)), on=TODAY),
        lambda one, pupils: Enrolment.objects.filter(student=pupils["BAMBA"]).update(until=WEEK_SIX),
        lambda one, pupils: SubjectPlan.objects.filter(subject__code="MATH").update(coefficient=5),
        lambda one, pupils: graded(one, weighting="bareme"),
        lambda one, pupils: graded(one, zero_codes=["absent"]),
    ],
    ids=["mark", "cleared", "published", "amended", "departure", "coefficient", "scheme", "codes"],
)  # fmt: skip
def test_whatever_changes_a_familys_figures_changes_the_stamp_and_the_figures(class_group, pupils, change):
    stamp, before = api.stamp([pupils["AYA"]]), report(pupils["AYA"], class_group)
    assert api.stamp([pupils["AYA"]]) == stamp
    change(class_group, pupils)
    assert api.stamp([pupils["AYA"]]) != stamp
    assert report(pupils["AYA"], class_group) != before


def test_closing_a_term_changes_the_stamp(class_group, pupils):
    stamp = api.stamp([pupils["AYA"]])
    class_group.class_terms.update(state=ClassTerm.State.LOCKED)
    assert api.stamp([pupils["AYA"]]) != stamp


def test_a_draft_and_the_class_next_door_leave_the_stamp_alone(class_group, pupils):
    stamp = api.stamp([pupils["AYA"]])
    save(class_group, {pupils["AYA"]: MarkValue(Decimal(1))}, draft(class_group, pupils["BAMBA"]))
    course = CourseFactory(subject=Subject.objects.get(code="MATH"))
    elsewhere = AssessmentFactory(course=course, published=True, pupils=1)
    (stranger,) = elsewhere.course.group.class_group.enrolments.values_list("student", flat=True)
    save(class_group, {stranger: MarkValue(Decimal(1))}, elsewhere)
    assert api.stamp([pupils["AYA"]]) == stamp


@pytest.mark.parametrize("named", [Subject, SubjectGroup])
def test_another_name_changes_the_stamp_even_outside_the_curriculum(class_group, pupils, named):
    SubjectFactory(name="Latin")
    stamp = api.stamp([pupils["AYA"]])
    named.objects.filter(pk=named.objects.order_by("-pk").first().pk).update(name="Langues anciennes")
    assert api.stamp([pupils["AYA"]]) != stamp


def test_a_group_that_crosses_classes_stamps_them_all(class_group, pupils):
    shared = AssessmentFactory(course=Course.objects.get(subject__code="MATH"), published=True)
    neighbour = EnrolmentFactory().student_id
    save(class_group, {pupils["AYA"]: MarkValue(Decimal(9))}, shared)
    stamp = api.stamp([pupils["AYA"]])
    save(class_group, {neighbour: MarkValue(Decimal(19))}, shared)
    assert api.stamp([pupils["AYA"]]) != stamp


# Counted


def test_sixty_pupils_and_four_children_cost_no_more_queries_than_one(class_group, pupils, count_queries):
    def family(students, audience=Audience.FAMILY):
        return count_queries(api.summaries, students, on=TODAY, audience=audience)

    def child(audience=Audience.FAMILY):
        class_term = class_group.class_terms.select_related("term", "class_group").get()
        return count_queries(api.term_report, pupils["AYA"], class_term, on=TODAY, audience=audience)

    assert family([pupils["AYA"]]) == 4
    assert child() == 7
    assert child() == 4
    for _ in range(53):
        EnrolmentFactory(class_group=class_group)
    other = CourseFactory(class_group=ClassGroupFactory(pupils=2))
    assessment = AssessmentFactory(course=other, published=True)
    neighbours = list(other.group.class_group.enrolments.values_list("student", flat=True))
    for student in neighbours:
        MarkFactory(assessment=assessment, student_id=student)
    services.stamp_classes([other.group.class_group_id])
    four = [pupils["AYA"], pupils["BAMBA"], *neighbours]
    assert family(four) == 4
    assert family(four, Audience.STAFF) == 4
    assert child(Audience.STAFF) == 6
    assert count_queries(api.stamp, four) == 1


def test_between_two_terms_the_one_that_ended_is_read(class_group, pupils):
    TermFactory(
        calendar=class_group.calendar, number=2, starts_on=date(2026, 12, 14), ends_on=date(2027, 3, 5)
    )
    assert summary(pupils["AYA"], on=date(2026, 12, 10)).average == Decimal("13.83")
