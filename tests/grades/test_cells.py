"""Cells as the browser's queue sends them: each its own fate, none overwrites unseen, twice is once."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from apps.accounts.models import Role
from apps.classes.models import ClassTerm
from apps.core.clock import today
from apps.core.models import RecordedEvent
from apps.grades.models import Mark, MarkSchoolhistory
from tests.factories.accounts import MemberFactory
from tests.factories.classes import EnrolmentFactory
from tests.factories.grades import AssessmentFactory, MarkFactory


@pytest.fixture(autouse=True)
def a_school_day():
    with time_machine.travel(datetime(2026, 11, 24, 10, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def assessment(school):
    return AssessmentFactory(pupils=3, title="Fractions")


@pytest.fixture
def teacher(assessment, client):
    client.force_login(assessment.course.teacher.user)
    return assessment.course.teacher


@pytest.fixture
def pupils(assessment):
    enrolments = assessment.course.group.class_group.enrolments
    return list(enrolments.order_by("student__sort_key").values_list("student", flat=True))


@pytest.fixture
def send(client, teacher, path_to):
    """Send cells as the queue does; the answer."""

    def send(cells: dict, **headers: str):
        return client.post(path_to("grades:cells"), json.dumps(cells), "application/json", headers=headers)

    return send


def slot(assessment, student) -> str:
    return f"{assessment.pk}.{student}"


def values(assessment):
    return dict(assessment.marks.order_by("pk").values_list("student", "value"))


def test_each_cell_is_saved_and_shown_as_it_now_stands(send, assessment, pupils):
    aya, ben, cy = (slot(assessment, pk) for pk in pupils)
    answer = send({aya: ["", "14,50"], ben: ["", "a"], cy: ["", "0"]})
    assert answer.status_code == 200
    assert answer.json()["cells"] == {
        aya: {"state": "saved", "there": "14,5"},
        ben: {"state": "saved", "there": "Abs"},
        cy: {"state": "saved", "there": "0"},
    }
    assert values(assessment) == {pupils[0]: Decimal("14.5"), pupils[1]: None, pupils[2]: 0}


def test_the_averages_of_the_pupils_come_back_with_their_cells(send, assessment, pupils):
    quiz = AssessmentFactory(course=assessment.course, term=assessment.term, out_of=10, coefficient=2)
    MarkFactory(assessment=quiz, student_id=pupils[0], value=5)
    answer = send({slot(assessment, pupils[0]): ["", "13"], slot(assessment, pupils[1]): ["", "A"]})
    assert answer.json()["averages"] == {str(pupils[0]): "11,00", str(pupils[1]): "–"}


def test_a_batch_may_be_of_several_sheets(send, assessment, pupils):
    other = AssessmentFactory(course=assessment.course, term=assessment.term)
    send({slot(assessment, pupils[0]): ["", "11"], slot(other, pupils[1]): ["", "12"]})
    assert (values(assessment), values(other)) == ({pupils[0]: 11}, {pupils[1]: 12})


@pytest.mark.parametrize("typed", ["abc", "25", "-1", "1e3", "12,345"])
def test_a_wrong_cell_says_why_and_hinders_no_other(send, assessment, pupils, typed):
    wrong, right = slot(assessment, pupils[0]), slot(assessment, pupils[1])
    cells = send({wrong: ["", typed], right: ["", "12"]}).json()["cells"]
    assert cells[wrong]["state"] == "refused"
    assert cells[wrong]["why"]
    assert cells[right]["state"] == "saved"
    assert values(assessment) == {pupils[1]: 12}


def test_an_emptied_cell_clears_its_mark(send, assessment, pupils):
    MarkFactory(assessment=assessment, student_id=pupils[0], value=12)
    cell = slot(assessment, pupils[0])
    assert send({cell: ["12", ""]}).json()["cells"] == {cell: {"state": "saved", "there": ""}}
    assert values(assessment) == {}


def test_in_a_conflict_both_values_the_author_and_the_time_are_told(
    send, client, teacher, assessment, pupils
):
    cell = slot(assessment, pupils[0])
    send({cell: ["", "14"]})
    answer = send({cell: ["", "12"]}).json()["cells"][cell]
    assert answer["state"] == "conflict"
    assert answer["there"] == "14"
    assert answer["by"] == str(teacher)
    assert datetime.fromisoformat(answer["at"]).tzinfo  # PostgreSQL's clock, that no test moves
    assert values(assessment) == {pupils[0]: 14}


def test_whoever_chose_between_the_two_is_obeyed(send, assessment, pupils):
    MarkFactory(assessment=assessment, student_id=pupils[0], value=14)
    send({slot(assessment, pupils[0]): ["14", "12"]})
    assert values(assessment) == {pupils[0]: 12}


def test_two_who_write_the_same_are_not_in_conflict(send, assessment, pupils):
    MarkFactory(assessment=assessment, student_id=pupils[0], value=12)
    cell = slot(assessment, pupils[0])
    assert send({cell: ["", "12"]}).json()["cells"][cell]["state"] == "saved"
    assert not RecordedEvent.objects.filter(name="grades.MarksSaved").exists()


def test_a_replay_answers_the_same_and_writes_nothing(send, assessment, pupils):
    cell, key = slot(assessment, pupils[0]), {"Idempotency-Key": "lot-1"}
    first = send({cell: ["", "12"]}, **key)
    assessment.marks.update(value=3)
    again = send({cell: ["", "12"]}, **key)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert values(assessment) == {pupils[0]: 3}


def test_the_same_key_for_other_cells_is_refused(send, assessment, pupils):
    key = {"Idempotency-Key": "lot-1"}
    send({slot(assessment, pupils[0]): ["", "12"]}, **key)
    assert send({slot(assessment, pupils[0]): ["", "13"]}, **key).status_code == 422
    assert values(assessment) == {pupils[0]: 12}


def test_closed_pupils_are_refused_and_the_others_saved(send, assessment, pupils):
    neighbour = EnrolmentFactory().student
    MarkFactory(assessment=assessment, student=neighbour, value=9)
    ClassTerm.objects.filter(class_group=assessment.course.group.class_group).update(state="locked")
    closed, free = slot(assessment, pupils[0]), slot(assessment, neighbour.pk)
    cells = send({closed: ["", "12"], free: ["9", "10"]}).json()["cells"]
    assert "clôturée" in cells[closed]["why"]
    assert cells[free]["state"] == "saved"
    assert values(assessment) == {neighbour.pk: 10}


def test_a_stranger_to_the_sheet_is_refused(send, assessment):
    stranger = EnrolmentFactory().student
    cell = slot(assessment, stranger.pk)
    assert send({cell: ["", "12"]}).json()["cells"][cell]["state"] == "refused"
    assert not Mark.objects.exists()


def test_another_teacher_s_sheet_is_refused_cell_by_cell(send, pupils, assessment):
    hers = AssessmentFactory(pupils=1)
    foreign = slot(hers, hers.course.group.class_group.enrolments.get().student_id)
    own = slot(assessment, pupils[0])
    cells = send({foreign: ["", "12"], own: ["", "12"]}).json()["cells"]
    assert (cells[foreign]["state"], cells[own]["state"]) == ("refused", "saved")
    assert values(hers) == {}


def test_a_sheet_of_a_number_that_no_row_has_is_refused_and_hinders_no_other(send, pupils, assessment):
    own = slot(assessment, pupils[0])
    cells = send({"99999999999999999999.1": ["", "12"], own: ["", "12"]}).json()["cells"]
    assert (cells["99999999999999999999.1"]["state"], cells[own]["state"]) == ("refused", "saved")


def test_to_a_parent_every_cell_is_refused(client, assessment, pupils, path_to):
    client.force_login(MemberFactory(roles=[Role.GUARDIAN]).user)
    cell = slot(assessment, pupils[0])
    answer = client.post(path_to("grades:cells"), json.dumps({cell: ["", "20"]}), "application/json")
    assert answer.json()["cells"][cell]["state"] == "refused"
    assert not Mark.objects.exists()


def test_who_no_longer_teaches_the_course_saves_nothing(send, assessment, pupils):
    assessment.course.teachers.update(until=today() - timedelta(days=1))
    cell = slot(assessment, pupils[0])
    assert send({cell: ["", "12"]}).json()["cells"][cell]["state"] == "refused"
    assert not Mark.objects.exists()


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", "12", '{"a": ["", "1"]}', '{"1.2": "12"}', '{"1.2": ["1"]}']
)
def test_what_is_no_batch_is_refused_whole(client, teacher, path_to, body):
    assert client.post(path_to("grades:cells"), body, "application/json").status_code == 400


def test_a_batch_has_its_limit(send, assessment):
    assert send({f"{assessment.pk}.{n}": ["", "1"] for n in range(201)}).status_code == 400


def test_what_somebody_else_typed_in_this_browser_is_not_taken(send, teacher, assessment, pupils):
    cell = {slot(assessment, pupils[0]): ["", "12"]}
    refused = send(cell, **{"X-Edu-Member": str(teacher.pk + 1), "Idempotency-Key": "lot-1"})
    assert refused.status_code == 409
    assert not Mark.objects.exists()
    assert send(cell, **{"X-Edu-Member": str(teacher.pk), "Idempotency-Key": "lot-1"}).status_code == 200


def test_the_history_names_who_wrote_by_which_request_from_what(send, teacher, assessment, pupils):
    phone = "Mozilla/5.0 (Linux; Android 13; SM-A047F) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"
    answer = send({slot(assessment, pupils[0]): ["", "12"]}, **{"User-Agent": phone})
    (kept,) = MarkSchoolhistory.objects.all()
    assert kept.pgh_context["member"] == teacher.pk
    assert kept.pgh_context["device"] == "Chrome, Android"
    assert kept.pgh_context["request"] == answer["X-Request-ID"]


def test_sixty_cells_cost_the_queries_of_three(client, path_to, count_queries):
    def cost(pupils: int) -> int:
        assessment = AssessmentFactory(pupils=pupils)
        client.force_login(assessment.course.teacher.user)
        enrolled = assessment.course.group.class_group.enrolments.values_list("student", flat=True)
        cells = {slot(assessment, pk): ["", "12"] for pk in enrolled}
        return count_queries(client.post, path_to("grades:cells"), json.dumps(cells), "application/json")

    few, many = cost(3), cost(60)
    print(f"a batch of 3 cells: {few} statements; of 60: {many}")  # noqa: T201
    assert many == few
