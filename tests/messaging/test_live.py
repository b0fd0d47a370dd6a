"""A discussion in a real browser, through real daphne and Redis; two people live: tests/journeys."""

import pytest
from django.test import Client

from apps.core.clock import now
from apps.core.tenancy import in_school
from apps.messaging.models import Message
from apps.messaging.services import post_message
from tests.factories.messaging import make_pair, make_thread
from tests.factories.schools import SchoolFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def school():
    return SchoolFactory(name="Collège Sainte-Anne de Cocody")


@pytest.fixture
def pair(school):
    with in_school(school.pk):
        return make_pair(student__last_name="Kouassi", student__first_name="Awa")


@pytest.fixture
def thread(school, pair):
    with in_school(school.pk):
        return make_thread(pair)


@pytest.fixture
def address(web, school, thread):
    return f"{web}/{school.slug}/messages/{thread.pk}/"


def sign_in(page, member, address: str) -> None:
    client = Client()
    client.force_login(member.user)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}]
    )


def words(page) -> list[str]:
    return page.locator(".msg p").all_inner_texts()


def answer(page, text: str) -> None:
    page.get_by_label("Votre réponse").fill(text)
    page.get_by_role("button", name="Envoyer").click()


def test_a_socket_that_was_lost_comes_back_and_nothing_is_missed_nor_doubled(
    phone, school, pair, thread, address
):
    sign_in(phone, pair.mother, address)
    phone.goto(address)
    for turn in range(3):
        phone.context.set_offline(True)
        with in_school(school.pk):
            for number in range(4):
                post_message(thread_id=thread.pk, by=pair.teacher, body=f"Message {turn}.{number}", at=now())
        phone.context.set_offline(False)
        phone.get_by_text(f"Message {turn}.3").wait_for()
    with in_school(school.pk):
        assert words(phone) == list(Message.objects.order_by("sequence").values_list("body", flat=True))


def test_pressing_twice_sends_once(phone, school, pair, thread, address):
    sign_in(phone, pair.mother, address)
    phone.goto(address)
    phone.get_by_label("Votre réponse").fill("Merci.")
    phone.get_by_role("button", name="Envoyer").dblclick()
    phone.locator(".msg", has_text="Merci.").wait_for()
    phone.wait_for_load_state("networkidle")
    with in_school(school.pk):
        assert Message.objects.filter(body="Merci.").count() == 1
    assert words(phone) == ["Bonjour Madame.", "Merci."]


def test_without_scripts_a_form_and_a_reload_do_the_same(chromium, school, pair, thread, address):
    with chromium.new_context(java_script_enabled=False, locale="fr-FR") as context:
        page = context.new_page()
        sign_in(page, pair.teacher, address)
        page.goto(address)
        page.get_by_role("button", name="Marquer comme lu").click()
        assert page.get_by_role("button", name="Marquer comme lu").count() == 0
        answer(page, " ")
        assert page.get_by_text("Écrivez votre message.").is_visible()
        answer(page, "Elle progresse bien.")
        assert words(page) == ["Bonjour Madame.", "Elle progresse bien."]
        assert page.url.endswith("#m2")
