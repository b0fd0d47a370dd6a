"""Numbers to put right: set aside as an operator says so, listed for the secretary, put back by a person."""

import pytest

from apps.accounts.models import Role
from apps.core.clock import now
from apps.gateways.api import Refused
from apps.notifications import services
from apps.notifications.models import BadNumber
from tests.conftest import soup
from tests.factories.notifications import DeliveryFactory
from tests.factories.people import GuardianshipFactory


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
    assert "Responsables sans mobile\u202f: 2" in page
    assert "Sansmobile" in page
    assert "Joignable" not in page


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


@pytest.mark.parametrize("typed", ["", "rien", "sans"])
def test_the_address_says_which_list(school, as_, path_to, typed):
    page = soup(as_(Role.SECRETARY).get(path_to("notifications:numbers"), {"liste": typed}))
    current = page.select_one("nav.seg [aria-current]").text
    assert current.startswith("Responsables sans mobile" if typed == "sans" else "Inconnus")


def test_many_numbers_cost_as_many_queries_as_few(school, as_, path_to, count_queries):
    client, page = as_(Role.SECRETARY), path_to("notifications:numbers")

    def visit(numbers: int) -> int:
        for guardianship in GuardianshipFactory.create_batch(numbers):
            BadNumber.objects.create(number=guardianship.guardian.phone, found_at=now())
        return count_queries(client.get, page)

    client.get(page)
    assert visit(2) == visit(20)
