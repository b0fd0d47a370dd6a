"""Thresholds: who is past one, what was done about it, when it comes back. Never a sanction."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings

from apps.accounts.models import Role
from apps.attendance.models import AttendanceThreshold, Excusal, ThresholdAnswer
from apps.attendance.selectors import thresholds_page
from apps.attendance.services import answer_threshold, set_up_thresholds
from apps.core.clock import now
from tests.conftest import soup
from tests.factories.accounts import MemberFactory
from tests.factories.attendance import LateArrivalFactory, RollCallFactory

from .test_register import absent

MONDAY = date(2026, 11, 23)
WEDNESDAY = MONDAY + timedelta(days=2)
What, Within = AttendanceThreshold.What, AttendanceThreshold.Within


@pytest.fixture
def desk(client, htmx, educator):
    for browser in (client, htmx):
        browser.force_login(educator.user)
    with time_machine.travel(datetime(2026, 11, 25, 10, tzinfo=UTC), tick=False):
        yield client


def threshold(what: str = What.UNJUSTIFIED_HOURS, at_least: int = 4, within: str = Within.MONTH):
    return AttendanceThreshold.objects.create(
        what=what, at_least=at_least, within=within, proposal="Appeler la famille."
    )


def counts(on: date = WEDNESDAY) -> dict[int, int]:
    """By pupil, of a page with one threshold."""
    return {line.student_id: line.count for one in thresholds_page(on).past for line in one.lines}


def test_who_reaches_it_is_listed_with_the_count(classroom):
    one, two, three = classroom.pupils
    threshold()
    absent(one, MONDAY, hours=4)
    absent(two, MONDAY, hours=3)
    absent(three, MONDAY, hours=9, reason="Maladie")
    assert counts() == {one.pk: 4}


@pytest.mark.parametrize(("within", "found"), [(Within.MONTH, 2), (Within.TERM, 5), (Within.YEAR, 5)])
def test_it_is_counted_within_its_days(classroom, within, found):
    student = classroom.pupils[0]
    threshold(at_least=1, within=within)
    absent(student, date(2026, 10, 5), hours=3)
    absent(student, MONDAY, hours=2)
    absent(student, WEDNESDAY + timedelta(days=1), hours=1)  # to come: declared beforehand
    assert counts() == {student.pk: found}


def test_late_arrivals_their_minutes_and_the_infirmary_count_too(classroom, educator):
    student = classroom.pupils[0]
    for day in (MONDAY, WEDNESDAY):
        LateArrivalFactory(student=student, roll_call=RollCallFactory(held_on=day), minutes=20)
        Excusal.objects.create(
            student=student,
            kind=Excusal.Kind.INFIRMARY,
            starts_on=day,
            ends_on=day,
            recorded_by=educator,
            recorded_at=now(),
        )
    for what in (What.LATE, What.LATE_MINUTES, What.INFIRMARY, What.LEFT_EARLY):
        threshold(what, at_least=2)
    assert {one.unit: one.lines[0].count for one in thresholds_page(WEDNESDAY).past} == {
        "retards": 2,
        "minutes de retard": 40,
        "passages à l’infirmerie": 2,
    }


def test_one_that_was_dealt_with_comes_back_at_its_next_multiple(classroom, educator):
    student, one = classroom.pupils[0], threshold()
    absent(student, MONDAY, hours=5)

    def answer(count: int) -> None:
        answer_threshold(
            threshold_id=one.pk,
            student_id=student.pk,
            since=date(2026, 11, 1),
            count=count,
            line="Vue",
            by=educator,
            at=now(),
        )

    answer(5)
    assert counts() == {}
    absent(student, MONDAY + timedelta(days=1), hours=2)
    assert counts() == {}
    absent(student, WEDNESDAY, hours=1)
    assert counts() == {student.pk: 8}
    answer(8)
    answer(8)
    assert counts() == {}
    assert ThresholdAnswer.objects.count() == 2


def test_what_was_dealt_with_last_month_says_nothing_of_this_one(classroom, educator):
    student, one = classroom.pupils[0], threshold()
    absent(student, MONDAY, hours=4)
    answer_threshold(
        threshold_id=one.pk,
        student_id=student.pk,
        since=date(2026, 10, 1),
        count=9,
        line="Vue",
        by=educator,
        at=now(),
    )
    assert counts() == {student.pk: 4}


def test_one_that_is_off_lists_nobody(classroom):
    one = threshold()
    absent(classroom.pupils[0], MONDAY, hours=4)
    AttendanceThreshold.objects.filter(pk=one.pk).update(is_on=False)
    assert not thresholds_page(WEDNESDAY).has_any


def fields_of(page) -> dict[str, str]:
    return {field["name"]: field.get("value", "") for field in soup(page).select("#past form input[name]")}


def test_a_line_says_what_was_done_and_by_whom(desk, htmx, educator, classroom, path_to):
    student, _ = classroom.pupils[0], threshold()
    absent(student, MONDAY, hours=4)
    address = path_to("attendance:thresholds")
    page = desk.get(address)
    assert "Appeler la famille." in page.text
    part = htmx.post(address, fields_of(page) | {"line": "Mère appelée, certificat demain"})
    assert part.text.strip().startswith("<section")
    assert "Mère appelée, certificat demain" in part.text
    assert not soup(part).select("li.due")
    answer = ThresholdAnswer.objects.get()
    assert (answer.student, answer.answered_by, answer.count) == (student, educator, 4)
    whole = soup(desk.get(address))
    whole.select_one("#past").replace_with(soup(part).select_one("#past"))
    assert whole.prettify() == soup(desk.get(address)).prettify()


def test_hours_that_came_meanwhile_are_still_to_be_seen_to(desk, classroom, path_to):
    student, _ = classroom.pupils[0], threshold()
    absent(student, MONDAY, hours=4)
    typed = fields_of(desk.get(path_to("attendance:thresholds"))) | {"line": "Vue"}
    absent(student, WEDNESDAY, hours=4)
    desk.post(path_to("attendance:thresholds"), typed)
    assert counts() == {student.pk: 8}


def test_an_empty_line_comes_back_next_to_its_field(desk, classroom, path_to):
    threshold()
    absent(classroom.pupils[0], MONDAY, hours=4)
    address = path_to("attendance:thresholds")
    page = desk.post(address, fields_of(desk.get(address)) | {"line": " "})
    assert page.status_code == 422
    assert "ce qui a été fait" in soup(page).select_one("details[open] .err").text
    assert not ThresholdAnswer.objects.exists()


@pytest.mark.parametrize(
    "typed", [{"student": "0"}, {"student": "999999"}, {"count": "x"}, {"threshold": "9" * 30}]
)
def test_a_line_that_is_not_on_the_page_is_nobodys(desk, classroom, path_to, typed):
    threshold()
    absent(classroom.pupils[0], MONDAY, hours=4)
    address = path_to("attendance:thresholds")
    answer = desk.post(address, fields_of(desk.get(address)) | {"line": "Vue"} | typed)
    assert answer.status_code in (302, 422)
    assert not ThresholdAnswer.objects.exists()


@pytest.mark.parametrize("role", [Role.TEACHER, Role.SECRETARY, Role.GUARDIAN])
def test_thresholds_are_vie_scolaires(client, classroom, path_to, role):
    client.force_login(MemberFactory(roles=[role]).user)
    assert client.get(path_to("attendance:thresholds")).status_code == 404


def test_a_school_starts_from_a_few_and_keeps_its_own(school):
    set_up_thresholds()
    first = AttendanceThreshold.objects.order_by("pk").first()
    first.at_least = 3
    first.save()
    set_up_thresholds()
    assert AttendanceThreshold.objects.filter(at_least=3).count() == 1
    assert AttendanceThreshold.objects.count() == 5


def test_no_sanction_is_offered(school):
    """Arrêté 0111 of 24 December 2014; and no decision is a machine's."""
    set_up_thresholds()
    words = " ".join(AttendanceThreshold.objects.order_by("pk").values_list("proposal", flat=True))
    words += Path(settings.BASE_DIR / "templates/attendance/thresholds.html").read_text()
    for sanction in ("exclu", "punition", "sanction", "retenue", "corvée", "renvo", "blâme", "avertissement"):
        assert sanction not in words.lower()
