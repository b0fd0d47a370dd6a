"""The board in a real browser, through real daphne and Redis: news come alone, never under a finger."""

import pytest
from channels.layers import get_channel_layer
from django.test import Client

from apps.accounts.models import Role
from apps.core.tenancy import in_school
from apps.portal.permissions import board_group
from tests.attendance.conftest import classroom_of
from tests.factories.accounts import MemberFactory
from tests.factories.schools import SchoolFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def school():
    return SchoolFactory(name="Collège Sainte-Anne de Cocody")


def sign_in(page, member, address: str) -> None:
    client = Client()
    client.force_login(member.user)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": address}])


def test_news_come_by_themselves_and_never_while_something_is_open(phone, school, web):
    with in_school(school.pk):
        educator, classroom = MemberFactory(roles=[Role.EDUCATOR]), classroom_of(3)
        classroom.call("app")
    names = [str(pupil) for pupil in classroom.pupils]
    absent = phone.locator("#absents li.row span b")

    def happens(states: str, hour: int) -> None:
        with in_school(school.pk):
            classroom.call(states, hour=hour)
        get_channel_layer().tell(board_group(school.pk), {"type": "news"})

    sign_in(phone, educator, web)
    with phone.expect_event("websocket"):
        phone.goto(f"{web}/{school.slug}/journee/")
    phone.wait_for_load_state("networkidle")
    assert absent.all_inner_texts() == names[:1]

    happens("aap", 1)
    absent.get_by_text(names[1]).wait_for()

    phone.locator("summary", has_text=names[0]).tap()
    happens("aaa", 2)
    phone.wait_for_timeout(600)  # time enough for what would have moved
    assert absent.all_inner_texts() == names[:2]
    assert phone.locator("details[open]").count() == 1
    phone.locator("summary", has_text=names[0]).tap()
    absent.get_by_text(names[2]).wait_for()
