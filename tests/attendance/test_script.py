"""The script changes a line exactly as the server would: a tap shows the same with and without it."""

import gzip
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import settings

from apps.core.clock import today

from .conftest import SLOTS
from .test_views import filled

pytestmark = pytest.mark.browser
SCRIPT = Path(settings.BASE_DIR) / "static" / "js" / "roll.js"


@pytest.fixture(scope="module")
def kept_school() -> None:
    """Nothing: Playwright's loop gives Django another connection than the one that built it."""


def lines_of(html: str) -> list[tuple]:
    """What each line says, holds and offers; and the tally."""
    page = BeautifulSoup(html, "html.parser")
    lines = [
        (
            " ".join(line.button.text.split()),
            line.select_one(".st")["class"],
            line.input["value"],
            [(select["name"], select["aria-label"], chosen(select)) for select in line.select("select")],
            [option.text for option in line.select("option")],
        )
        for line in page.select("#roll li")
    ]
    return [*lines, " ".join(page.select_one("[data-edu-tally]").text.split())]


def chosen(select) -> str:
    return select.select_one("[selected]")["value"]


@pytest.mark.parametrize("taps", [[0], [0, 0], [0, 0, 0], [1, 2, 2, 0], [2, 2, 1, 1, 2]])
def test_taps_show_the_same_with_and_without_the_script(client, classroom, path_to, phone, taps):
    roll = path_to("attendance:roll_call", classroom.group.pk, today(), SLOTS[0])
    client.force_login(classroom.teacher.user)
    server = client.get(roll)
    phone.set_content(server.text)
    phone.add_script_tag(content=SCRIPT.read_text())
    for place in taps:
        phone.locator("#roll li button").nth(place).click()
        server = client.post(roll, filled(server) | {"tap": str(classroom.pupils[place].pk)})
    assert lines_of(phone.content()) == lines_of(server.text)


def test_the_script_is_small():
    assert len(gzip.compress(SCRIPT.read_bytes())) <= 3_000
    assert len(gzip.compress(SCRIPT.with_name("sw.js").read_bytes())) <= 1_500
