"""The socket, through the real application, on the real Redis: who gets in, what is heard, who is put out."""

import random
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from bs4 import BeautifulSoup
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from channels.testing import WebsocketCommunicator

from apps.core import sockets
from apps.core.channels import PatientRedisLayer
from apps.core.clock import now
from apps.core.tenancy import NoSchoolInScope, in_school
from apps.messaging.consumers import NewsConsumer
from apps.messaging.permissions import sign_ticket
from apps.messaging.selectors import hears_of
from apps.messaging.services import post_message
from educonnect.asgi import application
from tests.conftest import Browser, outside_any_school
from tests.factories.messaging import make_pair, make_thread
from tests.factories.people import GuardianFactory, GuardianshipFactory
from tests.factories.schools import SchoolFactory

OURS = "http://testserver"


def socket(ticket: str | None, origin: str | None = OURS, of=application) -> WebsocketCommunicator:
    query = "" if ticket is None else f"?jeton={ticket}"
    headers = [] if origin is None else [(b"origin", origin.encode())]
    return WebsocketCommunicator(of, f"/ws/{query}", headers)


def scene(story):
    """Run an asynchronous story as a socket runs: in nobody's scope."""

    def run(*args, **kwargs):
        with outside_any_school():
            return async_to_sync(story)(*args, **kwargs)

    return run


@scene
async def gets_in(ticket: str | None, origin: str | None = OURS, of=application) -> bool:
    page = socket(ticket, origin, of)
    accepted, _ = await page.connect()
    await page.disconnect()
    return accepted


def say(school, thread, author, body: str = "Bonjour") -> None:
    """A message, and its news, as they leave after the commit."""
    with in_school(school.pk):
        post_message(thread_id=thread.pk, by=author, body=body, at=now())
    tell(school, thread)


def tell(school, thread) -> None:
    group, news = f"school.{school.pk}.thread.{thread.pk}", {"type": "news", "thread": thread.pk}
    get_channel_layer().tell(group, news)


@pytest.fixture(autouse=True)
def the_tests_own_connection_stays_open(monkeypatch) -> None:
    """As channels.testing has it during its own calls: sockets share the test's transaction."""
    monkeypatch.setattr("channels.db.close_old_connections", lambda: None)


@pytest.fixture
def ticket(pair, thread) -> str:
    return sign_ticket(pair.mother, thread)


def test_the_page_gets_in_with_its_ticket(ticket):
    assert gets_in(ticket)


@pytest.mark.parametrize("wrong", [None, "", "x", "WzEsMSwxXQ:1x:abc"])
def test_without_a_true_ticket_nobody_gets_in(thread, wrong):
    assert not gets_in(wrong)


def test_a_ticket_of_more_than_a_minute_opens_nothing(ticket, time_machine):
    time_machine.move_to(now() + timedelta(seconds=61))
    assert not gets_in(ticket)


@pytest.mark.parametrize("origin", ["https://ailleurs.example", "null", "", None])
def test_a_page_from_elsewhere_does_not_get_in(ticket, origin):
    assert not gets_in(ticket, origin)


def test_a_ticket_for_the_thread_of_others_opens_nothing(pair, thread):
    father = GuardianshipFactory(student=pair.student, guardian=GuardianFactory(active=True)).guardian.member
    assert not gets_in(sign_ticket(father, thread))


def test_a_ticket_of_another_school_opens_nothing(pair, thread):
    with in_school(SchoolFactory().pk):
        elsewhere = make_thread(make_pair())
    assert not gets_in(sign_ticket(pair.mother, elsewhere))


def test_a_member_who_left_does_not_get_in(pair, ticket):
    pair.mother.held_roles.update(until=now().date() - timedelta(days=1))
    assert not gets_in(ticket)


def test_a_suspended_school_has_no_sockets(school, ticket):
    school.suspended_at = now()
    school.save()
    assert not gets_in(ticket)


@scene
async def heard_by(ticket: str, tell_them, seconds: float = 3) -> list:
    page = socket(ticket)
    accepted, _ = await page.connect()
    assert accepted
    await sync_to_async(tell_them)()
    said = []
    while not await page.receive_nothing(timeout=0.05 if said else seconds, interval=0.01):
        said.append(await page.receive_output())
    await page.disconnect()
    return said


def test_the_news_say_which_thread_and_nothing_else(school, pair, thread, ticket):
    said = heard_by(ticket, lambda: say(school, thread, pair.teacher, "Elle progresse bien"))
    assert said == [{"type": "websocket.send", "text": f'{{"thread": {thread.pk}}}'}]


def test_the_news_of_another_thread_are_not_heard(school, pair, thread, ticket):
    other = make_thread(pair)
    assert heard_by(ticket, lambda: tell(school, other), seconds=0.3) == []


def test_an_open_socket_is_put_out_at_the_first_news_after_a_right_has_ended(school, pair, thread, ticket):
    def leave_then_tell():
        with in_school(school.pk):
            pair.mother.held_roles.update(until=now().date() - timedelta(days=1))
        tell(school, thread)

    [only] = heard_by(ticket, leave_then_tell)
    assert (only["type"], only["code"]) == ("websocket.close", sockets.NOT_YOURS)


def test_what_a_page_says_is_not_listened_to(ticket):
    @scene
    async def story():
        page = socket(ticket)
        await page.connect()
        await page.send_to(text_data='{"group": "school.1.thread.1"}')
        await page.send_to(bytes_data=b"\x00")
        assert await page.receive_nothing()
        await page.disconnect()

    story()


def test_without_its_scope_the_question_fails_closed(pair, thread):
    with outside_any_school(), pytest.raises(NoSchoolInScope):
        hears_of(pair.mother.pk, thread.pk, now().date())


class Forgetful(NewsConsumer):
    """It asks in nobody's scope."""

    @database_sync_to_async
    def _may_hear(self) -> bool:
        return self.may_hear(self.ticket)


def test_a_consumer_that_forgets_the_scope_lets_nobody_in(ticket):
    with pytest.raises(NoSchoolInScope):
        gets_in(ticket, of=Forgetful.as_asgi())


def test_without_redis_the_page_is_told_to_try_later(ticket, settings, caplog):
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "apps.core.channels.PatientRedisLayer",
            "CONFIG": {"address": "unix:///nowhere/redis.sock?db=2", "prefix": "nobody"},
        }
    }
    assert isinstance(get_channel_layer(), PatientRedisLayer)
    assert not gets_in(ticket)
    assert "the page polls" in caplog.text


class OpenPage:
    """What static/js/news.js does: it asks on connecting, and on each news that it happens to hear."""

    def __init__(self, browser: Browser, thread, path_to) -> None:
        self.browser, self.token = browser, path_to("messaging:token", thread.pk)
        self.asks = path_to("messaging:following", thread.pk) + "?apres=1"
        self.shown, self.socket, self.losses = [1], None, 0

    def follow(self) -> bool:
        part = BeautifulSoup(self.browser.get(self.asks).content, "html.parser")
        self.shown += [int(item["data-edu-sequence"]) for item in part.select(".msg")]
        if tail := part.select_one("#following"):
            self.asks = tail["hx-get"]
        return tail is not None

    async def connect(self) -> None:
        response = await sync_to_async(self.browser.get)(self.token)
        self.socket = socket(response.text)
        assert (await self.socket.connect())[0]
        await sync_to_async(self.follow)()

    async def lose(self) -> None:
        await self.socket.disconnect()
        self.socket, self.losses = None, self.losses + 1

    async def hear(self) -> None:
        await self.socket.receive_from(timeout=3)
        await sync_to_async(self.follow)()


@pytest.mark.parametrize("total", [30, pytest.param(100, marks=pytest.mark.long)])
def test_messages_across_lost_sockets_are_neither_missed_nor_doubled(
    school, pair, thread, path_to, htmx, total
):
    htmx.force_login(pair.mother.user)
    page, luck = OpenPage(htmx, thread, path_to), random.Random(12)

    @scene
    async def story():
        await page.connect()
        for number in range(2, total + 1):
            if page.socket and luck.random() < 0.3:
                await page.lose()
            await sync_to_async(say)(school, thread, pair.teacher, f"Message {number}")
            if page.socket:
                await page.hear()
            elif luck.random() < 0.4:
                await page.connect()
        if page.socket:
            await page.lose()

    story()
    while page.follow():
        pass
    assert page.shown == list(range(1, total + 1))
    assert page.losses > total / 10
