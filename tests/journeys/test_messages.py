"""A parent and a teacher write to each other, live, in two browsers."""

import pytest

from apps.accounts.models import Role
from apps.core.tenancy import in_school
from apps.messaging.models import Message, Participation
from tests.journeys.conftest import sign_in

pytestmark = pytest.mark.browser


def test_what_one_writes_the_other_reads_without_asking(school, world, phone, desk, web):
    thread = f"/{school.slug}/messages/{world.thread.pk}/"
    news = []
    phone.on("websocket", lambda socket: socket.on("framereceived", lambda frame: news.append(frame)))
    sign_in(phone, web, "07 07 00 00 01", thread)
    sign_in(desk, web, world.members[Role.TEACHER].user.username, thread)
    write(desk, "Awa progresse bien.")
    phone.get_by_text("Awa progresse bien.").wait_for()
    write(phone, "Merci Madame.")
    desk.get_by_text("Merci Madame.").wait_for()
    for page in (phone, desk):
        words = page.locator("[data-edu-sequence]").evaluate_all(
            "all => all.map(one => one.dataset.eduSequence)"
        )
        assert words == ["1", "2", "3", "4", "5"]
    phone.reload()
    assert [page.get_by_text("Merci Madame.").count() for page in (phone, desk)] == [1, 1]
    assert f'{{"thread": {world.thread.pk}}}' in news, "the page polled: the socket said nothing"
    with in_school(school.pk):
        assert set(Participation.objects.filter(thread=world.thread).values_list("last_read", flat=True)) == {
            5
        }
        bodies = (
            Message.objects.filter(thread=world.thread).order_by("sequence").values_list("body", flat=True)
        )
        assert list(bodies)[3:] == ["Awa progresse bien.", "Merci Madame."]


def write(page, text: str) -> None:
    page.locator("#reply textarea").fill(text)
    page.get_by_role("button", name="Envoyer").click()
    page.get_by_text(text).wait_for()
