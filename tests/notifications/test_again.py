"""What failed is sent again by a person: asked with the count, by a new delivery, and never twice at once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from apps.accounts.models import OfficeAction, Role
from apps.attendance.models import Absence
from apps.core.clock import now
from apps.core.models import RecordedEvent
from apps.notifications import services
from apps.notifications.models import Alert, Delivery
from tests.conftest import soup
from tests.factories.accounts import MemberFactory
from tests.factories.notifications import AlertFactory, DeliveryFactory
from tests.notifications.test_sending import carry

HOUR = timedelta(hours=1)


@pytest.fixture
def signed_in(client, educator):
    client.force_login(educator.user)
    return client


def failed(state="refused", **more) -> Alert:
    return DeliveryFactory(state=state, **more).alert


def again(*alerts, by) -> list[Alert]:
    return services.send_again(alert_ids=[alert.pk for alert in alerts], by=by, now=now())


def prepare() -> int:
    return services.prepare(now(), limit=100)


def states(alert) -> list[str]:
    return list(alert.deliveries.order_by("pk").values_list("state", flat=True))


@pytest.mark.parametrize("state", ["undelivered", "expired", "refused"])
def test_a_new_delivery_leaves_and_the_failed_one_stays_as_it_was(school, peer, educator, state):
    alert = failed(state)
    before = Delivery.objects.filter(alert=alert).values().get()
    assert again(alert, by=educator) == [alert]
    prepare()
    assert states(alert) == [state, "created"]
    carry(school, alert.deliveries.latest("pk"))
    assert states(alert) == [state, "accepted"]
    assert Delivery.objects.filter(pk=before["id"]).values().get() == before
    references = {delivery.reference for delivery in alert.deliveries.all()}
    assert len(references) == 2
    assert [fact.payload["alert_id"] for fact in RecordedEvent.objects.filter(name__contains="Again")] == [
        alert.pk
    ]


def test_four_hours_count_from_the_new_order(school, educator):
    alert = failed("expired", alert=AlertFactory(state="sent", due_at=now() - 9 * HOUR), detail="too_late")
    again(alert, by=educator)
    prepare()
    assert states(alert) == ["expired", "created"]


def test_a_number_given_meanwhile_is_used(school, educator):
    alert = AlertFactory(state="unsent", why="no_mobile", guardian__phone="")
    alert.guardian.phone = "+2250748213690"
    alert.guardian.save()
    again(alert, by=educator)
    prepare()
    assert alert.deliveries.get().recipient == "+2250748213690"


@pytest.mark.parametrize("state", ["created", "sending", "accepted", "delivered", "cancelled"])
def test_what_has_not_failed_is_left_alone(school, educator, state):
    alert = failed(state)
    assert again(alert, by=educator) == []
    alert.refresh_from_db()
    assert alert.state == "sent"


@pytest.mark.parametrize("alert_state", ["waiting", "cancelled"])
def test_nor_what_waits_or_was_withdrawn(school, educator, alert_state):
    assert again(AlertFactory(state=alert_state), by=educator) == []


def test_of_a_pupil_nobody_answers_for_nothing_is_sent(school, educator):
    assert again(AlertFactory(guardian=None, state="unsent", why="no_guardian"), by=educator) == []


def test_an_absence_that_was_corrected_meanwhile_is_not_told(school, educator):
    alert = failed()
    Absence.objects.update(cancelled_at=now())
    again(alert, by=educator)
    prepare()
    alert.refresh_from_db()
    assert (alert.state, states(alert)) == ("cancelled", ["refused"])


def test_twice_in_a_row_is_once(school, educator):
    alert = failed()
    again(alert, by=educator)
    assert again(alert, by=educator) == []
    prepare()
    assert again(alert, by=educator) == []
    assert states(alert) == ["refused", "created"]


def test_two_live_deliveries_of_an_alert_are_refused_by_postgresql(school):
    alert = failed("created")
    with pytest.raises(IntegrityError), transaction.atomic():
        DeliveryFactory(alert=alert, state="sending")


def test_after_a_doubt_the_new_one_is_marked_perhaps_doubled(school, educator, signed_in, path_to):
    alert = failed("expired", in_doubt=True, detail="in_doubt")
    certain = failed("refused")
    again(alert, certain, by=educator)
    prepare()
    assert alert.deliveries.latest("pk").may_be_double
    assert not certain.deliveries.latest("pk").may_be_double
    page = soup(signed_in.get(path_to("notifications:deliveries")))
    assert [tag.text for tag in page.select(".tag")] == ["peut-être doublé"]


def test_what_may_have_left_at_either_try_is_corrected(school, educator):
    alert = failed("expired", in_doubt=True)
    again(alert, by=educator)
    prepare()
    Absence.objects.update(cancelled_at=now())
    services.correct(absence_id=alert.subject_id, now=now())
    assert states(alert) == ["expired", "cancelled"]
    prepare()
    correction = Alert.objects.get(kind="correction")
    assert (correction.state, correction.deliveries.count()) == ("sent", 1)


# The page of vie scolaire


def test_failures_are_ticked_confirmed_with_their_count_and_sent(signed_in, path_to, school):
    alerts = [failed(), failed("expired", in_doubt=True, detail="in_doubt")]
    failed("accepted")
    board = path_to("notifications:deliveries")
    page = soup(signed_in.get(board + "?etat=failed"))
    ticked = [box["value"] for box in page.select("[name=alerte]")]
    assert sorted(ticked) == sorted(str(alert.pk) for alert in alerts)
    asked = page.select_one(f"form[action='{path_to('notifications:send_again')}']")
    assert asked["method"] == "get"
    question = soup(signed_in.get(asked["action"], {"alerte": ticked}))
    assert "2 SMS" in question.text
    assert "30 F environ" in question.text
    assert "1 peut-être déjà reçue" in question.text
    assert {alert.state for alert in Alert.objects.filter(pk__in=ticked)} == {"sent"}
    sent = signed_in.post(asked["action"], {"alerte": ticked})
    assert sent["Location"] == board
    assert "Alertes renvoyées\u202f: 2." in signed_in.get(board).text
    assert Alert.objects.filter(state="waiting").count() == 2


def test_while_it_waits_for_its_second_try_it_is_no_failure_any_more(signed_in, path_to, educator):
    again(failed(), by=educator)
    board = path_to("notifications:deliveries")
    assert not soup(signed_in.get(board + "?etat=failed")).select("[name=alerte]")
    assert len(soup(signed_in.get(board + "?etat=waiting")).select("li.row")) == 1


@pytest.mark.parametrize("typed", [["abc"], ["9" * 30], ["-1"], ["1.5"], [], ["0"]])
def test_nonsense_sends_nothing(signed_in, path_to, typed):
    page = path_to("notifications:send_again")
    assert "Aucune alerte à renvoyer" in signed_in.get(page, {"alerte": typed}).text
    assert signed_in.post(page, {"alerte": typed}).status_code == 302


def test_many_are_shown_in_as_many_queries_as_few(signed_in, path_to, count_queries):
    page = path_to("notifications:send_again")

    def visit(number: int) -> int:
        ids = [failed().pk for _ in range(number)]
        return count_queries(signed_in.get, page, {"alerte": ids})

    signed_in.get(page)
    assert visit(2) == visit(20)


def test_the_admin_asks_then_sends_and_writes_it_down(client, school, path_to):
    head = MemberFactory(roles=[Role.PRINCIPAL])
    client.force_login(head.user)
    alerts = [failed(), failed("accepted")]
    chosen = {"action": "send_again", "_selected_action": [alert.pk for alert in alerts]}
    listed = f"/{school.slug}/admin/notifications/alert/"
    asked = client.post(listed, chosen).text
    assert "Concerné : 1" in asked
    assert "1 SMS repartira, pour 15 F environ" in asked
    assert client.post(listed, chosen | {"confirmed": "yes"}).status_code == 302
    assert OfficeAction.objects.get().object_id == alerts[0].pk
    assert Alert.objects.get(state="waiting") == alerts[0]


def test_it_counts_the_whole_message_of_one_that_was_chosen(client, school, path_to):
    client.force_login(MemberFactory(roles=[Role.PRINCIPAL]).user)
    lead = failed(segments=2)
    AlertFactory(guardian=lead.guardian, lead=lead, state="sent", student__last_name="Autrenfant")
    other = failed(state="expired", in_doubt=True, detail="in_doubt")
    chosen = {"action": "send_again", "_selected_action": [lead.pk, other.pk]}
    asked = client.post(f"/{school.slug}/admin/notifications/alert/", chosen).text
    assert "Autrenfant" in asked
    assert "2 SMS repartiront, pour 45 F environ. 1 peut-être déjà reçu" in asked


def test_the_secretary_looks_and_sends_nothing(client, school):
    client.force_login(MemberFactory(roles=[Role.SECRETARY]).user)
    alert = failed()
    chosen = {"action": "send_again", "_selected_action": [alert.pk], "confirmed": "yes"}
    client.post(f"/{school.slug}/admin/notifications/alert/", chosen)
    alert.refresh_from_db()
    assert alert.state == "sent"
