"""Without a timetable, habit says which roll calls a day should see."""

from datetime import time, timedelta

import pytest

from apps.attendance import selectors
from apps.attendance.rules import Span, usual
from apps.core.clock import today
from apps.schools.models import Holiday
from tests.conftest import soup
from tests.factories.accounts import MemberFactory
from tests.factories.schools import SchoolYearFactory

from .conftest import SLOTS, classroom_of

NOON = time(12, 0)


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [
        (["ab", "", ""], "ab"),
        (["", "ab", ""], "ab"),  # last week was a holiday
        (["a", "ab", "ab"], "ab"),  # forgotten once, still expected
        (["a", "ab", "a"], "a"),
        (["", "", ""], ""),
    ],
)
def test_a_day_brings_what_its_last_three_brought(weeks, expected):
    assert usual(set(week) for week in weeks) == set(expected)


@pytest.fixture
def last_week(classroom):
    """Two hours were called a week ago."""
    for hour in (0, 3):
        classroom.call("p", hour=hour, held_on=today() - timedelta(days=7), course_id=classroom.course.pk)
    return classroom


def hours(rolls) -> list:
    return [roll.hours for roll in rolls]


def test_what_began_and_nobody_called_is_due(last_week):
    assert hours(selectors.due_rolls(today(), SLOTS[0].starts_at)) == [SLOTS[0]]
    assert hours(selectors.due_rolls(today(), NOON)) == [SLOTS[0], SLOTS[3]]
    (first, _) = selectors.due_rolls(today(), NOON)
    assert (first.group, first.subject, first.caller) == (
        last_week.group.name, last_week.course.subject.name, str(last_week.teacher),
    )  # fmt: skip


def test_what_somebody_called_is_due_no_more_whoever_did(last_week, educator):
    last_week.call("p", by=educator)
    assert hours(selectors.due_rolls(today(), NOON)) == [SLOTS[3]]


def test_another_day_of_the_week_is_another_habit(last_week):
    assert not selectors.expected_rolls(today() + timedelta(days=1))


def test_nothing_is_due_on_holidays(last_week):
    Holiday.objects.create(
        year=SchoolYearFactory(),
        name="Congés",
        last_class_day=today() - timedelta(days=1),
        resumes_on=today() + timedelta(days=1),
    )
    assert not selectors.expected_rolls(today())


def test_to_one_who_calls_hers_alone_are_due(last_week):
    assert not selectors.expected_rolls(today(), MemberFactory())
    assert len(selectors.expected_rolls(today(), last_week.teacher)) == 2


@pytest.mark.parametrize("page", ["attendance:roll_calls", "portal:home"])
def test_her_pages_say_what_is_due(client, classroom, path_to, page):
    at_night = Span(time(0, 0), time(0, 30))  # begun, whenever this is run
    classroom.call("p", hours=at_night, held_on=today() - timedelta(days=7))
    client.force_login(classroom.teacher.user)
    due = soup(client.get(path_to(page))).select("[aria-labelledby=due] a.due")
    roll = path_to("attendance:roll_call", classroom.group.pk, today(), at_night)
    assert [link["href"] for link in due] == [roll]


def test_the_whole_school_s_due_rolls_cost_no_more_queries_with_more_classes(school, count_queries):
    def ask(classes: int) -> int:
        for _ in range(classes):
            classroom_of(1).call("p", held_on=today() - timedelta(days=7))
        return count_queries(selectors.due_rolls, today(), NOON)

    assert ask(1) == ask(5) == 3


@pytest.mark.parametrize("page", ["attendance:roll_calls", "portal:home"])
def test_a_page_without_a_form_brings_the_token_that_the_queue_sends_with(client, classroom, path_to, page):
    client.force_login(classroom.teacher.user)
    assert client.get(path_to(page)).cookies["csrftoken"].value
