"""What a month of SMS costs: counted as they leave, warned of, stopped at the budget, never in silence."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from apps.core.clock import now, today
from apps.core.tenancy import in_school
from apps.gateways.api import Accepted, Receipt, Refused, Unreachable
from apps.gateways.models import SmsCount
from apps.notifications import services
from apps.notifications.models import Alert, AlertSettings, Delivery, SmsMonth
from tests.factories.notifications import DeliveryFactory, SmsGatewayFactory
from tests.factories.schools import SchoolFactory
from tests.notifications.test_sending import carry


def month() -> SmsMonth:
    return SmsMonth.objects.get(month=today().replace(day=1))


def test_each_segment_has_its_price(school, peer):
    AlertSettings.objects.create(sms_price=12)
    carry(school, DeliveryFactory(segments=1), DeliveryFactory(segments=2))
    assert (month().francs, month().messages) == (36, 2)
    assert sorted(Delivery.objects.values_list("cost", flat=True)) == [12, 24]


def test_a_school_s_own_operator_has_its_own(school, peer):
    SmsGatewayFactory(url=peer.address, price=9)
    carry(school, DeliveryFactory())
    assert month().francs == 9


def test_at_the_budget_everything_stops_and_vie_scolaire_has_the_list(
    school, peer, client, educator, path_to
):
    AlertSettings.objects.create(sms_price=10, budget=25)
    carry(school, *DeliveryFactory.create_batch(4))
    assert len(peer.received) == 2
    assert sorted(Delivery.objects.values_list("state", "detail")) == [
        ("accepted", ""), ("accepted", ""), ("expired", "budget"), ("expired", "budget"),
    ]  # fmt: skip
    assert Alert.objects.failed().count() == 2
    client.force_login(educator.user)
    page = client.get(path_to("notifications:deliveries")).text
    assert "budget SMS du mois épuisé" in page
    assert "Budget SMS" in page


@pytest.mark.parametrize(("budget", "warned"), [(None, False), (100, True), (12, True), (1000, False)])
def test_the_end_of_the_budget_is_seen_coming(school, budget, warned):
    settings = AlertSettings.objects.create(budget=budget)
    SmsMonth.objects.create(month=today().replace(day=1), francs=80)
    assert services.spent(settings, now()).is_near_the_end is warned


def test_a_budget_of_nothing_sends_nothing(school, peer):
    AlertSettings.objects.create(budget=0)
    carry(school, DeliveryFactory())
    assert peer.received == []


@pytest.mark.parametrize(
    ("result", "francs"), [(Accepted("op"), 15), (Refused("no"), 0), (Unreachable("off"), 15)]
)
def test_what_certainly_did_not_leave_is_given_back(school, result, francs):
    delivery = DeliveryFactory()
    [leased] = services.lease([delivery.pk], now(), limit=1)
    services.record([(leased, result)], now())
    delivery.refresh_from_db()
    assert (month().francs, delivery.cost) == (francs, francs)


def test_on_the_first_of_the_month_the_last_one_s_refusals_are_given_back_to_it(school):
    """And whatever the new one counted, every answer is written down."""
    eve = datetime(2026, 10, 31, 23, 59, 30, tzinfo=UTC)
    refused = [DeliveryFactory(alert__due_at=eve, next_try_at=eve) for _ in range(2)]
    leased = services.lease([one.pk for one in refused], eve, limit=2)
    SmsMonth.objects.create(month=date(2026, 11, 1), francs=45, messages=1)
    services.record([(one, Refused("no")) for one in leased], eve + timedelta(minutes=1))
    assert list(SmsMonth.objects.order_by("month").values_list("francs", "messages")) == [(0, 0), (45, 1)]
    assert set(Delivery.objects.values_list("state", "cost")) == {("refused", 0)}


def test_a_month_never_falls_below_nothing(school):
    delivery = DeliveryFactory()
    [leased] = services.lease([delivery.pk], now(), limit=1)
    SmsMonth.objects.update(francs=5, messages=0)
    services.record([(leased, Refused("no"))], now())
    assert (month().francs, month().messages) == (0, 0)


def test_what_the_budget_stopped_counts_for_no_ceiling(school):
    AlertSettings.objects.create(budget=0)
    assert services.lease([DeliveryFactory().pk], now(), limit=1) == []
    assert not SmsCount.objects.filter(count__gt=0).exists()


def test_what_a_ceiling_stopped_costs_nothing(school, settings):
    settings.SMS_A_DAY = 1
    services.lease([one.pk for one in DeliveryFactory.create_batch(3)], now(), limit=3)
    assert (month().francs, month().messages) == (15, 1)
    assert sorted(Delivery.objects.values_list("state", "cost")) == [
        ("expired", 0), ("expired", 0), ("sending", 15),
    ]  # fmt: skip


@pytest.mark.parametrize("order", [["expired", "delivered"], ["delivered", "expired"], ["refused"]])
def test_what_an_operator_took_is_paid_whatever_it_says_later(school, order):
    gateway = SmsGatewayFactory()
    delivery = DeliveryFactory()
    [leased] = services.lease([delivery.pk], now(), limit=1)
    services.record([(leased, Accepted("op-1"))], now())
    for word in order:
        services.hear(gateway=gateway, receipts=[Receipt(word, provider_reference="op-1")], now=now())
    delivery.refresh_from_db()
    assert (delivery.state, delivery.cost, month().francs) == (
        "refused" if order == ["refused"] else "delivered", 15, 15,
    )  # fmt: skip


def test_a_second_try_is_not_paid_twice(school):
    delivery = DeliveryFactory()
    for _ in range(2):
        [leased] = services.lease([delivery.pk], now(), limit=1)
        services.record([(leased, Unreachable("off"))], now())
        Delivery.objects.update(next_try_at=now())
    assert month().francs == 15


def test_an_e_mail_costs_nothing_and_counts_for_no_ceiling(school, settings):
    settings.SMS_A_DAY = 0
    AlertSettings.objects.create(budget=0)
    delivery = DeliveryFactory(channel="email", recipient="a@example.ci", segments=0)
    assert services.lease([delivery.pk], now(), limit=1)
    assert not SmsMonth.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_eight_workers_at_once_never_pass_the_budget():
    school = SchoolFactory()
    with in_school(school.pk):
        AlertSettings.objects.create(sms_price=10, budget=95)
        ids = [one.pk for one in DeliveryFactory.create_batch(24)]

    def work(first: int) -> int:
        try:
            with in_school(school.pk):
                return len(services.lease(ids[first::8], now(), limit=3))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(work, range(8))) == 9
    with in_school(school.pk):
        assert month().francs == 90
