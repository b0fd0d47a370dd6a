"""Orange's SMS API against a peer that speaks it: tokens, messages, receipts, an empty balance."""

import logging
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.core.cache import cache

from apps.gateways.adapters import wire
from apps.gateways.api import (
    Accepted,
    Account,
    Ambiguous,
    Balance,
    NotAReceipt,
    Receipt,
    Refused,
    Unreachable,
    gateway_of,
    read_receipts,
    seal,
    send_sms,
    sign,
)
from tests.gateways.peer import CLIENT_ID, CLIENT_SECRET, SENDER_NUMBER

MOBILE = "+2250707123456"


@pytest.fixture
def account(peer) -> Account:
    cache.clear()
    return Account(
        "orange", peer.address, client_id=CLIENT_ID, secret=CLIENT_SECRET, sender="SteAnne",
        sender_number=SENDER_NUMBER,
    )  # fmt: skip


def send(account, reference=None):
    return send_sms(reference or uuid4(), MOBILE, "Bonjour", account=account)


def test_a_message_leaves_with_its_sender_and_our_reference_and_gets_orange_s_number(peer, account):
    reference = uuid4()
    accepted = send(account, reference)
    [message] = peer.received
    assert accepted == Accepted(message["number"])
    assert (message["to"], message["from"], message["text"]) == (MOBILE, "SteAnne", "Bonjour")
    assert message["reference"] == str(reference)


def test_one_token_serves_until_it_expires(peer, account):
    for _ in range(3):
        send(account)
    assert len(peer.given_tokens) == 1
    peer.forget_tokens()
    assert isinstance(send(account), Accepted)
    assert len(peer.given_tokens) == 2
    assert len(peer.received) == 4


def test_sixteen_at_once_ask_for_one_token(peer, account):
    ready = Barrier(16)

    def go() -> None:
        ready.wait()
        send(account)

    threads = [Thread(target=go) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(peer.given_tokens), len(peer.received)) == (1, 16)


def test_a_token_of_a_minute_is_not_kept(peer, account):
    peer.token_seconds = 60
    send(account)
    send(account)
    assert len(peer.given_tokens) == 2


def test_the_token_lies_sealed_where_processes_share_it(peer, account):
    send(account)
    [key] = cache.keys("orange-token-*")
    assert peer.given_tokens[0] not in cache.get(key)


@pytest.mark.parametrize("says", ["soon", None, [60], "-1"])
def test_a_token_without_a_lifetime_serves_once(peer, account, says):
    peer.token_seconds = says
    assert isinstance(send(account), Accepted)
    assert cache.keys("orange-token-*") == []


def test_a_kept_token_that_can_no_longer_be_unsealed_is_taken_anew(peer, account):
    send(account)
    [key] = cache.keys("orange-token-*")
    cache.set(key, "sealed by nobody")
    assert isinstance(send(account), Accepted)
    assert len(peer.given_tokens) == 2
    cache.set(key, "sealed by nobody")
    peer.forget_tokens()
    assert isinstance(send(account), Accepted)


def test_wrong_credentials_send_nothing(peer, account):
    wrong = Account("orange", peer.address, client_id=CLIENT_ID, secret="?", sender_number=SENDER_NUMBER)
    with pytest.raises(Unreachable):
        send(wrong)
    assert peer.received == []


def test_an_empty_balance_leaves_the_message_to_another_gateway(peer, account):
    peer.units = 0
    with pytest.raises(Unreachable, match="POL0001 Insufficient balance"):
        send(account)
    assert peer.received == []
    assert gateway_of(account).balance() == Balance(0)


@pytest.mark.parametrize(("units", "left"), [(1000, 1000), (-1, 0), (True, 0), ("12", 0)])
def test_the_balance_is_the_sum_of_the_contracts_and_never_less_than_nothing(peer, account, units, left):
    peer.units = units
    assert gateway_of(account).balance() == Balance(left)


def test_a_number_that_nobody_has_is_refused_as_such(peer, account):
    peer.answers = [400]
    assert send(account) == Refused("HTTP 400 SVC0004 No valid addresses", number_is_unknown=True)


@pytest.mark.parametrize("answer", [500, 502, "cut", "cut-before"])
def test_a_failure_after_sending_is_ambiguous(peer, account, answer):
    peer.answers = [answer]
    with pytest.raises(Ambiguous):
        send(account)


@pytest.mark.parametrize("answer", ["slow", "drip"])
def test_a_slow_answer_is_ambiguous(peer, account, answer, monkeypatch):
    monkeypatch.setattr(wire, "ANSWER_SECONDS", 0.2)
    peer.answers = [answer]
    with pytest.raises(Ambiguous):
        send(account)


def test_all_that_is_done_for_a_message_is_bounded(peer, account, monkeypatch):
    monkeypatch.setattr(wire, "SECONDS", 0.0)
    monkeypatch.setattr("apps.gateways.adapters.orange.SECONDS", 0.0)
    with pytest.raises(Unreachable):
        send(account)
    assert peer.received == []


@pytest.mark.parametrize("answer", [429, 503])
def test_too_fast_and_not_now_leave_it_to_wait(peer, account, answer):
    peer.answers = [answer]
    with pytest.raises(Unreachable):
        send(account)


def test_it_answers_no_question(account):
    with pytest.raises(Unreachable):
        gateway_of(account).ask(uuid4())


def test_receipts_are_asked_for_once_told_where(peer, account):
    gateway_of(account).subscribe("https://portail.example.ci/sainte-anne/alertes/accuses/x/")
    assert peer.subscriptions == ["https://portail.example.ci/sainte-anne/alertes/accuses/x/"]


def notice(status: str) -> bytes:
    return (
        '{"deliveryInfoNotification": {"callbackData": "res-7", "deliveryInfo":'
        f' {{"address": "tel:{MOBILE}", "deliveryStatus": "{status}"}}}}}}'
    ).encode()


@pytest.mark.parametrize(
    ("status", "word"),
    [
        ("DeliveredToTerminal", "delivered"),
        ("DeliveredToNetwork", "accepted"),
        ("DeliveryUncertain", "accepted"),
        ("MessageWaiting", "accepted"),
        ("DeliveryImpossible", "undelivered"),
        ("SomethingNew", "accepted"),
    ],
)
def test_a_receipt_is_read(account, status, word):
    [receipt] = read_receipts(account, notice(status), signature="", signing_key="")
    assert receipt == Receipt(word, provider_reference="res-7", recipient=MOBILE, reason=status)


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", b"<xml/>", b"[" * 60_000])
def test_what_is_no_receipt_is_refused(account, raw):
    with pytest.raises(NotAReceipt):
        read_receipts(account, raw, signature="", signing_key="")


@pytest.mark.parametrize("raw", [b"[]", b"7", b"{}", b'{"deliveryInfoNotification": []}'])
def test_what_says_nothing_is_nothing(account, raw):
    assert read_receipts(account, raw, signature="", signing_key="") == []


def test_another_operator_s_receipts_are_translated_and_signed():
    account = Account(
        "http",
        options={"id": "data.mid", "status": "data.st", "words": {"DELIVRD": "delivered"}, "reason": "err"},
    )
    raw = b'{"data": {"mid": 12, "st": "DELIVRD"}, "err": "unknown subscriber"}'
    signed = sign(raw, "key")
    [receipt] = read_receipts(account, raw, signature=signed, signing_key="key")
    assert receipt == Receipt("delivered", "", "12", reason="unknown subscriber", number_is_unknown=True)
    for forged in ("", "sha256=", sign(raw, "other"), sign(raw + b" ", "key")):
        with pytest.raises(NotAReceipt):
            read_receipts(account, raw, signature=forged, signing_key="key")


def test_another_operator_s_protocol_is_spoken(peer):
    account = Account(
        "http", peer.url, secret="s3cret", sender="SteAnne",
        options={"names": {"text": "msg"}, "more": {"text": "", "lang": "fr"}, "auth": "X-Api-Key: {secret}"},
    )  # fmt: skip
    send(account)
    [message] = peer.received
    assert (message["msg"], message["lang"], message["to"]) == ("Bonjour", "fr", MOBILE)
    assert peer.tokens == {None}


@pytest.mark.parametrize(
    "url",
    ["http://sms.example.ci/", "https://10.0.0.1/", "http://[::1]/", "file:///etc/passwd", "https://x/"],
)
def test_a_school_s_gateway_reaches_no_place_that_the_operator_does_not_list(url):
    with pytest.raises(Unreachable, match="not allowed"):
        send(Account("http", url))


def test_secrets_are_in_no_log_and_no_repr(peer, account, caplog):
    with caplog.at_level(logging.DEBUG):
        send(account)
    for text in (caplog.text, repr(account), str(account)):
        assert CLIENT_SECRET not in text
        assert peer.given_tokens[0] not in text


def test_a_sealed_secret_tells_nothing_and_two_seals_differ():
    assert "edu-secret" not in seal("edu-secret")
    assert seal("edu-secret") != seal("edu-secret")
