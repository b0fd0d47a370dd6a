"""Receipts doubled, late, unordered, forged, unknown: the end depends on what was said, not on its order."""

import itertools
import json
import random
from datetime import timedelta
from functools import reduce

import pytest

from apps.core.clock import now
from apps.core.tenancy import in_school
from apps.gateways.api import Accepted, Ambiguous, Refused, Unreachable, sign
from apps.gateways.api import Receipt as Brought
from apps.notifications import services
from apps.notifications.models import BadNumber, Delivery, Receipt
from apps.notifications.rules import STRENGTH, after_receipt
from tests.factories.notifications import DeliveryFactory, SmsGatewayFactory, in_the_midst_of_moves
from tests.factories.schools import SchoolFactory

WORDS = ["accepted", "refused", "expired", "undelivered", "delivered"]
KEY = "operator-key"


@pytest.fixture
def gateway(school):
    return SmsGatewayFactory(kind="http", url="http://127.0.0.1:9/", signing_key=KEY)


@pytest.fixture
def delivery(gateway):
    return DeliveryFactory(state="accepted", gateway=gateway, provider_reference="op-1")


@pytest.fixture
def bring(client, gateway, path_to):
    """`bring({"id": "op-1", "status": "delivered"})`: what the operator posts, signed."""

    def post(*told: dict, key: str = KEY, path: str | None = None):
        raw = json.dumps(list(told)).encode()
        return client.post(
            path or path_to("notifications:receipts", services.receipts_key(gateway)),
            raw,
            content_type="application/json",
            headers={"X-Signature": sign(raw, key)},
        )

    return post


def state_of(delivery) -> str:
    delivery.refresh_from_db()
    return delivery.state


def test_a_hundred_thousand_permutations_of_receipts_each_set_one_end():
    rng = random.Random(7)
    ends, tried = {}, 0
    while tried < 100_000:
        told = rng.choices(WORDS, k=rng.randint(1, 8))
        known = (rng.choice(STRENGTH), frozenset(told))
        for _ in range(20):
            rng.shuffle(told)
            end = reduce(after_receipt, told, known[0])
            assert ends.setdefault(known, end) == end
            tried += 1
    assert {after_receipt("delivered", word) for word in WORDS} == {"delivered"}
    assert {after_receipt("created", word) for word in WORDS} == {"created"}


def test_with_the_last_word_believed_the_permutations_are_found_out():
    ends = {reduce(lambda state, word: word, order, "sending") for order in itertools.permutations(WORDS)}
    assert len(ends) > 1


def test_every_order_of_answer_and_receipts_ends_alike_in_the_database(school, gateway):
    ends = set()
    for order in itertools.permutations(["answer", "undelivered", "delivered"]):
        delivery = DeliveryFactory(gateway=gateway)
        [leased] = services.lease([delivery.pk], now(), limit=1)
        for what in order:
            if what == "answer":
                services.record([(leased, Accepted(f"op-{delivery.pk}"))], now())
            else:
                brought = [Brought(what, provider_reference=f"op-{delivery.pk}")] * 2
                services.hear(gateway=gateway, receipts=brought, now=now())
        services.settle_receipts(now())
        ends.add(state_of(delivery))
    assert ends == {"delivered"}
    assert not Receipt.objects.filter(settled_at=None).exists()


def test_what_an_operator_brings_moves_the_message_and_leaves_a_step(bring, delivery):
    answer = bring({"id": "op-1", "status": "undelivered", "reason": "phone off"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert state_of(delivery) == "undelivered"
    assert delivery.detail == "phone off"
    bring({"reference": str(delivery.reference), "status": "delivered"})
    assert state_of(delivery) == "delivered"
    assert [step.state for step in delivery.changes.order_by("pk")] == ["undelivered", "delivered"]


def test_whom_a_reason_names_is_kept_nowhere(bring, delivery):
    reason = f"no subscriber {delivery.recipient}, mere@example.ci: unknown number"
    bring({"id": "op-1", "status": "undelivered", "reason": reason})
    kept = {
        Receipt.objects.get().reason,
        BadNumber.objects.get().reason,
        *Delivery.objects.values_list("detail", flat=True),
        *delivery.changes.values_list("detail", flat=True),
    }
    assert kept == {"no subscriber …, …: unknown number"}


def test_doubled_it_counts_once(bring, delivery):
    for _ in range(3):
        bring({"id": "op-1", "status": "delivered"}, {"id": "op-1", "status": "delivered"})
    assert (Receipt.objects.count(), delivery.changes.count()) == (1, 1)


def test_forged_it_is_refused_and_leaves_nothing(bring, delivery, path_to):
    assert bring({"id": "op-1", "status": "delivered"}, key="guess").status_code == 404
    elsewhere = path_to("notifications:receipts", "0" * 32)
    assert bring({"id": "op-1", "status": "delivered"}, path=elsewhere).status_code == 404
    assert (state_of(delivery), Receipt.objects.count()) == ("accepted", 0)


def test_unsigned_no_operator_that_can_sign_is_believed(bring, delivery, gateway):
    gateway.sealed_signing_key = ""
    gateway.save()
    assert bring({"id": "op-1", "status": "delivered"}, key="").status_code == 404


def test_nor_while_the_key_that_signs_is_to_be_typed_again(bring, delivery, gateway):
    gateway.sealed_signing_key = "sealed by nobody"
    gateway.save()
    assert bring({"id": "op-1", "status": "delivered"}).status_code == 404


def test_a_new_secret_key_leaves_the_address_as_it_was(bring, delivery, gateway, path_to, settings):
    path = path_to("notifications:receipts", services.receipts_key(gateway))
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 60, [settings.SECRET_KEY]
    assert bring({"id": "op-1", "status": "delivered"}, path=path).status_code == 204
    assert state_of(delivery) == "delivered"


DEEP = b"[" * 60_000
INFO = rb'{"address": "tel:", "deliveryStatus": "a\ud800"}'
NUL = rb'{"deliveryInfoNotification": {"callbackData": "res\u0000-1", "deliveryInfo": %b}}' % INFO


@pytest.mark.parametrize(("raw", "status"), [(DEEP, 404), (NUL, 204)])
def test_where_nobody_signs_nonsense_breaks_nothing(client, school, path_to, raw, status):
    path = path_to("notifications:receipts", services.receipts_key(SmsGatewayFactory()))
    assert client.post(path, raw, content_type="application/json").status_code == status
    assert not Receipt.objects.exclude(provider_reference="res-1", reason="a").exists()


def test_a_path_in_other_letters_is_nobody_s(bring, path_to):
    assert bring({}, path=path_to("notifications:receipts", "clé")).status_code == 404


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_nothing_is_read_there(client, gateway, path_to, method):
    path = path_to("notifications:receipts", services.receipts_key(gateway))
    assert getattr(client, method)(path).status_code == 405


def test_a_very_long_one_is_refused(bring, delivery):
    assert bring({"id": "op-1", "status": "delivered", "more": "x" * 70_000}).status_code == 404


@pytest.mark.parametrize("told", [{}, {"id": "op-1"}, {"id": ["op-1"]}, {"id": "op-1", "status": {"a": 1}}])
def test_what_makes_no_sense_moves_nothing(bring, delivery, told):
    assert bring(told).status_code == 204
    assert state_of(delivery) == "accepted"


def test_one_that_comes_before_its_message_s_answer_waits_for_it(bring, gateway, delivery):
    early = DeliveryFactory(gateway=gateway)
    [leased] = services.lease([early.pk], now(), limit=1)
    services.lease([DeliveryFactory(gateway=gateway, recipient=early.recipient).pk], now(), limit=1)
    bring({"id": "op-9", "status": "delivered"})
    assert state_of(early) == "sending"
    services.record([(leased, Accepted("op-9"))], now())
    services.settle_receipts(now())
    assert state_of(early) == "delivered"


def test_one_that_nobody_knows_is_given_up_after_a_while(bring, delivery):
    bring({"id": "op-unknown", "status": "delivered"})
    assert Receipt.objects.get().settled_at is None
    services.settle_receipts(now() + timedelta(minutes=11))
    assert Receipt.objects.get().settled_at
    assert state_of(delivery) == "accepted"


@pytest.fixture
def strangers(gateway) -> None:
    """Of another who sends by the same account: nobody here knows the messages that they speak of."""
    Receipt.objects.bulk_create(
        Receipt(gateway=gateway, provider_reference=f"op-x{n}", word="delivered", received_at=now())
        for n in range(501)
    )


def test_however_many_nobody_knows_the_others_are_applied_at_once(bring, delivery, strangers):
    bring({"id": "op-1", "status": "delivered"})
    assert state_of(delivery) == "delivered"


def test_nor_do_they_delay_one_that_waited_for_its_answer(gateway, strangers):
    early = DeliveryFactory(gateway=gateway)
    [leased] = services.lease([early.pk], now(), limit=1)
    services.hear(gateway=gateway, receipts=[Brought("delivered", provider_reference="op-9")], now=now())
    services.record([(leased, Accepted("op-9"))], now())
    services.settle_receipts(now())
    assert state_of(early) == "delivered"
    services.settle_receipts(now() + timedelta(minutes=11))
    assert not Receipt.objects.filter(settled_at=None).exists()


def test_they_are_kept_for_three_months(bring, delivery):
    bring({"id": "op-1", "status": "delivered"})
    services.forget_receipts(now() + timedelta(days=89))
    assert Receipt.objects.exists()
    services.forget_receipts(now() + timedelta(days=91))
    assert not Receipt.objects.exists()
    assert state_of(delivery) == "delivered"


def in_doubt(gateway, **values) -> Delivery:
    delivery = DeliveryFactory(gateway=gateway, **values)
    [leased] = services.lease([delivery.pk], now(), limit=1)
    services.record([(leased, Ambiguous("TimeoutError"))], now())
    return delivery


def test_a_message_whose_answer_was_lost_is_known_by_its_number(school, gateway):
    lost = in_doubt(gateway)
    told = [Brought("delivered", provider_reference="res-1", recipient=lost.recipient)]
    services.hear(gateway=gateway, receipts=told, now=now())
    assert state_of(lost) == "delivered"
    assert (lost.in_doubt, lost.provider_reference) == (False, "res-1")


def test_but_not_when_two_may_be_meant(school, gateway):
    lost = in_doubt(gateway)
    twin = in_doubt(gateway, recipient=lost.recipient)
    told = [Brought("delivered", provider_reference="res-1", recipient=lost.recipient)]
    services.hear(gateway=gateway, receipts=told, now=now())
    assert (state_of(lost), state_of(twin)) == ("sending", "sending")


def given_up(gateway, **values) -> Delivery:
    """Nobody knew whether it had left, until it was too late to send it again."""
    lost = in_doubt(gateway, **values)
    services.lease([lost.pk], now() + timedelta(hours=5), limit=1)
    lost.refresh_from_db()
    assert (lost.state, lost.detail, lost.in_doubt) == ("expired", "in_doubt", True)
    return lost


@pytest.mark.parametrize("known_by", ["number", "reference"])
@pytest.mark.parametrize("word", ["accepted", "delivered", "undelivered"])
def test_a_receipt_that_comes_after_it_was_given_up_says_what_became_of_it(school, gateway, word, known_by):
    lost = given_up(gateway)
    by = {"recipient": lost.recipient} if known_by == "number" else {"reference": str(lost.reference)}
    told = Brought(word, provider_reference="res-1", **by)
    services.hear(gateway=gateway, receipts=[told], now=now() + timedelta(hours=6))
    assert (state_of(lost), lost.in_doubt, lost.detail) == (word, False, "")


def test_but_not_days_later_when_no_operator_has_it_still(school, gateway):
    lost = given_up(gateway)
    told = Brought("delivered", provider_reference="res-1", recipient=lost.recipient)
    services.hear(gateway=gateway, receipts=[told], now=now() + timedelta(days=4))
    assert state_of(lost) == "expired"


def test_that_it_was_accepted_lifts_the_doubt_and_nothing_is_sent_again(school, gateway):
    lost = in_doubt(gateway)
    services.hear(gateway=gateway, receipts=[Brought("accepted", reference=str(lost.reference))], now=now())
    assert (state_of(lost), lost.in_doubt) == ("accepted", False)
    assert services.lease([lost.pk], now() + timedelta(hours=1), limit=1) == []


@pytest.mark.parametrize("result", [Ambiguous("TimeoutError"), Unreachable("HTTP 503"), Refused("no")])
def test_once_it_is_delivered_the_worker_s_own_word_adds_nothing(school, gateway, result):
    delivery = DeliveryFactory()
    [leased] = services.lease([delivery.pk], now(), limit=1)
    services.hear(gateway=gateway, receipts=[Brought("delivered", str(delivery.reference))], now=now())
    assert services.record([(leased, result)], now()) == 0
    assert (state_of(delivery), delivery.detail, delivery.gateway) == ("delivered", "", gateway)


def test_another_gateway_says_nothing_of_it(school, gateway, delivery):
    other = SmsGatewayFactory(rank=2)
    told = [Brought("delivered", provider_reference="op-1"), Brought("delivered", str(delivery.reference))]
    services.hear(gateway=other, receipts=told, now=now())
    assert state_of(delivery) == "accepted"


def test_nor_does_another_school(school, gateway, delivery, client, address_in, bring):
    other = SchoolFactory()
    with in_school(other.pk):
        SmsGatewayFactory(kind="http", url="http://127.0.0.1:9/", signing_key=KEY)
    path = address_in(other, "notifications:receipts", services.receipts_key(gateway))
    assert bring({"id": "op-1", "status": "delivered"}, path=path).status_code == 404


def test_thirty_receipts_cost_no_more_statements_than_two(school, gateway, count_queries):
    def cost(number: int) -> int:
        sent = [DeliveryFactory(state="accepted", gateway=gateway) for _ in range(number)]
        told = [Brought("delivered", reference=str(one.reference)) for one in sent]
        return count_queries(services.hear, gateway=gateway, receipts=told, now=now())

    in_the_midst_of_moves()
    assert cost(2) == cost(30)
