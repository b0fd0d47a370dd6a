"""Redis leaves and returns under an open discussion: what is written is kept, what is said is heard again."""

import time

import pytest

from apps.accounts.models import Role
from apps.core.tenancy import in_school
from apps.messaging.models import Message
from tests.faults.conftest import Visitor
from tests.processes import web


def leave(redis, fault: str) -> None:
    redis.stop() if fault == "stop" else redis.freeze()


def return_again(redis, fault: str) -> None:
    redis.start() if fault == "stop" else redis.thaw()


@pytest.mark.browser
def test_a_message_is_saved_without_redis_and_an_open_page_hears_again(
    school, world, redis, environment, tmp_path, phone
):
    path = f"/{school.slug}/messages/{world.thread.pk}/"
    with web(tmp_path / "web.log", **environment) as address:
        teacher = Visitor(world.members[Role.TEACHER].user, address)
        mother = Visitor(world.members[Role.GUARDIAN].user, address)
        [session] = [cookie for cookie in mother.cookies if cookie.name == "sessionid"]
        phone.context.add_cookies([{"name": session.name, "value": session.value, "url": address}])
        with phone.expect_websocket() as opened:
            phone.goto(address + path)
        with phone.expect_response(lambda answer: "/suite/" in answer.url):
            pass  # the socket is open: the page has asked what was said meanwhile

        teacher.see(path)
        for fault in ("stop", "freeze"):
            leave(redis, fault)
            began = time.perf_counter()
            answer = teacher.submit(path, {"body": f"Sans Redis : {fault}."}, **{"HX-Request": "true"})
            took = time.perf_counter() - began
            print(f"Redis {fault}: a message saved and shown in {took:.2f} s")  # noqa: T201
            assert f"Sans Redis : {fault}." in answer.text

            return_again(redis, fault)
            for number in range(30):  # the layer listens again within a second or two
                teacher.submit(path, {"body": f"De retour après {fault}, {number}."})
                if phone.get_by_text(f"De retour après {fault}").count():
                    break
                phone.wait_for_timeout(200)
            assert phone.get_by_text(f"Sans Redis : {fault}.").count() == 1
        assert not opened.value.is_closed()
        shown = phone.locator(".msg p").all_inner_texts()
    with in_school(school.pk):
        kept = Message.objects.filter(thread=world.thread).order_by("sequence")
        assert shown == list(kept.values_list("body", flat=True))[: len(shown)]
