"""The board of the day: who is missing now, what their families were told, and when it is the same board."""

import json
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from asgiref.sync import async_to_sync, sync_to_async
from channels.testing import WebsocketCommunicator
from django.test import Client

from apps.accounts.models import MemberRole, Role
from apps.attendance.models import Absence, AbsenceReason, LateArrival
from apps.attendance.services import WholeClasses, close_roll_call, justify_absence, write_whole_classes
from apps.core import events
from apps.core.clock import now, today
from apps.core.models import RecordedEvent
from apps.core.sockets import tell
from apps.core.tenancy import in_school
from apps.gateways.api import Accepted
from apps.notifications.services import lease, record
from apps.portal.consumers import BoardSocket
from apps.portal.handlers import refresh_the_boards
from apps.portal.permissions import board_group, sign_ticket
from educonnect.asgi import application
from tests.attendance.conftest import LETTERS, SLOTS, classroom_of, excuse
from tests.conftest import outside_any_school, soup
from tests.factories.accounts import MemberFactory
from tests.factories.attendance import AbsenceFactory, ReasonFactory
from tests.factories.notifications import AlertFactory, DeliveryFactory
from tests.factories.people import GuardianFactory, GuardianshipFactory

MORNING = datetime(2026, 11, 25, 8, 40, tzinfo=UTC)


@pytest.fixture
def classroom(school):
    with time_machine.travel(MORNING, tick=False):
        yield classroom_of(3)


@pytest.fixture
def educator(school):
    return MemberFactory(roles=[Role.EDUCATOR])


@pytest.fixture
def desk(client, classroom, educator):
    client.force_login(educator.user)
    return client


@pytest.fixture
def board(path_to):
    return path_to("portal:board")


def told(page, section: str) -> list[str]:
    return [" ".join(row.text.split()) for row in soup(page).select(f"#{section} li.row")]


def names(page, section: str = "absents") -> list[str]:
    return [row.text for row in soup(page).select(f"#{section} li.row span b")]


def test_an_educator_begins_there_and_the_direction_finds_it(client, desk, board, path_to):
    assert desk.get(path_to("portal:home")).url == board
    client.force_login(MemberFactory(roles=[Role.PRINCIPAL]).user)
    home = soup(client.get(path_to("portal:home")))
    assert home.select(f'a[href="{board}"]')


def test_who_was_absent_and_came_back_is_absent_no_more(desk, classroom, board):
    classroom.call("aap", hour=0)
    classroom.call("apa", hour=1)
    page = desk.get(board)
    one, _, three = (str(pupil) for pupil in classroom.pupils)
    assert names(page) == [one, three]
    assert "7\u202fh\u202f30" in page.text
    assert soup(page).select_one(".tally b").text == "2"


def test_who_is_missing_without_a_roll_is_missing_for_her_hours(desk, classroom, board):
    student = classroom.pupils[0]
    hours = {"student": student, "held_on": today()}
    AbsenceFactory(**hours, starts_at=time(7, 30), ends_at=time(12, 5))
    assert names(desk.get(board)) == [str(student)]
    Absence.objects.all().update(ends_at=time(8, 25))
    assert names(desk.get(board)) == []
    Absence.objects.all().update(starts_at=time(14), ends_at=time(15))
    assert names(desk.get(board)) == []


def test_a_late_arrival_says_which_it_is_this_month(desk, classroom, board):
    yesterday = today() - timedelta(days=1)
    classroom.call("l", held_on=yesterday)
    classroom.call("l")
    (line,) = told(desk.get(board), "retards")
    assert "10 min" in line
    assert "2e retard ce mois" in line


def test_a_roll_that_habit_expects_and_nobody_took_is_red(desk, classroom, board):
    for weeks in (1, 2, 3):
        classroom.call("ppp", held_on=today() - timedelta(days=7 * weeks))
    row = soup(desk.get(board)).select_one("#appels .row.due")
    assert str(classroom.teacher) in row.text
    assert desk.get(row.select_one("a.btn")["href"]).status_code == 200
    founder = Client()
    founder.force_login(MemberFactory(roles=[Role.FOUNDER]).user)  # who calls no roll
    with outside_any_school():
        page = founder.get(board)
    assert not soup(page).select("#appels a")
    classroom.call("ppp")
    assert not soup(desk.get(board)).select("#appels")


def test_whom_to_call_is_whom_the_school_informs(desk, classroom, board):
    student = classroom.pupils[0]
    mother = GuardianFactory(phone="+2250700000011")
    GuardianshipFactory(student=student, guardian=mother)
    GuardianshipFactory(student=student, guardian=GuardianFactory(phone="+2250700000012"), is_informed=False)
    classroom.call("a")
    links = {link["href"] for link in soup(desk.get(board)).select('a[href^="tel:"]')}
    assert links == {"tel:+2250700000011"}


def test_what_families_were_told_is_said_with_its_reason(desk, classroom, board):
    classroom.call("aa")
    one, two = Absence.objects.order_by("pk")
    sent = {"created_at": now(), "updated_at": now(), "next_try_at": now()}
    DeliveryFactory(
        alert=AlertFactory(absence=one, student=one.student, state="sent", created_at=now()),
        state="delivered",
        **sent,
    )
    AlertFactory(absence=two, student=two.student, state="unsent", why="no_mobile", created_at=now())
    page = desk.get(board)
    assert "reçue" in " ".join(told(page, "absents"))
    rows = [" ".join(row.text.split()) for row in soup(page).select("#alertes .row")]
    assert rows == ["Parties 1", "En échec aucun mobile dans la fiche 1 1"]


def test_who_is_at_the_infirmary_is_not_expected(desk, classroom, educator, board):
    excuse(classroom.pupils[0], educator, starts_at=time(8), ends_at=time(9), note="Maux de tête")
    excuse(classroom.pupils[1], educator, starts_at=time(10), ends_at=time(11))
    excuse(classroom.pupils[2], educator, kind="exempt")
    (line,) = told(desk.get(board), "ailleurs")
    assert "Infirmerie" in line
    assert "Maux de tête" in line


def test_a_reason_is_accepted_in_two_touches(desk, htmx, classroom, educator, board):
    """« Agir », then the reason itself: nothing is chosen, then sent."""
    AbsenceReason.objects.create(label="Maladie")
    AbsenceReason.objects.create(label="Sans excuse", justifies=False)
    classroom.call("a")
    form = soup(desk.get(board)).select_one("#absents details form[hx-post]")
    (reason,) = form.select("button")
    said = {field["name"]: field["value"] for field in (*form.select("input"), reason)}
    htmx.force_login(educator.user)
    htmx.post(form["action"], said)
    assert Absence.objects.get().is_justified
    assert "Maladie" in told(desk.get(board), "absents")[0]


def test_the_part_is_the_board_of_the_page(desk, htmx, educator, classroom, board):
    classroom.call("al")
    htmx.force_login(educator.user)
    part = htmx.get(board)
    assert part.text.strip().startswith('<div id="board"')
    whole, again = soup(desk.get(board)), soup(part)
    for page in (whole, again):
        del page.select_one("#board")["hx-headers"]
    assert whole.select_one("#board").prettify() == again.select_one("#board").prettify()


def test_until_something_happens_the_part_is_a_304(desk, htmx, educator, classroom, board):
    htmx.force_login(educator.user)
    classroom.call("a")
    htmx.get(board)  # the form's token is a cookie from now on
    known = json.loads(soup(htmx.get(board)).select_one("#board")["hx-headers"])
    with time_machine.travel(MORNING + timedelta(minutes=5), tick=False):
        answer = htmx.get(board, headers=known)
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer["ETag"] == known["If-None-Match"]
    justify_absence(absence_id=Absence.objects.get().pk, reason="Maladie", by=educator, at=now())
    assert htmx.get(board, headers=known).status_code == 200


def test_the_page_gives_the_part_s_own_tag(desk, htmx, educator, classroom, board):
    htmx.force_login(educator.user)
    htmx.cookies = desk.cookies
    desk.get(board)
    known = json.loads(soup(desk.get(board)).select_one("#board")["hx-headers"])
    assert htmx.get(board, headers=known).status_code == 304


@pytest.mark.parametrize("page", ["board", "board_token"])
@pytest.mark.parametrize("role", [Role.TEACHER, Role.SECRETARY, Role.GUARDIAN])
def test_the_board_is_vie_scolaires(client, classroom, path_to, page, role):
    client.force_login(MemberFactory(roles=[role]).user)
    assert client.get(path_to(f"portal:{page}")).status_code == 404


def test_a_whole_morning_costs_no_more_queries_than_a_quiet_one(desk, classroom, board, count_queries):
    def cost() -> int:
        return count_queries(desk.get, board)

    GuardianshipFactory(student=classroom.pupils[0])
    classroom.call("a")
    LateArrival.objects.all().delete()
    few = cost()
    other = classroom_of(30)
    for pupil in other.pupils:
        GuardianshipFactory(student=pupil)
    lines = {pupil.pk: LETTERS["a"] for pupil in other.pupils}
    close_roll_call(
        group_id=other.group.pk, held_on=today(), hours=SLOTS[0], lines=lines, by=other.teacher, at=now()
    )
    assert cost() == few


# The socket


def hears(ticket: str, tell_them=None) -> list | None:
    """What an open board hears; None when it does not get in."""

    async def story():
        socket = WebsocketCommunicator(
            application, f"/ws/journee/?jeton={ticket}", [(b"origin", b"http://testserver")]
        )
        accepted, _ = await socket.connect()
        if not accepted:
            return None
        heard = []
        if tell_them:
            await sync_to_async(tell_them)()
            heard.append(await socket.receive_output(timeout=3))
        await socket.disconnect()
        return heard

    with outside_any_school():
        return async_to_sync(story)()


@pytest.fixture
def shared_connection(monkeypatch) -> None:
    monkeypatch.setattr("channels.db.close_old_connections", lambda: None)


def test_an_open_board_hears_that_there_is_news_and_nothing_else(
    school, educator, shared_connection, django_capture_on_commit_callbacks
):
    def something_happens():
        with in_school(school.pk), django_capture_on_commit_callbacks(execute=True):
            refresh_the_boards(None)

    assert hears(sign_ticket(educator), something_happens) == [{"type": "websocket.send", "text": "{}"}]


def test_a_hundred_news_at_once_are_told_twice(school, educator, shared_connection, monkeypatch):
    """At once, then once for all those of meanwhile."""
    monkeypatch.setattr(BoardSocket, "calm", 0.6)

    def a_hundred_things_happen():
        for _ in range(100):
            tell(board_group(school.pk))

    async def story():
        socket = WebsocketCommunicator(
            application, f"/ws/journee/?jeton={sign_ticket(educator)}", [(b"origin", b"http://testserver")]
        )
        await socket.connect()
        await sync_to_async(a_hundred_things_happen)()
        heard = [await socket.receive_output(timeout=3), await socket.receive_output(timeout=3)]
        quiet = await socket.receive_nothing(timeout=0.3)
        await socket.disconnect()
        return heard, quiet

    with outside_any_school():
        heard, quiet = async_to_sync(story)()
    assert [one["text"] for one in heard] == ["{}", "{}"]
    assert quiet


def test_only_vie_scolaire_gets_in(school, educator, shared_connection):
    assert hears(sign_ticket(educator)) == []
    assert hears(sign_ticket(MemberFactory(roles=[Role.TEACHER]))) is None
    assert hears("x") is None
    MemberRole.objects.filter(member=educator).update(until=today() - timedelta(days=1))
    assert hears(sign_ticket(educator)) is None


def call(classroom) -> None:
    classroom.call("a")


def write_absent(classroom) -> None:
    group, reason = classroom.group, ReasonFactory()
    strike = WholeClasses((group.pk,), group.name, today(), SLOTS[0], reason, is_justified=True)
    write_whole_classes(what=strike, by=classroom.teacher, at=now())


@pytest.mark.parametrize("happens", [call, write_absent], ids=["a roll call", "a strike"])
def test_whoever_is_found_absent_is_news(
    school, classroom, educator, shared_connection, django_capture_on_commit_callbacks, happens
):
    def the_roll_is_called():
        with in_school(school.pk):
            happens(classroom)
        with django_capture_on_commit_callbacks(execute=True):
            events.relay()

    assert hears(sign_ticket(educator), the_roll_is_called) == [{"type": "websocket.send", "text": "{}"}]


def test_what_becomes_of_alerts_is_news_once_for_many(
    school, classroom, educator, shared_connection, django_capture_on_commit_callbacks
):
    def ten_messages_are_taken():
        with in_school(school.pk):
            sent = DeliveryFactory.create_batch(10)
            for leased in lease([one.pk for one in sent], now(), limit=10):
                record([(leased, Accepted("op"))], now())
            (news,) = RecordedEvent.objects.filter(name="notifications.AlertsMoved")
        with django_capture_on_commit_callbacks(execute=True):
            events.relay(at=news.due_at)

    told_by_the_socket = [{"type": "websocket.send", "text": "{}"}]
    assert hears(sign_ticket(educator), ten_messages_are_taken) == told_by_the_socket


def test_a_message_to_all_families_is_no_news_of_the_day(school):
    sent = DeliveryFactory.create_batch(2, is_bulk=True)
    record([(one, Accepted("op")) for one in lease([one.pk for one in sent], now(), limit=2)], now())
    assert not RecordedEvent.objects.exists()
