"""Remarks typed in a real browser: they save themselves, outlive a lost network, lose no colleague's."""

import pytest

from apps.accounts.models import Role
from apps.core.tenancy import in_school
from apps.reports.models import Remark, RemarkPhrase
from tests.architecture.test_axe import VIOLATIONS
from tests.factories.accounts import MemberFactory
from tests.factories.classes import CourseFactory, graded
from tests.factories.grades import AssessmentFactory, MarkFactory
from tests.factories.reports import RemarkFactory
from tests.factories.schools import SchoolFactory
from tests.grades.test_typing import expect, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def school():
    return SchoolFactory(name="Collège Sainte-Anne de Cocody")


@pytest.fixture
def course(school):
    """Of twelve pupils with a mark each, and a sentence that its teacher keeps."""
    with in_school(school.pk):
        course = CourseFactory(teacher=MemberFactory(roles=[Role.TEACHER]))
        its_class = course.group.class_group
        graded(its_class, words=[{"low": "12", "text": "Bien"}, {"low": "0", "text": "Insuffisant"}])
        sheet = AssessmentFactory(course=course, term=its_class.class_terms.get().term, pupils=12)
        for place, row in enumerate(its_class.enrolments.order_by("student__sort_key", "student")):
            MarkFactory(assessment=sheet, student=row.student, value=8 + place)
        RemarkPhrase.objects.create(member=course.teacher, text="Participez davantage.")
        return course


@pytest.fixture
def address(web, school, course):
    return f"{web}/{school.slug}/bulletins/appreciations/{course.pk}/"


def opened(page, course, address):
    sign_in(page, course.teacher, address)
    page.goto(address)
    return page


def written(school) -> list[str]:
    with in_school(school.pk):
        return list(Remark.objects.order_by("student__sort_key", "student").values_list("text", flat=True))


def test_remarks_save_themselves_with_or_without_network(desk, course, address, school):
    page = opened(desk, course, address)
    fields, ticks = page.locator("textarea"), page.locator("td.s")
    missing = page.locator("[data-edu-missing]")
    expect(missing).to_have_text("12")

    fields.nth(0).fill("  Bon   travail. ")
    page.keyboard.press("Tab")
    expect(fields.nth(1)).to_be_focused()
    expect(ticks).to_have_count(1)
    expect(fields.nth(0)).to_have_value("Bon travail.")
    expect(missing).to_have_text("11")

    page.get_by_role("button", name="Insuffisant").click()
    page.get_by_role("button", name="Participez davantage.").click()
    expect(fields.nth(1)).to_have_value("Insuffisant. Participez davantage.")
    page.get_by_role("button", name="Garder cette phrase").click()
    expect(page.get_by_role("button", name="Insuffisant. Participez davantage.")).to_be_visible()
    expect(ticks).to_have_count(2)

    page.route("**/cases/", lambda route: route.abort())
    fields.nth(2).fill("x" * 91)
    expect(page.locator(".ct").nth(2)).to_have_text("91/90")
    fields.nth(3).fill("Gardée.")
    fields.nth(4).focus()
    expect(page.locator(".err")).to_have_text("91 caractères : 90 au plus.")
    expect(page.get_by_text("1 appréciation en attente")).to_be_visible()
    page.reload()
    expect(fields.nth(2)).to_have_value("x" * 91)
    expect(fields.nth(3)).to_have_value("Gardée.")
    page.unroute("**/cases/")
    page.evaluate("edu.queue.flush()")
    expect(ticks).to_have_count(1)
    assert written(school) == ["Bon travail.", "Insuffisant. Participez davantage.", "Gardée."]
    with in_school(school.pk):
        assert RemarkPhrase.objects.count() == 2


def test_two_who_write_of_one_pupil_see_both_texts_and_choose(phone, course, address, school):
    from axe_playwright_python.base import AXE_FILE_PATH  # where there is a browser

    page = opened(phone, course, address)
    with in_school(school.pk):
        first, second = course.group.class_group.enrolments.order_by("student__sort_key", "student")[:2]
        colleague = MemberFactory(user__civility="Mme", user__last_name="Diop")
        class_term = course.group.class_group.class_terms.get()
        for row in (first, second):
            about = {"class_term": class_term, "student": row.student, "author": colleague}
            RemarkFactory(subject=course.subject, text="Bavarde.", **about)
    fields = page.locator("textarea")
    fields.nth(0).fill("Vive.")
    fields.nth(1).fill("Calme.")
    fields.nth(2).focus()
    conflicts = page.locator(".todo .k")
    expect(conflicts).to_have_count(2)
    expect(conflicts.first).to_contain_text("Mme Diop a écrit à")
    expect(conflicts.first).to_contain_text("Bavarde.")
    page.evaluate(AXE_FILE_PATH.read_text())
    assert page.evaluate(VIOLATIONS) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.get_by_role("button", name="Garder la mienne").first.click()
    expect(conflicts).to_have_count(1)
    page.get_by_role("button", name="Prendre la sienne").click()
    expect(conflicts).to_have_count(0)
    expect(fields.nth(1)).to_have_value("Bavarde.")
    expect(page.locator("tr:has(textarea:focus) [data-edu-help]")).to_be_visible()
    expect(page.locator("td.s")).to_have_count(1)
    assert written(school) == ["Vive.", "Bavarde."]
