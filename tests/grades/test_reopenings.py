"""A closed term, reopened to the teachers of one course, until an instant, and why: history says it."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from apps.accounts.models import OFFICE, OfficeAction, Role
from apps.accounts.rights import HEADS
from apps.classes.models import ClassTerm
from apps.core.clock import now
from apps.grades import services
from apps.grades.models import MarkSchoolhistory, Reopening
from apps.grades.rules import MarkValue
from tests.conftest import soup
from tests.factories.accounts import MemberFactory
from tests.factories.classes import (
    CalendarFactory,
    CourseFactory,
    EnrolmentFactory,
    SubjectFactory,
    TermFactory,
)
from tests.factories.grades import AssessmentFactory, MarkFactory, ReopeningFactory

MORNING = datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def a_school_day():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def assessment(school):
    """A column of a class whose term is closed."""
    assessment = AssessmentFactory(pupils=2, title="Fractions")
    ClassTerm.objects.filter(term=assessment.term).update(state="locked", marks_lock_at=MORNING)
    return assessment


@pytest.fixture
def reopening(assessment):
    return ReopeningFactory(course=assessment.course, term=assessment.term)


@pytest.fixture
def teacher(assessment, client):
    client.force_login(assessment.course.teacher.user)
    return assessment.course.teacher


@pytest.fixture
def pupils(assessment):
    enrolments = assessment.course.group.class_group.enrolments
    return list(enrolments.order_by("student__sort_key").values_list("student", flat=True))


@pytest.fixture
def write(client, teacher, path_to):
    """Send one cell as the browser's queue does; what became of it."""

    def write(assessment, student: int, typed: str) -> str:
        slot = f"{assessment.pk}.{student}"
        answer = client.post(path_to("grades:cells"), json.dumps({slot: ["", typed]}), "application/json")
        return answer.json()["cells"][slot]["state"]

    return write


def values(assessment):
    return dict(assessment.marks.order_by("pk").values_list("student", "value"))


# While it holds


def test_its_teachers_write_again_cell_by_cell(write, reopening, assessment, pupils):
    assert write(assessment, pupils[0], "12") == "saved"
    assert values(assessment) == {pupils[0]: 12}


def test_they_write_again_with_the_plain_form(client, teacher, reopening, assessment, pupils, path_to):
    answer = client.post(path_to("grades:mark_sheet", assessment.pk), {str(pupils[0]): "14,5"})
    assert answer.status_code == 302
    assert values(assessment) == {pupils[0]: Decimal("14.5")}


def test_the_sheet_says_until_when_and_why_and_takes_marks(client, teacher, reopening, assessment, path_to):
    page = soup(client.get(path_to("grades:mark_sheet", assessment.pk)))
    bar = " ".join(page.select_one(".bar").get_text().split())
    assert bar.startswith("Rouverte jusqu’au mardi 24 novembre à 12 h Motif : Copies retrouvées.")
    assert "Période clôturée" not in page.text
    assert len(page.select("td.cur input:not([type=hidden])")) == 2
    assert "Modifier l’évaluation" not in page.text


def test_the_course_says_so_too_and_opens_no_column(client, teacher, reopening, assessment, path_to):
    page = client.get(path_to("grades:course", assessment.course.pk)).text
    assert "Rouverte jusqu’au mardi 24 novembre" in page
    assert "Période clôturée" not in page
    assert "Nouvelle évaluation" not in page


def home_of(client, member, path_to) -> str:
    client.force_login(member.user)
    return " ".join(soup(client.get(path_to("portal:home"), follow=True)).select_one("main").text.split())


def test_her_home_and_the_direction_s_say_so_while_it_holds(client, teacher, reopening, assessment, path_to):
    said = "Jusqu’au mardi 24 novembre à 12 h. Motif : Copies retrouvées"
    link = soup(client.get(path_to("portal:home"))).select_one(".row .acts a")
    assert "Rouverte jusqu’au" in client.get(link["href"]).text
    assert said in home_of(client, teacher, path_to)
    assert said in home_of(client, MemberFactory(roles=[Role.DIRECTOR_OF_STUDIES]), path_to)
    for other in (MemberFactory(roles=[Role.TEACHER]), MemberFactory(roles=[Role.EDUCATOR])):
        assert "Réouverture" not in home_of(client, other, path_to)
    with time_machine.travel(reopening.until, tick=False):
        assert "Réouverture" not in home_of(client, teacher, path_to)


def test_the_column_itself_stays_as_it_is(reopening, assessment, pupils):
    MarkFactory(assessment=assessment, student_id=pupils[0])
    column = services.Column(
        title="Autre", kind="quiz", held_on=assessment.held_on, out_of=Decimal(10), coefficient=Decimal(2)
    )
    with pytest.raises(services.TermIsLocked):
        services.amend_assessment(assessment_id=assessment.pk, column=column, on=MORNING.date())


# The history says why


def reasons(**which) -> list[str | None]:
    kept = MarkSchoolhistory.objects.filter(**which).order_by("pgh_id")
    return [one.pgh_context.get("reason") for one in kept]


def test_each_change_keeps_the_reason_beside_its_author(
    write, client, teacher, reopening, assessment, pupils, path_to
):
    write(assessment, pupils[0], "12")
    context = MarkSchoolhistory.objects.get().pgh_context
    assert (context["reason"], context["member"]) == ("Copies retrouvées", teacher.pk)
    assert context["request"]
    page = client.get(path_to("grades:mark_history", assessment.pk, pupils[0]))
    assert "Après la clôture : Copies retrouvées" in page.text


def test_a_pupil_of_an_open_class_in_the_same_column_needs_no_reason(write, reopening, assessment, pupils):
    guest = EnrolmentFactory().student
    MarkFactory(assessment=assessment, student=guest, value=9)
    services.save_cells(
        assessment_id=assessment.pk,
        marks={pk: MarkValue(Decimal(12)) for pk in (pupils[0], guest.pk)},
        seen={},
        by=assessment.course.teacher,
        at=now(),
    )
    closed, free = (MarkSchoolhistory.objects.filter(student=pk).last() for pk in (pupils[0], guest.pk))
    assert closed.pgh_context["reason"] == "Copies retrouvées"
    assert not (free.pgh_context or {}).get("reason")


def test_the_next_column_of_the_same_batch_does_not_inherit_it(
    client, teacher, reopening, assessment, pupils, path_to
):
    later = AssessmentFactory(pupils=1, course__teacher=teacher)
    other = later.course.group.class_group.enrolments.get().student_id
    batch = {f"{assessment.pk}.{pupils[0]}": ["", "12"], f"{later.pk}.{other}": ["", "13"]}
    client.post(path_to("grades:cells"), json.dumps(batch), "application/json")
    assert (reasons(assessment=assessment.pk), reasons(assessment=later.pk)) == (
        ["Copies retrouvées"],
        [None],
    )


def test_an_open_term_keeps_no_reason(write, reopening, assessment, pupils):
    ClassTerm.objects.filter(term=assessment.term).update(state="open")
    write(assessment, pupils[0], "12")
    assert reasons() == [None]


# What it does not open


def test_once_its_time_is_over_the_term_is_closed_again_by_itself(
    client, write, reopening, assessment, pupils, path_to
):
    with time_machine.travel(reopening.until, tick=False):
        assert write(assessment, pupils[0], "12") == "refused"
        page = client.get(path_to("grades:mark_sheet", assessment.pk))
    assert "Période clôturée" in page.text
    assert values(assessment) == {}


def test_another_course_of_the_class_stays_closed(write, teacher, reopening, assessment, pupils):
    its_class = assessment.course.group.class_group
    biology = CourseFactory(class_group=its_class, subject=SubjectFactory(code="SVT"), teacher=teacher)
    other = AssessmentFactory(course=biology, term=assessment.term)
    assert write(other, pupils[0], "12") == "refused"
    assert values(other) == {}


def test_another_term_of_the_course_stays_closed(write, assessment, pupils):
    ReopeningFactory(course=assessment.course, term=TermFactory(calendar=assessment.term.calendar, number=2))
    assert write(assessment, pupils[0], "12") == "refused"


def test_the_one_that_lasts_longest_counts(write, reopening, assessment, pupils):
    ReopeningFactory(course=assessment.course, term=assessment.term, opened_at=MORNING - timedelta(days=2))
    assert write(assessment, pupils[0], "12") == "saved"


# Who opens it


@pytest.fixture
def said(assessment):
    """What the direction types."""
    return {
        "course": assessment.course.pk,
        "term": assessment.term.pk,
        "until_0": "24/11/2026",
        "until_1": "18:00",
        "reason": "Copies retrouvées",
    }


def add(client, path_to, said, role):
    member = MemberFactory(roles=[role])
    client.force_login(member.user)
    return client.post(path_to("admin:grades_reopening_add"), said), member


@pytest.mark.parametrize("role", sorted(HEADS))
def test_the_direction_opens_it_in_its_admin_and_the_journal_says_so(client, path_to, said, assessment, role):
    answer, head = add(client, path_to, said, role)
    assert answer.status_code == 302
    opened = Reopening.objects.get()
    assert (opened.course, opened.term, opened.opened_by) == (assessment.course, assessment.term, head)
    assert (opened.opened_at, opened.until) == (MORNING, datetime(2026, 11, 24, 18, tzinfo=UTC))
    assert OfficeAction.objects.get().member == head


@pytest.mark.parametrize("role", sorted(set(Role) - HEADS))
def test_nobody_else_does(client, path_to, said, role):
    answer, _ = add(client, path_to, said, role)
    assert answer.status_code == 404
    assert not Reopening.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"until_1": "09:59"}, "until"), ({"reason": ""}, "reason"), ({"term": "of another year"}, "term")],
)
def test_what_makes_no_sense_is_refused_beside_its_field(client, path_to, said, wrong, field):
    if field == "term":
        wrong = {"term": TermFactory(calendar=CalendarFactory(kind="semesters")).pk}
    answer, _ = add(client, path_to, said | wrong, Role.PRINCIPAL)
    assert set(answer.context["adminform"].form.errors) == {field}
    assert not Reopening.objects.exists()


def test_an_open_term_needs_none(client, path_to, said, assessment):
    ClassTerm.objects.filter(term=assessment.term).update(state="open")
    answer, _ = add(client, path_to, said, Role.PRINCIPAL)
    assert "ne sont pas arrêtées" in answer.text


def test_it_can_be_ended_at_once_and_what_was_said_stays(
    client, path_to, write, reopening, assessment, pupils
):
    client.force_login(MemberFactory(roles=[Role.DIRECTOR_OF_STUDIES]).user)
    change = path_to("admin:grades_reopening_change", reopening.pk)
    ended = {"until_0": "24/11/2026", "until_1": "10:00", "reason": "Autre", "course": "0"}
    assert client.post(change, ended).status_code == 302
    kept = Reopening.objects.get()
    assert (kept.until, kept.reason, kept.course) == (MORNING, "Copies retrouvées", assessment.course)
    client.force_login(assessment.course.teacher.user)
    assert write(assessment, pupils[0], "12") == "refused"


def test_a_reopened_sheet_costs_no_more_queries_than_a_closed_one(
    client, teacher, assessment, path_to, count_queries
):
    sheet = path_to("grades:mark_sheet", assessment.pk)
    client.get(sheet)
    closed = count_queries(client.get, sheet)
    ReopeningFactory(course=assessment.course, term=assessment.term)
    assert count_queries(client.get, sheet) <= closed


def test_the_office_sees_the_list_but_the_bursar(client, path_to, reopening):
    for role in OFFICE:
        client.force_login(MemberFactory(roles=[role]).user)
        expected = 404 if role is Role.BURSAR else 200
        assert client.get(path_to("admin:grades_reopening_changelist")).status_code == expected
