"""The direction issues a class's bulletins, has them printed, takes one back."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from apps.accounts.models import Role
from apps.classes.models import ClassTerm, Enrolment, SubjectPlan
from apps.core.templatetags.look import short_day
from apps.grades.models import Mark
from apps.reports import tasks
from apps.reports.models import Cancellation, PrintedCard, PrintRun, Remark, ReportCard
from tests.conftest import outside_any_school, school_with
from tests.reports.conftest import locked_world


@pytest.fixture(scope="module")
def kept_school(build_once):
    return build_once(school_with(locked_world))


@pytest.fixture
def world(rows):
    return rows


@pytest.fixture
def head(client, world):
    client.force_login(world.members[Role.PRINCIPAL].user)
    return client


@pytest.fixture
def page(path_to, world):
    return path_to("reports:class_term", world.class_term.pk)


def shown(client, page: str) -> str:
    return " ".join(BeautifulSoup(client.get(page).content, "html.parser").main.text.split())


def test_what_was_issued_before_and_says_something_else_is_issued_again(head, page, path_to, world):
    assert "Émettre 3 bulletins" in shown(head, page)
    assert head.post(path_to("reports:issue", world.class_term.pk)).status_code == 302
    assert ReportCard.objects.filter(version=2).count() == 3
    text = shown(head, page)
    assert "3 bulletins émis." in text
    assert "Émettre" not in text
    Mark.objects.filter(student=world.student).update(value=19)
    assert "Émettre 3 bulletins" in shown(head, page), "her mark moves the class's figures"


def test_nothing_is_published_before_the_council_whatever_was_issued(head, page, path_to, world):
    publish = path_to("reports:show_to_families", world.class_term.pk)
    head.post(path_to("reports:issue", world.class_term.pk))
    ClassTerm.objects.filter(pk=world.class_term.pk).update(state=ClassTerm.State.REMARKS)
    assert "Publier aux familles" not in shown(head, page)
    head.post(publish)
    assert "rien n’est publié" in shown(head, page)
    ClassTerm.objects.filter(pk=world.class_term.pk).update(state=ClassTerm.State.COUNCIL)
    for _ in range(2):
        head.post(publish)
        assert "Les familles lisent les bulletins." in shown(head, page)


def test_a_term_goes_step_by_step_to_its_council_and_is_not_issued_before(head, page, path_to, world):
    ClassTerm.objects.update(state=ClassTerm.State.OPEN)
    step = path_to("reports:go_on", world.class_term.pk)
    for to, there, said in [
        ("locked", "Les notes sont ouvertes", "Les notes sont arrêtées."),
        ("remarks", "Les notes ne changent plus.", "Les enseignants écrivent leurs appréciations."),
        ("council", "Les enseignants voient sur leur accueil", "Le conseil de classe est ouvert"),
    ]:
        assert there in shown(head, page)
        head.post(path_to("reports:issue", world.class_term.pk))
        assert "rien n’est émis" in shown(head, page)
        head.post(step, {"to": to})
        assert said in shown(head, page)
        head.post(step, {"to": to})
        assert said not in shown(head, page), "a second touch does nothing"
    assert "Émettre 3 bulletins" in shown(head, page)
    assert head.post(step, {"to": "published"}).status_code == 400, "that has a button of its own"
    assert not ReportCard.objects.filter(version=2).exists()


def test_a_step_is_undone_with_a_reason_that_the_page_keeps(head, page, path_to, world):
    address = path_to("reports:go_back", world.class_term.pk)
    assert "Fermer le conseil" in shown(head, address)
    answer = head.post(address, {"seen": "council", "reason": " "})
    assert answer.status_code == 422
    assert "Dites pourquoi." in answer.text
    assert head.post(address, {"seen": "council", "reason": "Deux appréciations manquent"}).url == page
    text = shown(head, page)
    assert "Fermer le conseil : c’est fait." in text
    assert f"{world.members[Role.PRINCIPAL]} : Deux appréciations manquent" in text
    head.post(address, {"seen": "council", "reason": "Encore"})
    assert "vient de changer d’étape" in shown(head, page)
    assert ClassTerm.objects.get(pk=world.class_term.pk).state == "remarks", "what she saw was the council"


def test_printing_is_asked_counted_stopped_and_taken(head, page, path_to, world, school):
    head.post(path_to("reports:print_class", world.class_term.pk))
    run = PrintRun.objects.open().get()
    assert "Impression : 1 sur 3." in shown(head, page)
    head.post(path_to("reports:stop_printing", run.pk))
    assert "Préparer les PDF" in shown(head, page)
    head.post(path_to("reports:print_class", world.class_term.pk))
    run = PrintRun.objects.open().get()
    with outside_any_school():
        tasks.print_run(school.pk, run.pk)
    assert "Tout imprimer (PDF)" in shown(head, page)
    for address in (
        path_to("reports:printed", run.pk),
        path_to("reports:card", PrintedCard.objects.first().report_card_id),
    ):
        answer = head.get(address)
        assert answer.content.startswith(b"%PDF-")
        assert answer["Content-Type"] == "application/pdf"
    head.post(path_to("reports:cancel", world.report_card.pk), {"reason": "Nom mal écrit"})
    assert "Préparer les PDF" in shown(head, page), "one is taken back: to be printed again"


def test_a_file_that_is_not_made_is_not_there(head, path_to, world):
    other = ReportCard.objects.exclude(pk=world.report_card.pk).first()
    assert head.get(path_to("reports:card", other.pk)).status_code == 404


def test_a_bulletin_is_cancelled_with_a_reason(head, page, path_to, world):
    address = path_to("reports:cancel", world.report_card.pk)
    answer = head.post(address, {"reason": ""})
    assert answer.status_code == 422
    assert "Dites pourquoi" in answer.text
    assert head.post(address, {"reason": "Nom mal écrit"}).url == page
    assert Cancellation.objects.get().reason == "Nom mal écrit"
    assert "annulé" in shown(head, page)
    assert head.get(address).status_code == 404, "it is cancelled already"


def test_what_is_missing_is_said_before_anything_is_issued(head, page, world):
    Mark.objects.filter(assessment__course=world.course).delete()
    teacher = world.course.teachers.get().member
    assert f"Sans aucune note : {world.course.subject.name} ({teacher})" in shown(head, page)
    Remark.objects.filter(subject=world.course.subject).delete()
    assert f"{world.course.subject.name}{teacher}3 sur 3" in shown(head, page)
    Mark.objects.filter(student=world.student).delete()
    assert f"Non classés : {world.student}." in shown(head, page)


def test_the_secretary_prints_and_does_not_issue(client, page, path_to, world):
    client.force_login(world.members[Role.SECRETARY].user)
    assert "à émettre par le chef d’établissement" in shown(client, page)
    assert client.post(path_to("reports:issue", world.class_term.pk)).status_code == 404
    assert client.get(path_to("reports:cancel", world.report_card.pk)).status_code == 404
    assert client.post(path_to("reports:print_class", world.class_term.pk)).status_code == 302


def test_whoever_came_or_left_and_what_weighs_nothing_is_said(head, page, world):
    SubjectPlan.objects.filter(subject=world.course.subject).update(coefficient=0)
    came, left = Enrolment.objects.filter(class_group=world.class_group).exclude(student=world.student)
    first_day = world.class_term.term.starts_on
    Enrolment.objects.filter(pk=came.pk).update(since=first_day + timedelta(days=20))
    Enrolment.objects.filter(pk=left.pk).update(until=first_day + timedelta(days=9))
    text = shown(head, page)
    assert f"Sans coefficient : {world.course.subject.name}. Ces notes ne comptent pas" in text
    arrival, departure = short_day(first_day + timedelta(days=20)), short_day(first_day + timedelta(days=9))
    assert f"Arrivés pendant la période : {came.student} ({arrival}). Leurs moyennes" in text
    assert f"Partis pendant la période : {left.student} ({departure}). Pas de bulletin" in text
