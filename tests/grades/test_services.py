"""What can be done to assessments and marks, and what it leaves behind."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from apps.classes.models import ClassTerm
from apps.core import events
from apps.core.models import RecordedEvent
from apps.grades import services
from apps.grades.models import Assessment, MarkSchoolhistory, Stamp
from apps.grades.rules import MarkValue
from tests.factories.accounts import MemberFactory
from tests.factories.classes import EnrolmentFactory
from tests.factories.grades import AssessmentFactory, MarkFactory

TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
TWELVE, THIRTEEN, ABSENT = MarkValue(Decimal(12)), MarkValue(Decimal(13)), MarkValue(missing="absent")


@pytest.fixture
def assessment(school):
    return AssessmentFactory(pupils=3)


@pytest.fixture
def pupils(assessment):
    enrolments = assessment.course.group.class_group.enrolments
    return list(enrolments.order_by("pk").values_list("student", flat=True))


@pytest.fixture
def column(assessment):
    return services.Column(
        title="Fractions", kind="quiz", held_on=date(2026, 11, 12), out_of=Decimal(10), coefficient=Decimal(2)
    )


def save(assessment, marks, **seen):
    return services.save_marks(
        assessment_id=assessment.pk, marks=marks, by=assessment.course.teacher, at=NOON, **seen
    )


def facts(name):
    return [fact.payload for fact in RecordedEvent.objects.filter(name=f"grades.{name}").order_by("pk")]


def lock(assessment):
    ClassTerm.objects.filter(term=assessment.term).update(state=ClassTerm.State.LOCKED)


# Marks


def test_only_what_changed_is_written_and_announced(assessment, pupils):
    aya, ben, _ = pupils
    save(assessment, {aya: TWELVE, ben: ABSENT})
    assert save(assessment, {aya: THIRTEEN, ben: ABSENT}).changed == [aya]
    assert [fact["student_ids"] for fact in facts("MarksSaved")] == [[aya, ben], [aya]]
    assert facts("MarksSaved")[0]["by_id"] == assessment.course.teacher.pk


def test_saving_twice_is_saving_once(assessment, pupils):
    save(assessment, {pupils[0]: TWELVE})
    assert save(assessment, {pupils[0]: TWELVE}).changed == []
    assert len(facts("MarksSaved")) == 1


def test_an_emptied_cell_clears_the_mark_and_leaves_the_others(assessment, pupils):
    aya, ben, _ = pupils
    save(assessment, {aya: TWELVE, ben: ABSENT})
    assert save(assessment, {aya: None}).changed == [aya]
    assert list(assessment.marks.values_list("student", flat=True)) == [ben]


def test_what_a_colleague_wrote_meanwhile_is_reported_and_kept(assessment, pupils):
    aya, ben, _ = pupils
    save(assessment, {aya: THIRTEEN})
    saved = save(assessment, {aya: TWELVE, ben: TWELVE}, seen={aya: None, ben: None})
    assert saved == services.Saved(changed=[ben], conflicts={aya: THIRTEEN})
    assert assessment.marks.get(student=aya).value == 13


def test_two_teachers_who_write_the_same_are_not_in_conflict(assessment, pupils):
    save(assessment, {pupils[0]: TWELVE})
    assert save(assessment, {pupils[0]: TWELVE}, seen={pupils[0]: None}).conflicts == {}


def test_a_locked_term_refuses_the_whole_column(assessment, pupils):
    lock(assessment)
    with pytest.raises(services.TermIsLocked):
        save(assessment, dict.fromkeys(pupils, TWELVE))
    assert not assessment.marks.exists()


def test_history_keeps_what_a_mark_was(assessment, pupils):
    save(assessment, {pupils[0]: TWELVE})
    save(assessment, {pupils[0]: THIRTEEN})
    save(assessment, {pupils[0]: None})
    history = MarkSchoolhistory.objects.order_by("pgh_id")
    assert list(history.values_list("pgh_label", "value")) == [("insert", 12), ("update", 13), ("delete", 13)]


# Assessments


def test_an_assessment_opens_as_a_draft(assessment, column):
    opened = services.create_assessment(
        course_id=assessment.course_id,
        term_id=assessment.term_id,
        column=column,
        by=assessment.course.teacher,
        on=TODAY,
    )
    assert not Assessment.objects.get(pk=opened.pk).is_published
    assert [fact["assessment_id"] for fact in facts("AssessmentCreated")] == [opened.pk]


def test_no_assessment_opens_in_a_locked_term(assessment, column):
    lock(assessment)
    with pytest.raises(services.TermIsLocked):
        services.create_assessment(
            course_id=assessment.course_id,
            term_id=assessment.term_id,
            column=column,
            by=assessment.course.teacher,
            on=TODAY,
        )


def amend(assessment, column):
    services.amend_assessment(assessment_id=assessment.pk, column=column, on=TODAY)


def test_an_assessment_is_amended_until_the_term_is_locked(assessment, pupils, column):
    MarkFactory(assessment=assessment, student_id=pupils[0], value=9)
    amend(assessment, column)
    assessment.refresh_from_db()
    assert (assessment.title, assessment.out_of, assessment.coefficient) == ("Fractions", 10, 2)
    lock(assessment)
    with pytest.raises(services.TermIsLocked):
        amend(assessment, column)


def test_a_scale_is_never_smaller_than_its_best_mark(assessment, pupils, column):
    MarkFactory(assessment=assessment, student_id=pupils[0], value=12)
    with pytest.raises(services.ScaleIsTooSmall) as refusal:
        amend(assessment, column)
    assert refusal.value.highest == 12


def test_only_an_empty_assessment_can_be_discarded(assessment, pupils):
    save(assessment, {pupils[0]: ABSENT})
    with pytest.raises(services.HasMarks):
        services.discard_assessment(assessment_id=assessment.pk)
    save(assessment, {pupils[0]: None})
    services.discard_assessment(assessment_id=assessment.pk)
    assert not Assessment.objects.exists()


# Publication


def publish(assessment, at=NOON):
    services.publish_assessment(assessment_id=assessment.pk, at=at, by=assessment.course.teacher)


def plan(assessment, publish_on):
    services.plan_publication(
        assessment_id=assessment.pk, publish_on=publish_on, by=assessment.course.teacher
    )


def test_a_publication_is_announced_once_and_keeps_its_instant(assessment):
    publish(assessment)
    publish(assessment, at=NOON + timedelta(hours=1))
    assessment.refresh_from_db()
    assert assessment.published_at == NOON
    assert [fact["assessment_id"] for fact in facts("AssessmentPublished")] == [assessment.pk]


def test_a_planned_publication_happens_on_its_morning_and_not_before(assessment):
    teacher = assessment.course.teacher
    plan(assessment, date(2026, 11, 30))
    morning = datetime(2026, 11, 30, 7, tzinfo=UTC)
    events.relay(at=morning - timedelta(minutes=1))
    assessment.refresh_from_db()
    assert not assessment.is_published
    events.relay(at=morning)
    assessment.refresh_from_db()
    assert assessment.is_published
    assert facts("AssessmentPublished")[0]["by_id"] == teacher.pk


def test_a_publication_put_off_forgets_the_first_day(assessment):
    plan(assessment, date(2026, 11, 26))
    plan(assessment, date(2026, 11, 30))
    events.relay(at=datetime(2026, 11, 26, 7, tzinfo=UTC))
    assessment.refresh_from_db()
    assert not assessment.is_published
    events.relay(at=datetime(2026, 11, 30, 7, tzinfo=UTC))
    assessment.refresh_from_db()
    assert assessment.is_published


def test_a_publication_called_off_does_not_happen(assessment):
    plan(assessment, date(2026, 11, 26))
    plan(assessment, None)
    events.relay(at=datetime(2026, 12, 24, tzinfo=UTC))
    assessment.refresh_from_db()
    assert not assessment.is_published


# The stamp of a class


def token(assessment):
    stamp = Stamp.objects.filter(class_group=assessment.course.group.class_group).first()
    return stamp and stamp.token


def test_a_draft_leaves_the_stamp_of_its_class_alone(assessment, pupils, column):
    save(assessment, {pupils[0]: ABSENT})
    amend(assessment, column)
    plan(assessment, date(2026, 11, 26))
    assert token(assessment) is None


def test_whatever_families_read_otherwise_changes_the_stamp(assessment, pupils, column):
    save(assessment, {pupils[0]: ABSENT})
    seen = [token(assessment)]
    publish(assessment)
    seen.append(token(assessment))
    save(assessment, {pupils[1]: MarkValue(Decimal(8))})
    seen.append(token(assessment))
    save(assessment, {pupils[1]: None})
    seen.append(token(assessment))
    amend(assessment, column)
    seen.append(token(assessment))
    assert len(set(seen)) == 5


def test_a_mark_changes_the_stamp_of_each_class_its_pupil_was_in(assessment, pupils):
    gone = EnrolmentFactory(student_id=pupils[0], since=date(2025, 9, 8), until=date(2026, 7, 15))
    publish(assessment)
    save(assessment, {pupils[0]: TWELVE})
    assert set(Stamp.objects.values_list("class_group", flat=True)) == {
        gone.class_group_id,
        assessment.course.group.class_group_id,
    }


def test_by_whom_a_mark_was_saved_is_a_member_of_the_school(assessment, pupils):
    colleague = MemberFactory()
    services.save_marks(assessment_id=assessment.pk, marks={pupils[0]: TWELVE}, by=colleague, at=NOON)
    assert RecordedEvent.objects.get(name="grades.MarksSaved").by_id == colleague.pk


# The past


def past(assessment, marks, title="Composition"):
    column = services.Column(
        title=title,
        kind="composition",
        held_on=date(2026, 10, 1),
        out_of=Decimal(20),
        coefficient=Decimal(1),
    )
    return services.PastColumn(
        course_id=assessment.course_id,
        term_id=assessment.term_id,
        column=column,
        published_at=NOON,
        marks=marks,
    )


def test_the_past_is_loaded_once_and_told_to_nobody(assessment, pupils):
    aya, ben, _ = pupils
    told = RecordedEvent.objects.count()
    columns = [past(assessment, {aya: TWELVE, ben: ABSENT}), past(assessment, {aya: TWELVE}, title="Dictée")]
    assert services.load_past(columns) == 5
    first = token(assessment)
    assert services.load_past(columns) == 0
    assert token(assessment) == first
    assert services.load_past([past(assessment, {aya: THIRTEEN, ben: ABSENT})]) == 1
    assert token(assessment) != first
    assert RecordedEvent.objects.count() == told
