"""Marks typed in a real browser, at the speed of a spreadsheet: no key waits, nothing typed is lost."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from apps.core.tenancy import in_school
from apps.grades.models import Mark
from tests import processes
from tests.factories.grades import AssessmentFactory
from tests.factories.schools import SchoolFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def school():
    return SchoolFactory(name="Collège Sainte-Anne de Cocody")


@pytest.fixture
def assessment(school):
    with in_school(school.pk):
        return AssessmentFactory(pupils=60, title="Fractions", held_on=date(2026, 11, 20))


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    """One web for all of these."""
    with processes.web(tmp_path_factory.mktemp("typing") / "web.log") as url:
        yield url


@pytest.fixture
def address(web, school, assessment):
    return f"{web}/{school.slug}/notes/evaluations/{assessment.pk}/"


@pytest.fixture
def sheet(desk, assessment, address):
    """The sheet, open on a desk."""
    sign_in(desk, assessment.course.teacher, address)
    desk.goto(address)
    return desk


def sign_in(page, member, address: str) -> None:
    client = Client()
    client.force_login(member.user)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}]
    )


def cells(page):
    return page.locator("[data-edu-sheet] input:not([type=hidden])")


def saved(school) -> list[Decimal]:
    with in_school(school.pk):
        return list(Mark.objects.order_by("student__sort_key").values_list("value", flat=True))


def wait_for_ticks(page, number: int) -> None:
    page.locator("output .s").nth(number - 1).wait_for(state="attached")


def type_column(page, marks: list[str]) -> None:
    cells(page).first.focus()
    for mark in marks:
        page.keyboard.type(mark)
        page.keyboard.press("Enter")


def test_sixty_marks_typed_at_full_speed_are_sixty_marks_saved(sheet, school):
    marks = [f"{n % 20},{(n * 25) % 100:02d}" for n in range(60)]
    type_column(sheet, marks)
    wait_for_ticks(sheet, 60)
    assert saved(school) == [Decimal(mark.replace(",", ".")) for mark in marks]
    sheet.get_by_role("heading", name="60 notes sur 60").wait_for()
    sheet.reload()
    assert sheet.locator("output .s").count() == 60


def test_keys_go_from_pupil_to_pupil_and_an_answer_never_takes_the_focus(sheet):
    column = cells(sheet)
    column.first.focus()
    sheet.keyboard.type("12")
    sheet.keyboard.press("ArrowDown")
    sheet.keyboard.type("1")
    wait_for_ticks(sheet, 1)
    sheet.keyboard.type("5")
    assert column.nth(1).input_value() == "15"
    assert column.nth(1).evaluate("cell => cell === document.activeElement")
    sheet.keyboard.press("ArrowUp")
    sheet.keyboard.type("13")
    assert column.first.input_value() == "13"


def test_a_refused_cell_keeps_what_was_typed_and_says_why(sheet, school):
    type_column(sheet, ["25", "12"])
    sheet.get_by_text("25 dépasse le barème de 20.").wait_for()
    assert cells(sheet).first.input_value() == "25"
    assert cells(sheet).first.get_attribute("aria-invalid") == "true"
    wait_for_ticks(sheet, 1)
    type_column(sheet, ["15"])
    wait_for_ticks(sheet, 2)
    assert cells(sheet).first.get_attribute("aria-invalid") == "false"
    assert saved(school) == [15, 12]


def test_without_network_what_is_typed_stays_and_is_saved_when_it_returns(sheet, school):
    sheet.context.set_offline(True)
    type_column(sheet, ["11", "12"])
    sheet.get_by_text("Pas de réseau en ce moment.").wait_for()
    assert saved(school) == []
    sheet.context.set_offline(False)
    sheet.get_by_role("button", name="Enregistrer la colonne").click()
    sheet.get_by_text("Notes enregistrées : 2.").wait_for()
    assert saved(school) == [11, 12]


def test_a_session_that_expires_in_mid_column_loses_nothing(sheet, school, assessment):
    type_column(sheet, ["11"])
    wait_for_ticks(sheet, 1)
    sheet.context.clear_cookies(name="sessionid")
    type_column(sheet, ["11", "12", "13"])
    sheet.get_by_text("Votre session a expiré.").wait_for()
    assert [cells(sheet).nth(n).input_value() for n in range(3)] == ["11", "12", "13"]
    sign_in(sheet, assessment.course.teacher, sheet.url)
    sheet.get_by_role("button", name="Enregistrer la colonne").click()
    sheet.get_by_text("Notes enregistrées : 2.").wait_for()
    assert saved(school) == [11, 12, 13]


def test_without_scripts_the_column_is_saved_with_one_press(chromium, school, assessment, address):
    with chromium.new_context(java_script_enabled=False, locale="fr-FR") as context:
        page = context.new_page()
        sign_in(page, assessment.course.teacher, address)
        page.goto(address)
        cells(page).nth(0).fill("14,5")
        cells(page).nth(1).fill("abc")
        page.get_by_role("button", name="Enregistrer la colonne").click()
        assert cells(page).nth(1).input_value() == "abc"
        cells(page).nth(1).fill("Abs")
        page.get_by_role("button", name="Enregistrer la colonne").click()
        assert page.get_by_text("Notes enregistrées : 2.").is_visible()
        assert saved(school) == [Decimal("14.5"), None]
