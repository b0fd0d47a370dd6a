"""What a school types of its operators: secrets go in, and are never shown again."""

import pytest

from apps.accounts.models import Role
from apps.gateways.api import unseal
from apps.notifications.models import SmsGateway
from tests.conftest import Browser
from tests.factories.accounts import MemberFactory
from tests.factories.notifications import SmsGatewayFactory

ORANGE = {
    "rank": "1", "kind": "orange", "is_active": "on", "client_id": "edu-client", "secret": "s3cret-of-ours",
    "sender": "SteAnne", "sender_number": "+2250700000000", "price": "15", "options": "{}",
}  # fmt: skip


@pytest.fixture
def head(client, school) -> Browser:
    client.force_login(MemberFactory(roles=[Role.PRINCIPAL]).user)
    return client


@pytest.fixture
def listed(school) -> str:
    return f"/{school.slug}/admin/notifications/smsgateway/"


def test_the_secret_goes_in_sealed_and_is_shown_nowhere(head, listed, school):
    assert head.post(f"{listed}add/", ORANGE).status_code == 302
    gateway = SmsGateway.objects.get()
    assert unseal(gateway.sealed_secret) == "s3cret-of-ours"
    assert f"/{school.slug}/alertes/accuses/" in gateway.receipts_at
    for page in (listed, f"{listed}{gateway.pk}/change/", f"{listed}{gateway.pk}/history/"):
        text = head.get(page).text
        assert "s3cret" not in text
        assert gateway.sealed_secret not in text
    history = SmsGateway.pgh_event_model._meta.get_fields()
    assert not [field.name for field in history if "sealed" in field.name]


def test_left_empty_the_secret_stays_and_typed_anew_it_changes(head, listed):
    gateway = SmsGatewayFactory(secret="old")
    change = f"{listed}{gateway.pk}/change/"
    assert head.post(change, ORANGE | {"secret": "", "sender": "Anne"}).status_code == 302
    gateway.refresh_from_db()
    assert (unseal(gateway.sealed_secret), gateway.sender) == ("old", "Anne")
    head.post(change, ORANGE | {"secret": "new"})
    gateway.refresh_from_db()
    assert unseal(gateway.sealed_secret) == "new"


def test_the_address_of_receipts_is_made_once_and_cannot_be_guessed(head, listed, settings):
    head.post(f"{listed}add/", ORANGE)
    gateway = SmsGateway.objects.get()
    head.post(f"{listed}add/", ORANGE | {"rank": "2"})
    assert len(set(SmsGateway.objects.values_list("receipts_at", flat=True))) == 2
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 60, [settings.SECRET_KEY]
    head.force_login(MemberFactory(roles=[Role.PRINCIPAL]).user)
    assert head.post(f"{listed}{gateway.pk}/change/", ORANGE | {"secret": ""}).status_code == 302
    before = gateway.receipts_at
    gateway.refresh_from_db()
    assert gateway.receipts_at == before


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"secret": ""}, "Le secret de l’opérateur est nécessaire"),
        ({"client_id": ""}, "Cet opérateur le demande"),
        ({"sender_number": "0707"}, "+225 suivi du numéro"),
        ({"kind": "http"}, "Cet opérateur le demande"),
        ({"url": "http://10.0.0.1/"}, "n’est pas permise"),
        ({"status_url": "file:///etc/passwd"}, "n’est pas permise"),
        ({"options": "[]"}, "Un objet JSON"),
        ({"options": '{"nams": {}}'}, "Un objet JSON"),
        ({"options": '{"names": {"body": "x"}}'}, "« names » traduit"),
        ({"options": '{"auth": "X-Key: 1\\r\\nHost: elsewhere"}'}, "sont des textes"),
        ({"options": '{"id": ["data"]}'}, "sont des textes"),
        ({"options": '{"words": {"OK": "fine"}}'}, "« words » donne"),
        ({"options": '{"words": {"OK": ["fine"]}}'}, "« words » donne"),
    ],
)
def test_what_could_not_work_is_said_beside_its_field(head, listed, typed, said):
    assert said in head.post(f"{listed}add/", ORANGE | typed).text
    assert not SmsGateway.objects.exists()


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.EDUCATOR, Role.BURSAR])
def test_it_is_the_heads_affair(client, school, listed, role):
    client.force_login(MemberFactory(roles=[role]).user)
    assert client.get(listed).status_code == client.post(f"{listed}add/", ORANGE).status_code == 404
