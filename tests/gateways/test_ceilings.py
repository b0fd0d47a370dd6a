"""So many SMS a day to a number, for a school, in all: never one more, whoever asks at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection

from apps.gateways.api import NUMBER, PLATFORM, SCHOOL, Call, forget_counts, take
from apps.gateways.models import SmsCount

TODAY = date(2026, 11, 24)
A_NUMBER = "+2250748213690"


@pytest.fixture(autouse=True)
def ceilings(settings):
    settings.SMS_A_DAY_PER_NUMBER, settings.SMS_A_DAY = 3, 10


def calls(count: int, *, number: str = "", school: int | None = None, per_school: int = 100) -> list[Call]:
    """To as many numbers, unless one is given."""
    return [Call(number or f"+22507000000{n:02}", school, per_school) for n in range(count)]


def test_the_fourth_of_the_day_to_a_number_stays(db):
    assert take(calls(4, number=A_NUMBER), TODAY) == ["", "", "", NUMBER]
    assert take(calls(1, number=A_NUMBER), TODAY) == [NUMBER]
    assert take(calls(1, number=A_NUMBER), TODAY + timedelta(days=1)) == [""]


def test_whatever_the_school(db):
    assert take([Call(A_NUMBER, school, 100) for school in (1, 2, 1, 2)], TODAY) == ["", "", "", NUMBER]


def test_a_school_has_its_own(db):
    assert take(calls(3, school=1, per_school=2), TODAY) == ["", "", SCHOOL]
    assert take(calls(2, school=2, per_school=2), TODAY) == ["", ""]
    assert take(calls(1, number=A_NUMBER, school=3, per_school=0), TODAY) == [SCHOOL]


def test_all_schools_share_the_platform_s(db):
    assert take(calls(6, school=1), TODAY) == [""] * 6
    assert take(calls(6, school=2), TODAY) == [""] * 4 + [PLATFORM] * 2


def test_what_stayed_is_not_counted(db):
    take(calls(3, number=A_NUMBER), TODAY)
    for _ in range(20):
        take(calls(1, number=A_NUMBER), TODAY)
    assert SmsCount.objects.get(what="platform").count == 3


def test_seventy_calls_cost_as_many_statements_as_one(db, count_queries, settings):
    settings.SMS_A_DAY = 1000
    assert count_queries(take, calls(1), TODAY) == count_queries(take, calls(70), TODAY) == 3
    assert take([], TODAY) == []


@pytest.mark.django_db(transaction=True)
def test_eight_who_ask_at_once_get_no_more(settings):
    settings.SMS_A_DAY_PER_NUMBER = 100

    def ask(_) -> int:
        try:
            return take(calls(3, number=A_NUMBER, school=1), TODAY).count("")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(8))) == 10


def test_counts_are_kept_for_a_week(db):
    take(calls(1), TODAY)
    forget_counts(TODAY + timedelta(days=7))
    assert SmsCount.objects.exists()
    forget_counts(TODAY + timedelta(days=8))
    assert not SmsCount.objects.exists()
