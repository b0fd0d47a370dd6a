"""A teacher types a column of marks; the parent reads her child's on her phone."""

from datetime import timedelta

import pytest

from apps.accounts.models import Role
from apps.core.clock import now, today
from apps.core.tenancy import in_school
from apps.grades.models import Assessment, Mark
from tests.journeys.conftest import sign_in

pytestmark = pytest.mark.browser

COLUMN = [f"{7 + n % 12},{(n % 4) * 25:02d}" for n in range(42)]  # 7,00 8,25 9,50 10,75 …


@pytest.fixture
def level_test(school, world) -> Assessment:
    """A published column that nobody has filled yet, one day younger than the others."""
    with in_school(school.pk):
        return Assessment.objects.create(
            course=world.course,
            term=world.class_term.term,
            title="Devoir de niveau",
            held_on=today() - timedelta(days=1),
            published_at=now(),
            coefficient=2,
        )


def test_forty_two_marks_are_typed_and_the_parent_reads_hers(school, world, level_test, desk, phone, web):
    sheet = f"/{school.slug}/notes/evaluations/{level_test.pk}/"
    sign_in(desk, web, world.members[Role.TEACHER].user.username, sheet)
    desk.locator("[data-edu-cells] td.cur input:visible").first.focus()
    for typed in COLUMN:
        desk.keyboard.type(typed)
        desk.keyboard.press("Enter")
    desk.get_by_text("42 notes sur 42").wait_for()
    sign_in(phone, web, "07 07 00 00 01", "/famille/")
    phone.get_by_text("Devoir de niveau").wait_for()
    assert phone.locator("li", has_text="Devoir de niveau").first.locator(".n").inner_text() == "7"
    phone.get_by_role("link", name="Moyenne").first.click()
    phone.get_by_text("Comment cette moyenne est calculée").wait_for()
    assert "(8,5 × 1 + 7 × 2) ÷ 3 = 7,50" in phone.locator("main").text_content()
    with in_school(school.pk):
        saved = Mark.objects.filter(assessment=level_test).order_by("student__sort_key", "student")
        assert [f"{mark.value:.2f}".replace(".", ",") for mark in saved] == COLUMN
        authors = {
            row.pgh_context["member"] for row in Mark.pgh_event_model.objects.filter(assessment=level_test)
        }
        assert authors == {world.members[Role.TEACHER].pk}


def test_a_day_that_is_taken_is_said_as_soon_as_it_is_chosen(school, world, desk, web):
    new = f"/{school.slug}/notes/cours/{world.course.pk}/nouvelle/"
    sign_in(desk, web, world.members[Role.TEACHER].user.username, new)
    desk.get_by_label("Intitulé").fill("Composition")
    desk.get_by_label("Date", exact=True).fill(str(world.assessment.held_on))
    desk.get_by_text("Vous pouvez garder ce jour").wait_for()
    desk.get_by_role("button", name="Ouvrir la feuille de notes").click()
    desk.wait_for_url("**/evaluations/*/")
    with in_school(school.pk):
        assert Assessment.objects.get(title="Composition").held_on == world.assessment.held_on
