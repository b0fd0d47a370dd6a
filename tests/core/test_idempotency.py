"""The same keyed request twice is one request."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from apps.core.idempotency import fresh_key, idempotent
from apps.core.models import KeptAnswer
from tests.factories.accounts import MemberFactory


@pytest.fixture
def bell(school):
    """A view that counts how often it really ran."""
    runs = []

    @idempotent
    def ring(request):
        runs.append(request.body)
        return HttpResponse(f"dring {len(runs)}", status=201, headers={"HX-Trigger": "rang"})

    member = MemberFactory()

    def send(body: str, key: str | None = "k1", path: str = "/cloche/", by=member):
        headers = {"Idempotency-Key": key} if key is not None else {}
        request = RequestFactory().post(path, body, content_type="text/plain", headers=headers)
        request.member = by
        return ring(request)

    return send, runs


def test_a_replay_gets_the_same_answer_and_nothing_happens_twice(bell):
    send, runs = bell
    first, second = send("a"), send("a")
    assert (second.status_code, second.content, second["HX-Trigger"]) == (201, first.content, "rang")
    assert len(runs) == 1


def test_the_same_key_with_another_body_is_refused(bell):
    send, runs = bell
    send("a")
    assert send("b").status_code == 422
    assert len(runs) == 1


def test_a_key_is_a_members_own_on_one_route(bell):
    send, runs = bell
    send("a")
    send("a", path="/autre/")
    send("a", by=MemberFactory())
    assert len(runs) == 3


def test_without_a_key_each_request_runs(bell):
    send, runs = bell
    send("a", key=None)
    send("a", key=None)
    assert len(runs) == 2
    assert not KeptAnswer.objects.exists()


def test_a_key_of_unreasonable_length_is_refused(bell):
    send, runs = bell
    assert send("a", key="k" * 101).status_code == 400
    assert runs == []


def test_a_form_carries_its_key_and_may_be_sent_anew_with_another_text(school):
    runs, member = [], MemberFactory()

    @idempotent
    def write(request):
        runs.append(request.POST["body"])
        return HttpResponse(status=302, headers={"Location": f"/messages/{len(runs)}/"})

    def send(body: str, key: str):
        request = RequestFactory().post(
            "/messages/", {"body": body, "idempotency_key": key, "csrfmiddlewaretoken": fresh_key()}
        )
        request.member = member
        return write(request)

    key = fresh_key()
    assert send("Bonjour", key)["Location"] == send("Bonjour", key)["Location"] == "/messages/1/"
    assert send("Bonsoir", key)["Location"] == "/messages/2/"
    assert send("Bonjour", fresh_key())["Location"] == "/messages/3/"
    assert runs == ["Bonjour", "Bonsoir", "Bonjour"]
