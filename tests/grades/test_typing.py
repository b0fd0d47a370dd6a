"""Marks typed in a real browser, at the speed of a spreadsheet: no key waits, nothing typed is lost."""

import time
from datetime import date
from decimal import Decimal
from urllib.parse import urljoin

import pytest
from django.test import Client

from apps.accounts.models import Role
from apps.classes.models import CourseTeacher
from apps.core.tenancy import in_school
from apps.grades.models import Mark
from tests import processes
from tests.architecture.test_axe import VIOLATIONS
from tests.factories.accounts import MemberFactory
from tests.factories.grades import AssessmentFactory, MarkFactory
from tests.factories.schools import SchoolFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def school():
    return SchoolFactory(name="Collège Sainte-Anne de Cocody")


@pytest.fixture
def pupils() -> int:
    """A small class, but where its size is what one looks at."""
    return 12


@pytest.fixture
def assessment(school, pupils):
    with in_school(school.pk):
        return AssessmentFactory(pupils=pupils, title="Fractions", held_on=date(2026, 11, 20))


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
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": urljoin(address, "/")}]
    )


def expect(found):
    from playwright.sync_api import expect  # where there is a browser

    return expect(found)


def cells(page):
    return page.locator("[data-edu-cells] td.cur input:not([type=hidden])")


def saved(school) -> list[Decimal]:
    with in_school(school.pk):
        return list(Mark.objects.order_by("student__sort_key").values_list("value", flat=True))


def wait_for_ticks(page, number: int) -> None:
    page.locator("td.cur.s").nth(number - 1).wait_for(state="attached")


def type_column(page, marks: list[str]) -> None:
    cells(page).first.focus()
    for mark in marks:
        page.keyboard.type(mark)
        page.keyboard.press("Enter")


@pytest.mark.parametrize("pupils", [20, pytest.param(60, marks=pytest.mark.long)])
def test_marks_typed_at_full_speed_on_a_slow_network_are_all_saved(sheet, school, pupils):
    slow = {"offline": False, "latency": 800, "downloadThroughput": -1, "uploadThroughput": -1}
    sheet.context.new_cdp_session(sheet).send("Network.emulateNetworkConditions", slow)
    marks = [f"{n % 20},5" if n % 3 == 0 else f"{n % 20}" for n in range(pupils)]
    cells(sheet).first.focus()
    started = time.monotonic()
    for mark in marks:
        sheet.keyboard.type(mark, delay=1000 / 15)
        sheet.keyboard.press("Enter")
    print(f"{len(''.join(marks)) + pupils} keys in {time.monotonic() - started:.1f} s")  # noqa: T201
    left = sheet.locator("td.w").count()
    print(f"{left} still waited when the last was typed")  # noqa: T201
    wait_for_ticks(sheet, pupils)
    assert saved(school) == [Decimal(mark.replace(",", ".")) for mark in marks]
    sheet.get_by_role("heading", name=f"{pupils} notes sur {pupils}").wait_for()
    sheet.reload()
    assert [Decimal(cell.input_value().replace(",", ".")) for cell in cells(sheet).all()] == saved(school)


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
    todo = sheet.get_by_role("listitem").filter(has_text="25 dépasse le barème de 20.")
    todo.wait_for()
    assert cells(sheet).first.input_value() == "25"
    assert cells(sheet).first.get_attribute("aria-invalid") == "true"
    wait_for_ticks(sheet, 1)
    expect(sheet.get_by_role("link", name="À régler")).to_be_visible()
    sheet.reload()
    todo.wait_for()
    assert cells(sheet).first.input_value() == "25"
    todo.get_by_role("button", name="Corriger").click()
    sheet.keyboard.type("15")
    sheet.keyboard.press("Enter")
    wait_for_ticks(sheet, 1)
    assert cells(sheet).first.get_attribute("aria-invalid") == "false"
    assert todo.count() == 0
    expect(sheet.get_by_role("banner").get_by_text("Enregistré")).to_be_visible()
    assert saved(school) == [15, 12]


def test_without_network_what_is_typed_waits_and_leaves_by_itself(sheet, school):
    sheet.context.set_offline(True)
    type_column(sheet, ["11", "12"])
    sheet.get_by_text("2 notes en attente, pas de réseau").wait_for()
    assert saved(school) == []
    sheet.context.set_offline(False)
    wait_for_ticks(sheet, 2)
    assert saved(school) == [11, 12]


def test_a_browser_that_dies_without_network_finds_its_marks_again(sheet, school, address):
    sheet.context.set_offline(True)
    type_column(sheet, ["11", "12"])
    sheet.get_by_text("2 notes en attente").wait_for()
    sheet.close()
    sheet.context.set_offline(False)
    again = sheet.context.new_page()
    again.goto(address)
    wait_for_ticks(again, 2)
    assert saved(school) == [11, 12]


def test_marks_that_wait_are_said_and_leave_from_any_page_of_hers(sheet, school, web):
    cut = "**/notes/cases/"
    sheet.context.route(cut, lambda route: route.abort())
    type_column(sheet, ["11", "12"])
    for page in (f"{school.slug}/", f"{school.slug}/notes/", "deconnexion/"):
        sheet.goto(f"{web}/{page}")
        sheet.get_by_text("2 notes en attente").wait_for()
    sheet.get_by_role("button", name="Se déconnecter quand même").wait_for()
    sheet.context.unroute(cut)
    sheet.reload()
    processes.wait_until(lambda: saved(school) == [11, 12])
    expect(sheet.get_by_role("button", name="Se déconnecter", exact=True)).to_be_visible()
    expect(sheet.get_by_text("en attente")).to_be_hidden()


def test_a_session_that_expires_in_mid_column_is_taken_up_in_place(sheet, school, assessment):
    user = assessment.course.teacher.user
    user.set_password("une phrase de passe")
    user.save()
    sign_in(sheet, assessment.course.teacher, sheet.url)
    type_column(sheet, ["11"])
    wait_for_ticks(sheet, 1)
    sheet.context.clear_cookies(name="sessionid")
    type_column(sheet, ["11", "12", "13"])
    sheet.get_by_text("Votre session a expiré.").wait_for()
    assert [cells(sheet).nth(n).input_value() for n in range(3)] == ["11", "12", "13"]
    sheet.get_by_role("link", name="Se reconnecter").click()
    sheet.get_by_label("Téléphone, identifiant ou e-mail").fill(user.username)
    sheet.get_by_label("Mot de passe").fill("une phrase de passe")
    sheet.keyboard.press("Enter")
    wait_for_ticks(sheet, 3)
    assert saved(school) == [11, 12, 13]


def test_what_one_typed_is_neither_shown_nor_sent_for_another(sheet, school, assessment, address):
    with in_school(school.pk):
        colleague = MemberFactory(roles=[Role.TEACHER])
        CourseTeacher.objects.create(course=assessment.course, member=colleague, since=date(2026, 9, 1))
    sheet.context.set_offline(True)
    type_column(sheet, ["11", "12"])
    sheet.get_by_text("2 notes en attente").wait_for()
    sign_in(sheet, colleague, address)  # in this browser, before the queue could leave
    sheet.context.set_offline(False)
    sheet.get_by_text("Ce travail est celui d’une autre personne").wait_for()
    sheet.goto(address)
    type_column(sheet, ["9"])
    wait_for_ticks(sheet, 1)
    assert [cells(sheet).nth(n).input_value() for n in range(2)] == ["9", ""]
    assert saved(school) == [9]
    sign_in(sheet, assessment.course.teacher, address)
    sheet.goto(address)
    sheet.get_by_role("button", name="Garder 11").click()
    wait_for_ticks(sheet, 2)
    assert saved(school) == [11, 12]


def test_two_tabs_show_and_send_one_queue(sheet, school, address):
    other = sheet.context.new_page()
    other.goto(address)
    sheet.context.set_offline(True)
    type_column(sheet, ["11", "12"])
    sheet.get_by_text("2 notes en attente").wait_for()
    sheet.context.set_offline(False)
    wait_for_ticks(sheet, 2)
    for page in (sheet, other):
        expect(cells(page).nth(0)).to_have_value("11")
        expect(cells(page).nth(1)).to_have_value("12")
        expect(page.locator("td.w")).to_have_count(0)
    assert saved(school) == [11, 12]


def test_a_browser_that_keeps_nothing_still_has_the_form(sheet, school):
    nowhere = "indexedDB.open = () => { const asked = {}; setTimeout(() => asked.onerror()); return asked; }"
    sheet.add_init_script(nowhere)
    sheet.reload()
    type_column(sheet, ["11"])
    sheet.get_by_role("button", name="Enregistrer la colonne").click()
    sheet.get_by_text("Notes enregistrées : 1.").wait_for()
    assert saved(school) == [11]


def test_a_conflict_shows_both_values_and_the_teacher_chooses(sheet, school, assessment):
    with in_school(school.pk):
        first, second = assessment.course.group.class_group.enrolments.order_by(
            "student__sort_key"
        ).values_list("student", flat=True)[:2]
        MarkFactory(assessment=assessment, student_id=first, value=14)
        MarkFactory(assessment=assessment, student_id=second, value=15)
    type_column(sheet, ["12", "13"])
    issue = sheet.get_by_role("listitem").filter(has_text="Deux notes pour un élève")
    issue.first.get_by_role("button", name="Garder 12").click()
    expect(cells(sheet).first).to_be_focused()
    wait_for_ticks(sheet, 1)
    issue.get_by_role("button", name="Prendre 15").click()
    assert cells(sheet).nth(1).input_value() == "15"
    assert issue.count() == 0
    assert saved(school) == [12, 15]


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


@pytest.fixture
def phone_sheet(phone, assessment, address):
    """The sheet, open on a telephone."""
    sign_in(phone, assessment.course.teacher, address)
    phone.goto(address)
    return phone


def press(page, keys: str) -> None:
    for key in keys:
        name = {"↓": "Élève suivant", "↑": "Élève précédent", "←": "Effacer", ",": "virgule"}.get(key, key)
        page.get_by_role("group", name="Clavier de saisie").get_by_role("button", name=name).first.tap()


def test_one_thumb_fills_a_column_on_a_telephone(phone_sheet, school):
    cells(phone_sheet).first.tap()
    assert cells(phone_sheet).first.get_attribute("inputmode") == "none"  # the system's keyboard stays away
    press(phone_sheet, "12↓A8,25139←2↓125↓207↓")  # nothing can follow A, 8,25 nor 20: the next pupil comes
    wait_for_ticks(phone_sheet, 7)
    press(phone_sheet, "25↓↑")
    phone_sheet.get_by_role("link", name="25 dépasse le barème de 20.").tap()
    expect(phone_sheet.get_by_role("button", name="Corriger")).to_be_in_viewport()
    assert phone_sheet.evaluate("document.documentElement.scrollWidth") == 360
    from axe_playwright_python.base import AXE_FILE_PATH  # where there is a browser

    phone_sheet.evaluate(AXE_FILE_PATH.read_text())
    assert phone_sheet.evaluate(VIOLATIONS) == []
    marks = [Decimal(12), None, Decimal("8.25"), Decimal("13.2"), Decimal("12.5"), 20, 7]
    assert saved(school) == marks


def test_the_way_to_a_cell_s_history_follows_the_cell_one_is_in(sheet):
    cells(sheet).nth(2).focus()
    trail = sheet.get_by_role("link", name="Historique de la note")
    expect(trail).to_contain_text("3. ")
    cells(sheet).nth(1).focus()
    expect(trail).to_contain_text("2. ")
    trail.click()
    sheet.get_by_text("Rien n’y a encore été écrit.").wait_for()


@pytest.fixture
def book(desk, assessment, school, address):
    """The gradebook with a column before the open one, on a desk."""
    with in_school(school.pk):
        quiz = AssessmentFactory(
            course=assessment.course, term=assessment.term, title="Interro", held_on=date(2026, 10, 5)
        )
        pupils = assessment.course.group.class_group.enrolments.order_by("student__sort_key")
        for value, pupil in zip([8, 9, 10], pupils.values_list("student", flat=True), strict=False):
            MarkFactory(assessment=quiz, student_id=pupil, value=value)
    sign_in(desk, assessment.course.teacher, address)
    desk.goto(address)
    return desk


def cell(page, row: int, column: int):
    """By its place: 0 is the quiz's column, 1 the open one."""
    return (
        page.locator("[data-edu-cells] tbody tr")
        .nth(row)
        .locator("td")
        .nth(column + 1)
        .locator("input")
        .first
    )


def column_of(page, column: int, rows: int) -> list[str]:
    return [cell(page, row, column).input_value() for row in range(rows)]


def paste(page, text: str) -> None:
    page.evaluate(
        """(text) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            document.activeElement.dispatchEvent(
                new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }""",
        text,
    )


def test_the_keys_of_a_spreadsheet(book, school):
    key = book.keyboard.press
    cell(book, 0, 1).focus()
    book.keyboard.type("125")
    assert cell(book, 0, 1).locator("..").get_attribute("data-as") == "→ 12,5"  # shown before it counts
    key("Enter")
    book.keyboard.type("&é")  # 12 on an AZERTY keyboard without Shift
    key("Enter")
    book.keyboard.type("n")
    key("ArrowUp")
    assert column_of(book, 1, 3) == ["12,5", "12", "N.Rdu"]
    key("Control+z")
    assert column_of(book, 1, 3) == ["12,5", "12", ""]
    key("Control+y")
    assert column_of(book, 1, 3) == ["12,5", "12", "N.Rdu"]
    cell(book, 1, 1).focus()
    key("Control+d")
    key("Control+d")
    assert column_of(book, 1, 3) == ["12,5", "12,5", "12,5"]
    key("Home")
    assert cell(book, 3, 0).evaluate("cell => cell === document.activeElement")
    key("Control+Home")
    key("F2")
    book.keyboard.type(",5")
    key("Escape")
    assert cell(book, 0, 0).input_value() == "8"
    key("ArrowRight")
    assert cell(book, 0, 1).evaluate("cell => cell === document.activeElement")
    wait_for_ticks(book, 3)


def test_a_block_is_copied_and_pasted_after_a_look_at_what_it_overwrites(book, school):
    cell(book, 0, 0).focus()
    book.keyboard.press("Shift+ArrowDown")
    book.keyboard.press("Shift+ArrowRight")
    copied = book.evaluate(
        """() => {
            const clipboardData = new DataTransfer();
            document.activeElement.dispatchEvent(
                new ClipboardEvent("copy", { clipboardData, bubbles: true, cancelable: true }));
            return clipboardData.getData("text/plain");
        }"""
    )
    assert copied == "8\t\n9\t"
    cell(book, 0, 0).focus()
    paste(book, "11\t12.5\n\tA\n10\t7,25\n")
    dialog = book.get_by_role("dialog")
    assert "8 → 11" in dialog.get_by_role("listitem").inner_text()
    dialog.get_by_role("button", name="Annuler").click()
    assert column_of(book, 0, 3) == ["8", "9", "10"]
    cell(book, 0, 0).focus()
    paste(book, "11\t12.5\n\tA\n10\t7,25\n")
    dialog.get_by_role("button", name="Remplacer 1 note").click()
    assert column_of(book, 0, 3) == ["11", "9", "10"]  # a blank leaves its cell as it is
    assert column_of(book, 1, 3) == ["12,5", "Abs", "7,25"]
    book.locator("td.w").first.wait_for(state="detached")
    book.reload()
    assert column_of(book, 0, 3) + column_of(book, 1, 3) == ["11", "9", "10", "12,5", "Abs", "7,25"]
