"""Closing the marks of a term: asked once, with the count; refused on the sheet; undone with a reason."""

import pytest
from bs4 import BeautifulSoup

from apps.accounts.models import OfficeAction, Role
from apps.classes.models import ClassTerm
from apps.core.models import RecordedEvent
from apps.core.tenancy import in_school
from apps.grades.models import Mark
from tests.admin.test_registry import fields_of, path_of
from tests.admin.test_screens import act
from tests.conftest import Browser
from tests.factories.schools import SchoolFactory
from tests.world import build_world

LABEL = "classes.classterm"


@pytest.fixture
def head(office):
    return office(Role.PRINCIPAL)


@pytest.fixture
def teacher(world):
    browser = Browser()
    browser.force_login(world.members[Role.TEACHER].user)
    return browser


@pytest.fixture
def sheet(world, path_to):
    return path_to("grades:mark_sheet", world.assessment.pk)


def close(client, school, *rows, **more):
    return act(client, school, LABEL, "close_marks", rows, **more)


def reopen(client, school, *rows, **more):
    return act(client, school, LABEL, "reopen_marks", rows, **more)


def state_of(row) -> str:
    return ClassTerm.objects.get(pk=row.pk).state


def facts() -> list[str]:
    names = RecordedEvent.objects.filter(name__startswith="classes.Marks").order_by("pk")
    return list(names.values_list("name", flat=True))


def test_closing_is_asked_first_with_the_count(head, school, world):
    done = ClassTerm.objects.exclude(pk=world.class_term.pk).order_by("pk").first()
    ClassTerm.objects.filter(pk=done.pk).update(state="locked")
    page = BeautifulSoup(close(head, school, world.class_term, done).content, "html.parser")
    assert [h.text for h in page.select("#content h2")] == [
        "Concerné : 1",
        "Sans changement, déjà arrêtées : 1",
    ]
    assert state_of(world.class_term) == "open", "nothing is done before the answer"
    assert facts() == []


def test_closing_locks_says_how_many_and_is_written_down(head, school, world):
    answer = close(head, school, world.class_term, confirmed="yes")
    assert answer.status_code == 302
    assert "Notes arrêtées : 1 classe." in head.get(answer["Location"]).text
    row = ClassTerm.objects.get(pk=world.class_term.pk)
    assert row.state == "locked"
    assert row.marks_lock_at
    act_kept = OfficeAction.objects.get(model=LABEL, object_id=row.pk)
    assert (act_kept.member, act_kept.detail) == (world.members[Role.PRINCIPAL], "notes arrêtées")
    assert facts() == ["classes.MarksClosed"]
    assert "notes arrêtées" in head.get(path_of(school, LABEL, "history", row.pk)).text


def test_the_confirmation_page_sends_itself_as_it_stands(head, school, world):
    page = BeautifulSoup(close(head, school, world.class_term).content, "html.parser")
    form = page.select_one("#content form")
    typed = {field["name"]: field["value"] for field in form.select("[name][value]")}
    assert form.get("action") is None
    assert head.post(path_of(school, LABEL, "changelist"), typed).status_code == 302
    assert state_of(world.class_term) == "locked"


def test_the_mark_sheet_then_refuses_and_says_by_whom(head, teacher, school, world, sheet):
    cell = str(world.student.pk)
    assert teacher.post(sheet, {cell: "11"}).status_code == 302
    close(head, school, *ClassTerm.objects.filter(class_group=world.class_group), confirmed="yes")
    answer = teacher.post(sheet, {cell: "3"})
    assert answer.status_code == 422
    assert Mark.objects.get(assessment=world.assessment, student=world.student).value == 11
    page = teacher.get(sheet).text
    assert "Période clôturée" in page
    assert str(world.members[Role.PRINCIPAL]) in page


def test_closing_twice_changes_nothing_more(head, school, world):
    close(head, school, world.class_term, confirmed="yes")
    first = ClassTerm.objects.get(pk=world.class_term.pk).marks_lock_at
    close(head, school, world.class_term, confirmed="yes")
    assert ClassTerm.objects.get(pk=world.class_term.pk).marks_lock_at == first
    assert facts() == ["classes.MarksClosed"]


def test_reopening_wants_a_reason(head, school, world):
    close(head, school, world.class_term, confirmed="yes")
    answer = reopen(head, school, world.class_term, confirmed="yes", reason="  ")
    assert answer.status_code == 422
    assert "Dites pourquoi" in answer.text
    assert state_of(world.class_term) == "locked"


def test_reopened_marks_are_written_again_and_the_reason_is_kept(head, teacher, school, world, sheet):
    close(head, school, world.class_term, confirmed="yes")
    assert 'name="reason"' in reopen(head, school, world.class_term).text
    assert reopen(head, school, world.class_term, confirmed="yes", reason="Erreur en SVT").status_code == 302
    row = ClassTerm.objects.get(pk=world.class_term.pk)
    assert (row.state, row.marks_lock_at) == ("open", None)
    assert teacher.post(sheet, {str(world.student.pk): "7"}).status_code == 302
    details = OfficeAction.objects.filter(object_id=row.pk, model=LABEL).order_by("pk")
    assert [one.detail for one in details] == ["notes arrêtées", "notes rouvertes : Erreur en SVT"]
    assert facts() == ["classes.MarksClosed", "classes.MarksReopened"]


@pytest.mark.parametrize("state", ["council", "published"])
def test_what_went_further_is_not_reopened_from_here(head, school, world, state):
    ClassTerm.objects.filter(pk=world.class_term.pk).update(state=state)
    assert "Rien à faire" in reopen(head, school, world.class_term).text
    reopen(head, school, world.class_term, confirmed="yes", reason="x")
    assert state_of(world.class_term) == state


def test_the_form_itself_changes_no_state(head, school, world):
    address = path_of(school, LABEL, "change", world.class_term.pk)
    page = head.get(address)
    assert "cochez les classes" in page.text
    head.post(address, fields_of(page) | {"state": "locked", "marks_lock_at_0": "2026-11-24"})
    assert state_of(world.class_term) == "open"


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.EDUCATOR, Role.BURSAR, Role.FOUNDER])
def test_only_the_heads_close_and_reopen(office, school, world, role):
    client = office(role)
    assert "Arrêter les notes" not in client.get(path_of(school, LABEL, "changelist")).text
    close(client, school, world.class_term, confirmed="yes")
    assert state_of(world.class_term) == "open"


def test_another_school_s_class_cannot_be_chosen(head, school, world):
    neighbour = SchoolFactory()
    with in_school(neighbour.pk):
        theirs = build_world().class_term
    close(head, school, theirs, confirmed="yes")
    with in_school(neighbour.pk):
        assert state_of(theirs) == "open"


def test_several_classes_go_on_to_their_councils_together(head, school, world):
    rows = list(ClassTerm.objects.exclude(state="published").order_by("pk"))[:2]
    close(head, school, *rows, confirmed="yes")
    for action, state, noted in [
        ("ask_for_remarks", "remarks", "Appréciations demandées : 2 classes."),
        ("open_councils", "council", "Conseil ouvert : 2 classes."),
    ]:
        assert "Concernés : 2" in act(head, school, LABEL, action, rows).text
        answer = act(head, school, LABEL, action, rows, confirmed="yes")
        assert noted in head.get(answer["Location"]).text
        assert {state_of(row) for row in rows} == {state}
