"""Sending to a real HTTP peer that answers, refuses, fails, is slow, cuts the line or is not there."""

import logging
import socket
from uuid import uuid4

import pytest
from django.core.checks import run_checks

from apps.gateways.adapters import wire
from apps.gateways.api import Accepted, Ambiguous, Refused, Unreachable, ask_sms, send_sms

from .peer import TOKEN

MOBILE = "+2250707123456"


@pytest.fixture
def reference():
    return uuid4()


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(wire, "ANSWER_SECONDS", 0.2)
    monkeypatch.setattr(wire, "CONNECT_SECONDS", 0.2)


def test_the_peer_receives_our_reference_number_text_and_token(peer, reference, settings):
    settings.SMS_SENDER = "SteAnne"
    assert send_sms(reference, MOBILE, "Bonjour à tous") == Accepted(f"op-{str(reference)[:8]}")
    (message,) = peer.received
    assert message["reference"] == str(reference)
    assert (message["to"], message["from"], message["text"]) == (MOBILE, "SteAnne", "Bonjour à tous")
    assert peer.tokens == {f"Bearer {TOKEN}"}


def test_the_answer_may_say_that_it_was_delivered(peer, reference):
    peer.body = {"status": "delivered"}
    assert send_sms(reference, MOBILE, "Bonjour").is_delivered


def test_the_answer_may_refuse_with_a_reason(peer, reference):
    peer.body = {"status": "refused", "reason": "liste noire"}
    assert send_sms(reference, MOBILE, "Bonjour") == Refused("liste noire")


@pytest.mark.parametrize("status", [400, 410, 422])
def test_a_4xx_refuses_the_message_for_good(peer, reference, status):
    peer.answers = [status]
    assert send_sms(reference, MOBILE, "Bonjour") == Refused(f"HTTP {status}")


@pytest.mark.parametrize("status", [302, 401, 429, 503])
def test_not_now_and_not_you_leave_the_message_to_wait(peer, reference, status):
    peer.answers = [status]
    with pytest.raises(Unreachable):
        send_sms(reference, MOBILE, "Bonjour")


@pytest.mark.parametrize("answer", [500, 502, "cut", "cut-before"])
def test_a_failure_after_sending_is_ambiguous(peer, reference, answer):
    peer.answers = [answer]
    with pytest.raises(Ambiguous):
        send_sms(reference, MOBILE, "Bonjour")


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("answer", ["slow", "drip"])
def test_a_slow_answer_is_ambiguous(peer, reference, answer):
    peer.answers = [answer]
    with pytest.raises(Ambiguous):
        send_sms(reference, MOBILE, "Bonjour")


def test_a_peer_that_is_not_there_is_unreachable(settings, reference):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.SMS_HTTP_URL = f"http://127.0.0.1:{probe.getsockname()[1]}/sms"
        settings.SMS_GATEWAY = "http"
        with pytest.raises(Unreachable):
            send_sms(reference, MOBILE, "Bonjour")
        with pytest.raises(Unreachable):
            ask_sms(reference)


@pytest.mark.usefixtures("impatient")
def test_a_peer_that_does_not_speak_tls_is_unreachable(peer, settings, reference):
    settings.SMS_HTTP_URL = peer.url.replace("http:", "https:")
    with pytest.raises(Unreachable):
        send_sms(reference, MOBILE, "Bonjour")
    assert peer.received == []


def test_what_the_peer_took_can_be_asked_by_reference(peer, reference):
    peer.answers = ["cut"]
    with pytest.raises(Ambiguous):
        send_sms(reference, MOBILE, "Bonjour")
    assert ask_sms(reference) == Accepted(f"op-{str(reference)[:8]}")
    assert peer.asked == [str(reference)]


def test_what_the_peer_never_had_is_unknown_to_it(peer, reference):
    peer.answers = ["cut-before"]
    with pytest.raises(Ambiguous):
        send_sms(reference, MOBILE, "Bonjour")
    assert ask_sms(reference) is None


def test_a_query_in_the_address_is_kept(peer, settings, reference):
    settings.SMS_HTTP_URL = f"{peer.url}?account=7"
    send_sms(reference, MOBILE, "Bonjour")
    assert ask_sms(reference)


@pytest.mark.parametrize("number", ["+2252722405060", "+33612345678", "0707123456"])
def test_no_other_number_than_an_ivorian_mobile_is_written_to(peer, reference, number):
    assert isinstance(send_sms(reference, number, "Bonjour"), Refused)
    assert peer.received == []


def test_the_console_writes_the_sms_to_the_log_of_the_demo(settings, reference, caplog):
    settings.SMS_GATEWAY = "console"
    with caplog.at_level(logging.INFO, logger="apps.gateways"):
        assert send_sms(reference, MOBILE, "Bonjour").is_delivered
    assert "07 07 12 34 56" in caplog.text
    assert "Bonjour" in caplog.text


def test_a_real_gateway_leaves_no_person_in_the_log(peer, reference, caplog):
    with caplog.at_level(logging.DEBUG):
        send_sms(reference, MOBILE, "Bonjour Aya")
    assert "Aya" not in caplog.text
    assert "0707123456" not in caplog.text


@pytest.mark.parametrize(
    ("gateway", "url", "found"),
    [("pigeon", "", "gateways.E001"), ("http", "", "gateways.E002"), ("http", "ftp://x", "gateways.E002")],
)
def test_a_wrong_setting_stops_the_boot(settings, gateway, url, found):
    settings.SMS_GATEWAY, settings.SMS_HTTP_URL = gateway, url
    assert found in {trouble.id for trouble in run_checks()}


def test_production_may_not_print_its_sms(settings):
    settings.SMS_GATEWAY = "console"
    assert "gateways.E003" in {trouble.id for trouble in run_checks(include_deployment_checks=True)}
    settings.SMS_GATEWAY, settings.SMS_HTTP_URL = "http", "https://sms.example.ci/v1"
    assert not [t for t in run_checks(include_deployment_checks=True) if t.id.startswith("gateways.")]


@pytest.mark.parametrize("theirs", ["op\0-1", "op\ud800-1"])
def test_what_postgresql_could_not_keep_of_an_answer_is_left_out(peer, reference, theirs):
    peer.body = {"id": theirs}
    assert send_sms(reference, MOBILE, "Bonjour") == Accepted("op-1")
