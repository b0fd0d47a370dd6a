"""A school's own operators: the second when the first cannot, doubts lifted as each one lets them be."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache

from apps.attendance.models import Absence
from apps.core.clock import now
from apps.gateways.api import Ambiguous
from apps.notifications import services, tasks
from apps.notifications.models import Alert, BadNumber, Delivery, Receipt, SmsGateway
from tests.conftest import outside_any_school
from tests.factories.notifications import DeliveryFactory, SmsGatewayFactory
from tests.gateways.peer import TOKEN, running_peer
from tests.notifications.test_sending import again, carry, steps

HOUR = timedelta(hours=1)


@pytest.fixture
def orange(school, peer) -> SmsGateway:
    cache.clear()
    return SmsGatewayFactory(url=peer.address)


@pytest.fixture
def other():
    """Another operator's peer."""
    with running_peer() as peer:
        yield peer


@pytest.fixture
def second(orange, other) -> SmsGateway:
    return SmsGatewayFactory(rank=2, kind="http", url=other.url, status_url=other.url, secret=TOKEN)


def waits_over(delivery) -> Delivery:
    return again(delivery)


def test_a_school_sends_by_its_own_operator(school, orange, peer):
    delivery = DeliveryFactory()
    carry(school, delivery)
    delivery.refresh_from_db()
    [message] = peer.received
    assert (message["from"], message["reference"]) == ("SteAnne", str(delivery.reference))
    assert (delivery.state, delivery.gateway, delivery.provider_reference) == (
        "accepted", orange, message["number"],
    )  # fmt: skip


@pytest.mark.parametrize("sin", [503, 429, "empty", "refuses", "away"])
def test_when_the_first_cannot_or_will_not_the_second_carries_it_at_once(
    school, orange, second, peer, other, sin
):
    match sin:
        case "empty":
            peer.units = 0
        case "refuses":
            peer.answers = [400]
        case "away":
            SmsGateway.objects.filter(pk=orange.pk).update(url="http://127.0.0.1:9")
        case _:
            peer.answers = [sin]
    delivery = DeliveryFactory()
    carry(school, delivery)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.gateway) == ("accepted", second)
    assert len(other.received) == 1
    assert steps(delivery) == ["sending", "sending", "sending", "accepted"]


def test_one_that_is_down_is_not_tried_first_again_for_a_minute(school, orange, second, other):
    SmsGateway.objects.filter(pk=orange.pk).update(url="http://127.0.0.1:9")
    carry(school, DeliveryFactory())
    orange.refresh_from_db()
    assert orange.down_until > now()
    delivery = DeliveryFactory()
    carry(school, delivery)
    assert steps(delivery) == ["sending", "accepted"]
    SmsGateway.objects.filter(pk=orange.pk).update(down_until=now())
    third = DeliveryFactory()
    carry(school, third)
    assert steps(third) == ["sending", "sending", "sending", "accepted"]


def test_when_both_are_away_it_waits_and_begins_with_the_first_again(school, orange, second, peer):
    SmsGateway.objects.update(url="http://127.0.0.1:9", status_url="")
    delivery = DeliveryFactory()
    carry(school, delivery)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.in_doubt, delivery.gateway) == ("sending", False, None)
    assert delivery.next_try_at > now()
    SmsGateway.objects.filter(pk=orange.pk).update(url=peer.address, down_until=None)
    carry(school, waits_over(delivery))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.gateway) == ("accepted", orange)


def test_refused_by_both_it_is_refused(school, orange, second, peer, other):
    peer.answers, other.answers = [400], [422]
    delivery = DeliveryFactory()
    carry(school, delivery)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.detail) == ("refused", "HTTP 422")
    assert [change.detail for change in delivery.changes.order_by("pk")][1].startswith("Orange")


def test_in_doubt_it_never_falls_over(school, orange, second, peer, other):
    peer.answers = [500]
    delivery = DeliveryFactory()
    carry(school, delivery)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.in_doubt, delivery.gateway) == ("sending", True, orange)
    assert other.received == []


def test_where_only_a_receipt_tells_it_is_waited_for_then_sent_again_marked(school, orange, peer):
    peer.answers = ["cut"]
    delivery = DeliveryFactory()
    carry(school, delivery)
    delivery.refresh_from_db()
    assert delivery.next_try_at > now() + services.RECEIPT_WAIT / 2
    carry(school, waits_over(delivery))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.may_be_double, len(peer.received)) == ("accepted", True, 2)


def test_what_a_dead_worker_may_have_sent_waits_for_a_receipt_too(school, orange, peer):
    delivery = DeliveryFactory()
    services.lease([delivery.pk], now() - 2 * services.LEASE, limit=1)
    carry(school, delivery)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.in_doubt, peer.received) == ("sending", True, [])
    carry(school, waits_over(delivery))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.may_be_double) == ("accepted", True)


def test_where_our_reference_is_known_a_second_sending_is_no_second_message(school, peer):
    SmsGatewayFactory(kind="http", url=peer.url, knows_references=True)
    peer.dedupes, peer.answers = True, ["cut"]
    delivery = DeliveryFactory()
    carry(school, delivery)
    carry(school, again(delivery))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.may_be_double, len(peer.taken)) == ("accepted", False, 1)
    assert peer.doubled == []


def test_a_second_try_that_reached_nobody_leaves_the_doubt(school, peer):
    gateway = SmsGatewayFactory(kind="http", url=peer.url, knows_references=True)
    peer.answers = ["cut"]
    delivery = DeliveryFactory()
    carry(school, delivery)
    SmsGateway.objects.filter(pk=gateway.pk).update(url="http://127.0.0.1:9/")
    carry(school, again(delivery))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.in_doubt) == ("sending", True)


@pytest.fixture
def refused_after_a_doubt(school, orange, second, peer) -> Delivery:
    """The first answer was lost; three minutes later the operator refuses a second try."""
    peer.answers = ["cut", 400]
    delivery = DeliveryFactory()
    carry(school, delivery)
    carry(school, waits_over(delivery))
    delivery.refresh_from_db()
    return delivery


def test_a_second_try_that_was_refused_says_nothing_of_the_first(refused_after_a_doubt, other):
    delivery = refused_after_a_doubt
    assert (delivery.state, delivery.detail, delivery.in_doubt) == ("expired", "in_doubt", True)
    assert other.received == [], "it may be read already: nobody else sends it unmarked"
    assert "SVC0004" in "".join(delivery.changes.values_list("detail", flat=True))
    assert (delivery.cost, BadNumber.objects.get().number) == (15, delivery.recipient)


def test_so_what_it_said_is_corrected_and_what_follows_it_is_marked(refused_after_a_doubt, educator):
    alert = refused_after_a_doubt.alert
    BadNumber.objects.all().delete()
    services.send_again(alert_ids=[alert.pk], by=educator, now=now())
    services.prepare(now(), limit=10)
    _, fresh = alert.deliveries.order_by("pk")
    assert (fresh.state, fresh.may_be_double) == ("created", True)
    Absence.objects.update(cancelled_at=now())
    services.correct(absence_id=alert.subject_id, now=now())
    assert Alert.objects.filter(kind="correction").exists()


def test_asked_first_an_operator_that_never_had_it_refuses_it_for_good(school, peer):
    peer.answers = ["cut-before", 422]
    delivery = DeliveryFactory()
    carry(school, delivery)
    carry(school, again(delivery))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.in_doubt, delivery.cost) == ("refused", False, 0)


@pytest.mark.parametrize("knows", [True, False])
def test_in_doubt_and_no_longer_wanted_it_is_closed_as_perhaps_received(school, peer, knows):
    SmsGatewayFactory(kind="http", url=peer.url, knows_references=knows)
    peer.answers = ["cut"]
    delivery = DeliveryFactory()
    carry(school, delivery)
    Alert.objects.update(state="cancelled")
    carry(school, again(delivery))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.detail, len(peer.received)) == ("expired", "in_doubt", 1)


def test_a_gateway_whose_secret_is_lost_sends_nothing_and_the_second_does(school, orange, second, other):
    SmsGateway.objects.filter(pk=orange.pk).update(sealed_secret="not ours")
    delivery = DeliveryFactory()
    carry(school, delivery)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.gateway) == ("accepted", second)


def test_a_doubt_that_only_a_lost_secret_can_lift_is_handed_to_nobody_else(
    school, orange, second, peer, other
):
    peer.answers = ["cut"]
    delivery = DeliveryFactory()
    carry(school, delivery)
    SmsGateway.objects.filter(pk=orange.pk).update(sealed_secret="not ours")
    carry(school, waits_over(delivery))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.in_doubt, delivery.gateway) == ("sending", True, orange)
    assert (other.asked, other.received) == ([], [])
    assert delivery.next_try_at > now()
    Alert.objects.update(due_at=now() - 4 * HOUR)
    carry(school, waits_over(delivery))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.detail) == ("expired", "in_doubt")


def test_lost_while_the_message_was_on_its_way_the_answer_is_written_all_the_same(school, orange):
    delivery = DeliveryFactory()
    [leased] = services.lease([delivery.pk], now(), limit=1)
    SmsGateway.objects.filter(pk=orange.pk).update(sealed_secret="not ours")
    assert services.record([(leased, Ambiguous("TimeoutError"))], now()) == 1
    delivery.refresh_from_db()
    assert (delivery.in_doubt, delivery.leased_until) == (True, None)


def test_out_of_service_it_is_left_aside(school, orange, second, peer, other):
    SmsGateway.objects.filter(pk=orange.pk).update(is_active=False)
    carry(school, DeliveryFactory())
    assert (peer.received, len(other.received)) == ([], 1)


def test_thirty_deliveries_cost_as_many_statements_as_two(school, orange, second, count_queries):
    def cost(number: int) -> int:
        ids = [delivery.pk for delivery in DeliveryFactory.create_batch(number)]
        return count_queries(services.lease, ids, now(), limit=100)

    assert cost(2) == cost(30)


@pytest.fixture
def look_after(work) -> Callable[[], None]:
    """What the sweep does once an hour, and the workers whom it asks."""

    def run() -> None:
        with outside_any_school():
            tasks.look_after_gateways()
        work("default")

    return run


def test_gateways_are_looked_after_receipts_asked_for_and_the_balance_read(
    school, orange, second, peer, look_after
):
    SmsGateway.objects.filter(pk=orange.pk).update(receipts_at="https://portail.ci/x/")
    for _ in range(2):
        look_after()
    orange.refresh_from_db()
    assert (orange.balance, peer.subscriptions) == (1000, ["https://portail.ci/x/"])
    assert orange.balance_at
    assert orange.subscribed_at


def test_one_that_cannot_be_reached_is_left_to_the_next_hour(school, orange, look_after):
    SmsGateway.objects.update(url="http://127.0.0.1:9", receipts_at="https://portail.ci/x/")
    look_after()
    orange.refresh_from_db()
    assert (orange.balance, orange.subscribed_at) == (None, None)


def test_the_sweep_waits_for_no_operator(school, orange, peer):
    with outside_any_school():
        tasks.look_after_gateways()
    assert peer.given_tokens == []


def test_one_school_s_operator_that_talks_nonsense_is_its_own_trouble(school, orange, second, look_after):
    SmsGateway.objects.filter(pk=second.pk).update(kind="nobody", is_active=True)
    look_after()
    orange.refresh_from_db()
    assert orange.balance == 1000


@pytest.mark.parametrize("change", [{"is_active": False}, {"sealed_secret": "not ours"}])
def test_receipts_are_forgotten_even_of_a_gateway_that_serves_no_more(orange, look_after, change):
    old = now() - timedelta(days=91)
    Receipt.objects.create(gateway=orange, provider_reference="res-1", word="delivered", received_at=old)
    SmsGateway.objects.update(**change)
    look_after()
    assert not Receipt.objects.exists()
