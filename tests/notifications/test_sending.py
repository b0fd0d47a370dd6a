"""From row to gateway: leases, fences, doubts, retries; no message lost, none doubled."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction

from apps.core.clock import now
from apps.core.tenancy import NoSchoolInScope, in_school
from apps.gateways.api import Accepted, Ambiguous, Refused, Unreachable, platform_account, send_sms
from apps.notifications import services, tasks
from apps.notifications.models import Alert, AlertSettings, Delivery, DeliveryChange
from apps.notifications.tasks import deliver
from tests.conftest import outside_any_school
from tests.factories.notifications import AlertFactory, DeliveryFactory, in_the_midst_of_moves
from tests.factories.schools import SchoolFactory

HOUR = timedelta(hours=1)


def carry(school, *deliveries) -> None:
    with outside_any_school():
        deliver(school.pk, *(delivery.pk for delivery in deliveries))


def again(delivery) -> Delivery:
    """The row, its waits over."""
    Delivery.objects.filter(pk=delivery.pk).update(leased_until=None, next_try_at=now() - HOUR)
    delivery.refresh_from_db()
    return delivery


def steps(delivery) -> list[str]:
    return list(delivery.changes.order_by("pk").values_list("state", flat=True))


def test_a_delivery_leaves_once_with_its_reference(school, peer):
    delivery = DeliveryFactory()
    carry(school, delivery)
    carry(school, delivery)
    delivery.refresh_from_db()
    (message,) = peer.received
    assert (message["reference"], message["to"]) == (str(delivery.reference), delivery.recipient)
    assert (delivery.state, delivery.attempts, delivery.in_doubt) == ("accepted", 1, False)
    assert delivery.provider_reference.startswith("op-")
    assert steps(delivery) == ["sending", "accepted"]


def test_many_leave_in_one_job(school, peer):
    deliveries = DeliveryFactory.create_batch(70)
    carry(school, *deliveries)
    assert len(peer.received) == len(peer.taken) == 70
    assert set(Delivery.objects.values_list("state", flat=True)) == {"accepted"}


def test_a_gateway_that_says_delivered_is_believed(school, peer):
    peer.body = {"status": "delivered"}
    delivery = DeliveryFactory()
    carry(school, delivery)
    delivery.refresh_from_db()
    assert delivery.state == "delivered"


def test_a_refusal_is_final_and_says_why(school, peer):
    peer.answers = [422]
    delivery = DeliveryFactory()
    carry(school, delivery)
    again(delivery)
    carry(school, delivery)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.detail, len(peer.received)) == ("refused", "HTTP 422", 1)


def test_one_bad_message_stops_no_other(school, peer):
    peer.answers = [500, "cut", 422]
    carry(school, *DeliveryFactory.create_batch(5))
    states = sorted(Delivery.objects.values_list("state", flat=True))
    assert states == ["accepted", "accepted", "refused", "sending", "sending"]


def test_a_gateway_that_is_not_there_is_tried_later(school, settings):
    settings.SMS_GATEWAY, settings.SMS_HTTP_URL = "http", "http://127.0.0.1:9/sms"
    delivery = DeliveryFactory()
    carry(school, delivery)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.in_doubt, delivery.leased_until) == ("sending", False, None)
    assert delivery.next_try_at > now()
    first = delivery.next_try_at - delivery.updated_at
    carry(school, again(delivery))
    delivery.refresh_from_db()
    assert delivery.next_try_at - delivery.updated_at > first


@pytest.mark.parametrize(("answer", "posts"), [("cut", 1), (500, 1), ("cut-before", 2)])
def test_in_doubt_the_gateway_is_asked_before_any_second_try(school, peer, answer, posts):
    peer.answers = [answer]
    delivery = DeliveryFactory()
    carry(school, delivery)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.in_doubt) == ("sending", True)
    carry(school, again(delivery))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.in_doubt) == ("accepted", False)
    assert peer.asked == [str(delivery.reference)]
    assert len(peer.received) == posts
    assert peer.doubled == []


def test_while_the_gateway_cannot_be_asked_the_doubt_stays_and_nothing_is_sent(school, peer, settings):
    peer.answers = ["cut"]
    delivery = DeliveryFactory()
    carry(school, delivery)
    settings.SMS_HTTP_URL = "http://127.0.0.1:9/sms"
    carry(school, again(delivery))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.in_doubt, delivery.attempts) == ("sending", True, 2)


def test_a_worker_that_died_while_sending_leaves_a_doubt_not_a_loss(school, peer):
    delivery = DeliveryFactory()
    (leased,) = services.lease([delivery.pk], now(), limit=1)
    send_sms(leased.reference, leased.recipient, leased.text)
    carry(school, delivery)
    assert len(peer.received) == 1
    carry(school, again(delivery))
    delivery.refresh_from_db()
    assert (delivery.state, len(peer.received)) == ("accepted", 1)


def test_a_worker_that_died_before_sending_loses_nothing(school, peer):
    delivery = DeliveryFactory()
    services.lease([delivery.pk], now(), limit=1)
    carry(school, again(delivery))
    delivery.refresh_from_db()
    assert (delivery.state, len(peer.received)) == ("accepted", 1)


def test_the_late_word_of_a_lost_lease_is_refused(school):
    delivery = DeliveryFactory()
    (slow,) = services.lease([delivery.pk], now(), limit=1)
    (heir,) = services.lease([delivery.pk], now() + services.LEASE, limit=1)
    assert heir.token > slow.token
    assert heir.asks_first
    assert services.record([(slow, Refused("too late"))], now()) == 0
    delivery.refresh_from_db()
    assert delivery.state == "sending"
    assert services.record([(heir, Accepted("op-1"))], now()) == 1
    assert services.record([(slow, Refused("later still"))], now()) == 0
    delivery.refresh_from_db()
    assert (delivery.state, delivery.provider_reference) == ("accepted", "op-1")


def test_a_lease_that_lapsed_but_was_not_taken_over_still_speaks(school):
    delivery = DeliveryFactory()
    (leased,) = services.lease([delivery.pk], now() - 2 * services.LEASE, limit=1)
    assert services.record([(leased, Accepted("op-1"))], now()) == 1


def test_who_comes_back_when_the_lease_is_nearly_over_sends_nothing(school, peer):
    delivery = DeliveryFactory()
    late = now() - services.LEASE + services.CALL - timedelta(seconds=1)
    [leased] = services.lease([delivery.pk], late, limit=1)
    result = tasks._carry(leased)
    assert (result, peer.received) == (services.Lapsed(), [])
    services.record([(leased, result)], now())
    delivery.refresh_from_db()
    assert (delivery.state, delivery.in_doubt, delivery.leased_until) == ("sending", False, None)
    carry(school, delivery)
    assert len(peer.received) == 1


def test_during_a_lease_nobody_else_takes_the_delivery(school):
    delivery = DeliveryFactory()
    assert services.lease([delivery.pk], now(), limit=1)
    assert services.lease([delivery.pk], now() + services.LEASE / 2, limit=1) == []


@pytest.mark.parametrize(
    "result", [Accepted("op-2"), Refused("no"), Unreachable("off"), Ambiguous("?"), services.NeverLeft()]
)
@pytest.mark.parametrize("state", ["accepted", "delivered", "undelivered", "expired", "refused", "cancelled"])
def test_what_is_settled_goes_nowhere_back(school, state, result):
    delivery = DeliveryFactory(state=state)
    whole = (delivery.pk, delivery.token, delivery.reference, "", "", platform_account())
    leased = services.Leased(*whole, in_doubt=False, asks_first=False, may_send=True, until=now())
    services.record([(leased, result)], now())
    delivery.refresh_from_db()
    assert delivery.state == state


def test_four_hours_late_a_delivery_expires_unsent(school, peer):
    delivery = DeliveryFactory(alert=AlertFactory(state="sent", due_at=now() - 4 * HOUR))
    carry(school, delivery)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.detail, peer.received) == ("expired", "too_late", [])


def test_four_hours_of_doubt_expire_and_say_so(school, peer):
    alert = AlertFactory(state="sent", due_at=now() - 4 * HOUR)
    delivery = DeliveryFactory(alert=alert, state="sending", in_doubt=True)
    carry(school, delivery)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.detail) == ("expired", "in_doubt")


def test_an_alert_cancelled_while_the_gateway_was_away_is_not_sent(school, peer):
    delivery = DeliveryFactory(alert=AlertFactory(state="cancelled"), state="sending")
    carry(school, delivery)
    delivery.refresh_from_db()
    assert (delivery.state, peer.received) == ("cancelled", [])


@pytest.mark.parametrize(("answer", "state"), [("cut", "accepted"), ("cut-before", "cancelled")])
def test_an_alert_cancelled_in_doubt_is_asked_about_and_never_sent_again(school, peer, answer, state):
    peer.answers = [answer]
    delivery = DeliveryFactory()
    carry(school, delivery)
    Alert.objects.update(state="cancelled")
    carry(school, again(delivery))
    delivery.refresh_from_db()
    assert (delivery.state, len(peer.received)) == (state, 1)


@pytest.mark.parametrize(
    ("ceiling", "detail", "said"),
    [
        ({"SMS_A_DAY_PER_NUMBER": 0}, "cap_number", "trop de SMS à ce numéro"),
        ({"SMS_A_DAY": 0}, "cap_platform", "plafond du jour d’EduConnect"),
        ({}, "cap_school", "plafond du jour de l’école"),
    ],
)
def test_above_a_ceiling_nothing_leaves_and_vie_scolaire_reads_why(
    school, peer, settings, client, educator, path_to, ceiling, detail, said
):
    for name, value in ceiling.items():
        setattr(settings, name, value)
    if not ceiling:
        AlertSettings.objects.create(sms_a_day=0)
    delivery = DeliveryFactory()
    carry(school, delivery)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.detail, peer.received) == ("expired", detail, [])
    assert steps(delivery) == ["expired"]
    client.force_login(educator.user)
    page = client.get(path_to("notifications:deliveries") + "?etat=failed").text
    assert said in page
    assert f'value="{delivery.alert_id}"' in page, "it may be sent again tomorrow"


def test_a_second_try_is_not_counted_twice(school, peer, settings):
    settings.SMS_A_DAY_PER_NUMBER = 1
    peer.answers = [503]
    delivery = DeliveryFactory()
    carry(school, delivery)
    carry(school, again(delivery))
    delivery.refresh_from_db()
    assert delivery.state == "accepted"


def test_the_rest_of_a_batch_leaves(school, peer, settings):
    AlertSettings.objects.create(sms_a_day=2)
    carry(school, *DeliveryFactory.create_batch(3))
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["accepted", "accepted", "expired"]


def test_a_job_reaches_no_other_school(school, peer):
    with in_school(SchoolFactory().pk):
        other = DeliveryFactory()
    carry(school, other)
    assert peer.received == []


def test_without_a_scope_the_verbs_fail_closed(school):
    delivery = DeliveryFactory()
    with outside_any_school():
        for verb in (
            lambda: services.lease([delivery.pk], now(), limit=1),
            lambda: services.prepare(now(), limit=1),
            lambda: services.to_nudge(now(), limit=1),
            lambda: services.correct(absence_id=1, now=now()),
        ):
            with pytest.raises(NoSchoolInScope):
                verb()


def test_seventy_deliveries_are_leased_in_as_many_statements_as_three(school, count_queries):
    def cost(number: int) -> tuple[int, int]:
        ids = [delivery.pk for delivery in DeliveryFactory.create_batch(number)]
        taken = []
        first = count_queries(lambda: taken.extend(services.lease(ids, now(), limit=100)))
        results = [(one, Accepted("op")) for one in taken]
        return first, count_queries(services.record, results, now())

    in_the_midst_of_moves()
    assert cost(3) == cost(70)


@pytest.fixture
def committed(transactional_db):
    """A school whose rows other connections see."""
    school = SchoolFactory()
    with in_school(school.pk):
        deliveries = DeliveryFactory.create_batch(12)
    return school, deliveries


def test_two_workers_at_once_never_both_send(committed, peer):
    school, deliveries = committed
    ids = [delivery.pk for delivery in deliveries]
    start = threading.Barrier(4)

    def worker() -> None:
        start.wait()
        try:
            deliver(school.pk, *ids)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        for done in [workers.submit(worker) for _ in range(4)]:
            done.result()
    assert sorted(message["reference"] for message in peer.received) == sorted(
        str(delivery.reference) for delivery in deliveries
    )
    with in_school(school.pk):
        assert set(Delivery.objects.values_list("state", flat=True)) == {"accepted"}


def test_a_refusal_waits_for_nobody_who_corrects_the_alert_meanwhile(committed):
    """The one locks alert then delivery, the other delivery then alert: neither must wait for both."""
    school, deliveries = committed
    with in_school(school.pk):
        Alert.objects.update(climbs_at=now() + HOUR)
        [leased] = services.lease([deliveries[0].pk], now(), limit=1)
    with another_connection() as other:
        other.execute("SELECT set_config('app.school', %s, true)", [str(school.pk)])
        locked = "SELECT id FROM notifications_alert WHERE id = %s FOR UPDATE"
        assert other.execute(locked, [deliveries[0].alert_id]).fetchone()
        with in_school(school.pk):
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '2s'")
            assert services.record([(leased, Refused("no"))], now()) == 1


def another_connection() -> psycopg.Connection:
    """As the application's role."""
    known = ("host", "port", "dbname", "user", "password")
    return psycopg.connect(**{k: v for k, v in connection.get_connection_params().items() if k in known})


def test_no_transaction_is_open_while_the_gateway_is_called(committed, peer):
    school, deliveries = committed
    us = connection.connection.info.backend_pid
    seen = []

    def look(message: dict) -> None:
        with another_connection() as other:
            query = "SELECT state FROM pg_stat_activity WHERE pid = %s"
            seen.append(other.execute(query, [us]).fetchone()[0])

    peer.on_message = look
    deliver(school.pk, deliveries[0].pk)
    assert seen == ["idle"]


def test_a_step_once_written_is_neither_changed_nor_taken_away(school, peer):
    carry(school, DeliveryFactory())
    for rewrite in (lambda rows: rows.update(state="cancelled"), lambda rows: rows.delete()):
        with pytest.raises(ProgrammingError), transaction.atomic():
            rewrite(DeliveryChange.objects.all())
