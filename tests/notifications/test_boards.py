"""The boards: one alert's story, what months cost, writing to families, reading."""

from datetime import time

import pytest

from apps.accounts.models import Role
from apps.core.clock import now, today
from apps.gateways.api import Accepted
from apps.notifications import services
from apps.notifications.models import Alert, AlertRule, AlertSettings, Mailing, SmsMonth
from tests.conftest import soup
from tests.factories.accounts import MemberFactory
from tests.factories.classes import ClassGroupFactory
from tests.factories.notifications import AlertFactory, DeliveryFactory, SmsGatewayFactory
from tests.factories.people import GuardianFactory, GuardianshipFactory
from tests.notifications.test_sending import carry


def words(response) -> str:
    return " ".join(soup(response).select_one("main").text.split())


# One alert


def test_an_alert_tells_its_whole_story(school, peer, as_, path_to):
    SmsGatewayFactory(url=peer.address, price=9)
    peer.answers = [500]
    delivery = DeliveryFactory(text="Aya est absente.")
    carry(school, delivery)
    page = words(as_(Role.EDUCATOR).get(path_to("notifications:alert", delivery.alert_id)))
    for said in ("SMS par Orange", "Aya est absente.", "En cours d’envoi", "1 SMS", "9 F", "••"):
        assert said in page
    assert delivery.recipient not in page


def test_a_digest_says_with_whom(school, as_, path_to):
    guardian = GuardianFactory()
    AlertFactory.create_batch(2, guardian=guardian)
    services.prepare(now(), limit=10)
    client = as_(Role.EDUCATOR)
    for alert in Alert.objects.order_by("pk"):
        page = words(client.get(path_to("notifications:alert", alert.pk)))
        assert "Dite avec" in page
        assert "SMS par EduConnect" in page
    assert "regroupée" in client.get(path_to("notifications:deliveries")).text


# Costs


def test_a_month_says_what_each_kind_cost(school, peer, as_, path_to):
    AlertSettings.objects.create(sms_price=10, budget=1000)
    carry(school, DeliveryFactory(segments=2), DeliveryFactory())
    page = words(as_(Role.BURSAR).get(path_to("notifications:costs")))
    assert "2 partis, 0 reçu, 0 en échec, 3 SMS payés" in page
    assert "30 F" in page
    assert "30 F sur 1 000 F" in page.replace("\u202f", " ").replace("\xa0", " ")


def test_what_may_have_left_is_paid(school, as_, path_to):
    DeliveryFactory(state="expired", detail="in_doubt", cost=15)
    DeliveryFactory(state="refused")
    page = words(as_(Role.BURSAR).get(path_to("notifications:costs")))
    assert "0 parti, 0 reçu, 2 en échec, 1 SMS payé" in page


@pytest.mark.parametrize("month", ["2025-01", "rien", "2025-13", ""])
def test_another_month_is_in_the_address(school, as_, path_to, month):
    SmsMonth.objects.create(month=today().replace(day=1), francs=70)
    answer = as_(Role.PRINCIPAL).get(path_to("notifications:costs"), {"mois": month})
    assert answer.status_code == 200
    assert "Aucun SMS ce mois-là" in answer.text


# Writing to families


@pytest.fixture
def written(classroom, path_to):
    AlertSettings.objects.create(quiet_from=time(0), quiet_until=time(0), sms_price=10)
    for pupil in classroom.pupils:
        GuardianshipFactory(student=pupil)
    return path_to("notifications:mailing")


@pytest.mark.parametrize("is_ticked", [True, False])
def test_a_message_is_shown_with_its_count_and_cost_before_it_is_sent(written, classroom, as_, is_ticked):
    client = as_(Role.EDUCATOR)
    ClassGroupFactory(year=classroom.group.year)
    typed = {"text": "Réunion samedi à 9h", "classes": [classroom.group.pk] if is_ticked else []}
    asked = client.post(written, typed)
    page = words(asked)
    assert f"À {classroom.group.name if is_ticked else 'toutes les classes'} 3 responsables" in page
    assert "3 numéros × 1 SMS × 10 F" in page
    assert "30 F" in page
    assert not Mailing.objects.exists()
    for _ in range(2):  # a finger that bounces
        assert client.post(written, confirmed(asked, "envoyer")).status_code == 302
    assert Mailing.objects.get().count == 3
    assert Alert.objects.filter(kind="mailing", is_bulk=True).count() == 3


def confirmed(asked, button: str) -> dict[str, str]:
    """What the page that asks would send by that button."""
    fields = soup(asked).select(f"main form input[type=hidden], main form [name={button}]")
    return {field["name"]: field["value"] for field in fields}


def test_what_was_typed_is_there_to_be_put_right(written, classroom, as_):
    AlertSettings.objects.update(budget=29)
    client = as_(Role.EDUCATOR)
    asked = client.post(written, {"text": "Réunion", "classes": [classroom.group.pk]})
    page = soup(client.post(written, confirmed(asked, "corriger")))
    assert page.select_one("textarea").text.strip() == "Réunion"
    assert [box["value"] for box in page.select("[name=classes][checked]")] == [str(classroom.group.pk)]
    assert not Mailing.objects.exists()


def test_the_cost_is_shown_as_it_is_typed(written, htmx, client):
    htmx.force_login(MemberFactory(roles=[Role.EDUCATOR]).user)
    part = htmx.post(written, {"text": "ê" * 200, "apercu": "1"})
    assert part.status_code == 200
    assert "3 numéros × 2 SMS (200 signes) = 60 F" in " ".join(part.text.split())
    assert len(part.content) < 3000
    assert htmx.post(written, {"text": "", "apercu": "1"}).status_code == 200


def test_beyond_the_budget_it_cannot_be_sent(written, as_):
    AlertSettings.objects.update(budget=29)
    client = as_(Role.EDUCATOR)
    typed = {"text": "Réunion", "envoyer": "1"}
    assert "Le budget du mois ne suffit pas" in client.post(written, typed).text
    assert not Mailing.objects.exists()


@pytest.mark.parametrize("typed", [{"text": ""}, {"text": "x" * 481}, {"text": "x", "classes": ["999999"]}])
def test_what_cannot_be_sent_is_said(written, as_, typed):
    assert as_(Role.EDUCATOR).post(written, typed).status_code == 422
    assert not Mailing.objects.exists()


def test_to_nobody_nothing_is_sent(classroom, as_, path_to):
    answer = as_(Role.EDUCATOR).post(path_to("notifications:mailing"), {"text": "x", "envoyer": "1"})
    assert "Personne ne reçoit les alertes" in answer.text


# Templates


def test_a_template_is_tried_then_kept(school, as_, path_to):
    client = as_(Role.PRINCIPAL)
    page = path_to("notifications:wording", "absence")
    tried = client.post(page, {"wording": "{prenom} {absent} à {debut}", "apercu": "1"})
    assert "Aya absente à 7h30" in tried.text
    assert not AlertRule.objects.exists()
    assert client.post(page, {"wording": "{prenom} {absent} à {debut}"}).status_code == 302
    assert AlertRule.objects.get(kind="absence").wording == "{prenom} {absent} à {debut}"
    wrong = client.post(page, {"wording": "{motif}"})
    assert wrong.status_code == 422
    assert "« {motif} » n’existe pas" in wrong.text


def test_no_template_exists_for_what_has_none(school, as_, path_to):
    client = as_(Role.PRINCIPAL)
    for kind in ("mailing", "nothing"):
        assert client.get(path_to("notifications:wording", kind)).status_code == 404


# Reading


def test_a_guardian_reads_what_she_was_told_whatever_the_channel(school, client, path_to):
    member = MemberFactory(roles=[Role.GUARDIAN])
    guardian = GuardianFactory(member=member, phone="")
    AlertFactory(guardian=guardian)
    AlertFactory()
    services.prepare(now(), limit=10)
    client.force_login(member.user)
    page = path_to("notifications:received")
    shown = soup(client.get(page))
    assert len(shown.select("li.row")) == 1
    assert "est absente ce" in shown.text
    assert client.post(page, said(shown)).status_code == 302
    assert Alert.objects.get(guardian=guardian).read_at
    assert Alert.objects.filter(read_at=None).count() == 1
    assert "J’ai lu" not in client.get(page).text


def said(page) -> dict[str, list[str]]:
    """What the button posts."""
    return {"alerte": [field["value"] for field in page.select("main form [name=alerte]")]}


@pytest.fixture
def mother(client, school):
    """A guardian whose browser is signed in."""
    member = MemberFactory(roles=[Role.GUARDIAN])
    client.force_login(member.user)
    return GuardianFactory(member=member, phone="")


def test_what_came_after_the_page_was_shown_is_not_read(mother, client, path_to):
    page = path_to("notifications:received")
    AlertFactory(guardian=mother)
    services.prepare(now(), limit=10)
    shown = soup(client.get(page))
    late = AlertFactory(guardian=mother)
    services.prepare(now(), limit=10)
    client.post(page, said(shown))
    assert Alert.objects.get(read_at=None) == late
    assert "J’ai lu" in client.get(page).text


def test_nor_is_what_another_page_shows(mother, client, path_to):
    page = path_to("notifications:received")
    AlertFactory.create_batch(31, guardian=mother, text="Aya est absente.", state="online")
    shown = soup(client.get(page))
    assert "J’ai lu les 30 alertes" in shown.text
    client.post(page, said(shown))
    assert Alert.objects.filter(read_at=None).count() == 1
    client.post(page, said(soup(client.get(page, {"page": 2}))))
    assert not Alert.objects.filter(read_at=None).exists()


def test_another_s_alert_is_not_hers_to_read(mother, client, path_to):
    other = AlertFactory(text="Aya est absente.", state="online")
    assert client.post(path_to("notifications:received"), {"alerte": [other.pk, "x"]}).status_code == 302
    other.refresh_from_db()
    assert other.read_at is None


def test_what_is_delivered_is_counted_as_received(school, peer, as_, path_to):
    delivery = DeliveryFactory()
    [leased] = services.lease([delivery.pk], now(), limit=1)
    services.record([(leased, Accepted("op", is_delivered=True))], now())
    assert "1 parti, 1 reçu" in words(as_(Role.PRINCIPAL).get(path_to("notifications:costs")))
