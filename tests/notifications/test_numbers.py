"""Numbers to put right: set aside as an operator says so, listed for the secretary, put back by a person."""

import pytest

from apps.accounts.models import Role
from apps.core.clock import now
from apps.gateways.api import Refused
from apps.notifications import services
from apps.notifications.models import Alert, BadNumber
from tests.conftest import soup
from tests.factories.notifications import AlertFactory, DeliveryFactory
from tests.factories.people import GuardianshipFactory

from .test_services import tell


def test_an_unknown_subscriber_is_set_aside_at_once(school, as_, path_to):
    delivery = DeliveryFactory()
    [leased] = services.lease([delivery.pk], now(), limit=1)
    services.record([(leased, Refused("unknown subscriber", number_is_unknown=True))], now())
    client = as_(Role.SECRETARY)
    page = client.get(path_to("notifications:numbers"))
    assert str(delivery.alert.guardian) in page.text
    assert delivery.recipient not in page.text
    number = BadNumber.objects.get()
    assert client.post(path_to("notifications:numbers"), {"numero": number.pk}).status_code == 302
    assert not BadNumber.objects.exists()
    assert client.post(path_to("notifications:numbers"), {"numero": "x"}).status_code == 302


def test_families_that_no_sms_reaches_are_listed(school, as_, path_to):
    GuardianshipFactory(guardian__phone="", guardian__last_name="Sansmobile")
    GuardianshipFactory(guardian__phone="+2252722405060", guardian__last_name="Fixe")
    GuardianshipFactory(guardian__phone="+2250707123456", guardian__last_name="Joignable")
    GuardianshipFactory(guardian__phone="", guardian__last_name="Muet", is_informed=False)
    page = as_(Role.SECRETARY).get(path_to("notifications:numbers"), {"liste": "sans"}).text
    assert "Sans mobile\u202f: 2" in page
    assert "Sansmobile" in page
    assert "Joignable" not in page


def sms(guardian, *states: str) -> None:
    """Sent to her one after another, and what became of each."""
    for state in states:
        DeliveryFactory(alert__guardian=guardian, state=state)


@pytest.mark.parametrize(
    ("states", "is_listed"),
    [
        (["undelivered"] * 3, True),
        (["delivered", "undelivered", "accepted", "undelivered", "expired", "undelivered"], True),
        (["undelivered"] * 2, False),
        (["undelivered", "undelivered", "delivered", "undelivered"], False),
        (["undelivered", "undelivered", "undelivered", "delivered"], False),
    ],
)
def test_a_number_that_receives_nothing_three_times_in_a_row_is_listed(
    school, as_, path_to, states, is_listed
):
    care = GuardianshipFactory()
    sms(care.guardian, *states)
    page = as_(Role.SECRETARY).get(path_to("notifications:numbers"), {"liste": "manques"})
    assert (str(care.guardian) in page.text) is is_listed
    assert f"Non reçus\u202f: {int(is_listed)}" in page.text
    assert ("3 SMS de suite non reçus" in page.text) is is_listed
    assert care.guardian.phone not in page.text


def test_it_is_written_to_all_the_same(school):
    guardian = GuardianshipFactory().guardian
    sms(guardian, *["undelivered"] * 3)
    alert = AlertFactory(guardian=guardian)
    services.prepare(now(), limit=10)
    assert alert.deliveries.get().recipient == guardian.phone


@pytest.mark.parametrize(("missing", "told"), [(1, 1), (2, 0)], ids=["the first", "both"])
def test_where_one_guardian_alone_is_told_it_is_rather_one_who_receives(classroom, ladder, missing, told):
    ladder("absence", ("sms", 0), audience="first")
    guardians = [GuardianshipFactory(student=classroom.pupils[0]).guardian for _ in range(2)]
    for guardian in guardians[:missing]:
        sms(guardian, *["undelivered"] * 3)
    classroom.call("a")
    tell()
    assert Alert.objects.get(state="waiting").guardian == guardians[told]


@pytest.mark.parametrize("change", ["put right", "unknown"])
def test_put_right_or_known_to_be_nobody_s_it_is_listed_there_no_more(school, as_, path_to, change):
    guardian = GuardianshipFactory().guardian
    sms(guardian, *["undelivered"] * 3)
    if change == "unknown":
        BadNumber.objects.create(number=guardian.phone, found_at=now())
    else:
        guardian.phone = "+2250748213690"
        guardian.save()
    page = as_(Role.SECRETARY).get(path_to("notifications:numbers"), {"liste": "manques"})
    assert str(guardian) not in page.text


@pytest.mark.parametrize("trouble", ["inconnus", "sans"])
def test_every_one_of_them_can_be_reached(school, as_, path_to, trouble):
    for n in range(51):
        BadNumber.objects.create(number=f"+22507070000{n:02}", found_at=now())
    GuardianshipFactory.create_batch(51, guardian__phone="")
    client, page = as_(Role.SECRETARY), path_to("notifications:numbers")
    first = soup(client.get(page, {"liste": trouble}))
    second = soup(client.get(page + first.select_one("a[rel=next]")["href"]))
    assert [len(shown.select("main li.row, main li > .row")) for shown in (first, second)] == [50, 1]
    assert f"liste={trouble}" in second.select_one("a[rel=prev]")["href"]


@pytest.mark.parametrize("typed", ["", "rien", "sans", "manques"])
def test_the_address_says_which_list(school, as_, path_to, typed):
    page = soup(as_(Role.SECRETARY).get(path_to("notifications:numbers"), {"liste": typed}))
    current = page.select_one("nav.seg [aria-current]").text
    labels = {"sans": "Sans mobile", "manques": "Non reçus"}
    assert current.startswith(labels.get(typed, "Inconnus"))


@pytest.mark.parametrize("trouble", ["inconnus", "manques"])
def test_many_numbers_cost_as_many_queries_as_few(school, as_, path_to, count_queries, trouble):
    client, page = as_(Role.SECRETARY), path_to("notifications:numbers")

    def visit(numbers: int) -> int:
        for guardianship in GuardianshipFactory.create_batch(numbers):
            if trouble == "inconnus":
                BadNumber.objects.create(number=guardianship.guardian.phone, found_at=now())
            else:
                sms(guardianship.guardian, *["undelivered"] * 3)
        return count_queries(client.get, page, {"liste": trouble})

    client.get(page)
    assert visit(2) == visit(8)
