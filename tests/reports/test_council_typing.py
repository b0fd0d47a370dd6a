"""A council held in a real browser: by its keys, without a network, past a colleague."""

import pytest

from apps.accounts.models import Role
from apps.classes.models import ClassTerm
from apps.core.tenancy import in_school
from apps.reports.models import Remark, Verdict
from tests.architecture.test_axe import VIOLATIONS
from tests.factories.accounts import MemberFactory
from tests.factories.classes import CourseFactory, SubjectPlanFactory, graded
from tests.factories.grades import AssessmentFactory, MarkFactory
from tests.factories.schools import SchoolFactory
from tests.grades.test_typing import expect, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def school():
    return SchoolFactory(name="Collège Sainte-Anne de Cocody")


@pytest.fixture
def class_term(school):
    """In council: three pupils with 11, 13 and 17."""
    with in_school(school.pk):
        course = CourseFactory()
        its_class = course.group.class_group
        SubjectPlanFactory(level=its_class.level, year=its_class.year, subject=course.subject)
        graded(its_class, honour_roll_from="12", congratulations_from="16")
        class_term = its_class.class_terms.get()
        sheet = AssessmentFactory(course=course, term=class_term.term, pupils=3)
        rows = its_class.enrolments.order_by("student__sort_key", "student")
        for row, value in zip(rows, (11, 13, 17), strict=True):
            MarkFactory(assessment=sheet, student=row.student, value=value)
        class_term.state = ClassTerm.State.COUNCIL
        class_term.save()
        return class_term


TWICE = """for (const _ of [1, 2]) {
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "PageDown", bubbles: true }));
}"""


def said(school) -> list[tuple[str, str]]:
    """The distinction and the remark of each that has a verdict, in register order."""
    with in_school(school.pk):
        remarks = dict(Remark.objects.filter(subject=None).values_list("student", "text"))
        rows = Verdict.objects.order_by("student__sort_key", "student").values_list("student", "distinction")
        return [(distinction, remarks.get(student, "")) for student, distinction in rows]


def test_a_council_goes_by_its_keys_and_nothing_typed_is_lost(desk, web, school, class_term):
    with in_school(school.pk):
        head = MemberFactory(roles=[Role.PRINCIPAL])
    address = f"{web}/{school.slug}/bulletins/classes/{class_term.pk}/conseil/"
    page = desk
    sign_in(page, head, address)
    page.goto(address)
    page.get_by_role("link", name="Commencer").click()
    page.wait_for_load_state()
    place, remark = page.locator("header .sub"), page.locator("[name=remark]")
    expect(place).to_contain_text("1 sur 3")
    page.keyboard.press("ArrowRight")
    expect(place).to_contain_text("2 sur 3")
    assert said(school) == [], "looking is not deciding"

    remark.fill("Bon trimestre.")
    remark.press("ArrowLeft")
    expect(place).to_contain_text("2 sur 3")
    page.context.set_offline(True)
    remark.press("PageDown")
    expect(page.locator("[data-edu-bar]")).to_contain_text("Pas de réseau")
    expect(remark).to_have_value("Bon trimestre.")
    page.context.set_offline(False)
    remark.fill("a" * 301)
    asked = []
    page.on("request", lambda request: asked.append(request.method))
    page.evaluate(TWICE)
    expect(page.locator("#id_remark_error")).to_contain_text("300 au plus")
    assert asked == ["POST"], "the second press waits for the answer"
    expect(remark).to_have_value("a" * 301)
    expect(remark).to_be_focused()
    remark.fill("Bon trimestre.")
    remark.press("PageDown")
    expect(place).to_contain_text("3 sur 3")
    assert said(school) == [("honour_roll", "Bon trimestre.")], "what the rules propose, validated"

    expect(page.locator("[name=distinction]:checked")).to_have_value("congratulations")
    page.get_by_label("T.H. + encouragements").check()
    page.keyboard.press("PageUp")
    expect(place).to_contain_text("2 sur 3")
    remark.press("Control+Enter")
    expect(place).to_contain_text("3 sur 3")
    remark.press("Control+Enter")
    expect(page.locator("main")).to_contain_text("dernier élève")
    assert said(school) == [("honour_roll", "Bon trimestre."), ("encouragement", "")]


def test_its_page_has_no_violation_and_no_sideways_scroll_while_verdicts_are_entered(
    desk, web, school, class_term
):
    from axe_playwright_python.base import AXE_FILE_PATH  # where there is a browser

    with in_school(school.pk):
        head = MemberFactory(roles=[Role.PRINCIPAL])
        student = class_term.class_group.enrolments.order_by("pk").first().student_id
    address = f"{web}/{school.slug}/bulletins/classes/{class_term.pk}/conseil/"
    sign_in(desk, head, address)
    for page in (address, f"{address}{student}/"):
        desk.goto(page)
        desk.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
        for width in (1366, 360):
            desk.set_viewport_size({"width": width, "height": 700})
            desk.evaluate(AXE_FILE_PATH.read_text())
            assert desk.evaluate(VIOLATIONS) == []
            assert not desk.evaluate("document.documentElement.scrollWidth > innerWidth")
