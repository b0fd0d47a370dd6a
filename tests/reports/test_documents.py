"""The papers beside the bulletin: who takes them, and what they say."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from bs4 import BeautifulSoup
from django.db.models import Q

from apps.accounts.models import Role
from apps.classes.models import ClassGroup, Enrolment
from apps.core.clock import today
from apps.grades.models import Assessment, Mark
from apps.people.models import Guardianship, Student
from tests.conftest import school_with
from tests.factories.classes import ClassGroupFactory, EnrolmentFactory
from tests.factories.people import StudentFactory
from tests.world import build_world

LONG_NAME = "N’Goran Marie-Christelle Emmanuella Akissi Amenan Ahou Josia"


@pytest.fixture(scope="module")
def kept_school(build_once):
    return build_once(school_with(build_world))


@pytest.fixture
def world(rows):
    return rows


@pytest.fixture
def secretary(client, world):
    client.force_login(world.members[Role.SECRETARY].user)
    return client


def pages(answer) -> list[str]:
    """The text of each page of a PDF, whatever kind of space separates the words."""
    opened = pypdfium2.PdfDocument(answer.content)
    return [" ".join(page.get_textpage().get_text_bounded().split()) for page in opened]


def enrolment_of(world) -> Q:
    return Q(pk__in=Enrolment.objects.filter(class_group=world.class_group).values("student"))


def shown(client, address: str) -> str:
    return " ".join(BeautifulSoup(client.get(address).content, "html.parser").main.text.split())


def test_a_class_list_says_what_is_known_of_each_pupil_in_register_order(secretary, path_to, world):
    Student.objects.filter(pk=world.student.pk).update(
        national_id="21434391T", born_on=date(2014, 3, 1), born_in="Daloa", repeats_year=True
    )
    unknown = StudentFactory(last_name="Zadi", first_name=LONG_NAME, sex="M")
    EnrolmentFactory(class_group=world.class_group, student=unknown)
    answer = secretary.get(path_to("reports:class_list", world.class_group.pk))
    [page] = pages(answer)
    name = world.student.last_name.upper()
    assert f"1 {name} Aya 21434391T F 1er mars 2014 à Daloa oui externe" in page
    assert "4 élèves au" in page
    assert "3 filles, 1 garçon, 1 redoublant" in page
    assert page.index(name) < page.index("ZADI")
    assert " ".join(LONG_NAME.split()[:3]) in page
    assert f"liste-{world.class_group.name.replace(' ', '-')}.pdf" in answer["Content-Disposition"]
    assert len(answer.content) <= 60 * 1024


def test_a_sheet_to_fill_in_names_a_hundred_pupils_over_pages_of_one_heading(secretary, path_to, world):
    Enrolment.objects.bulk_create(
        Enrolment(student=StudentFactory(), class_group=world.class_group, since=date(2026, 9, 7))
        for _ in range(97)
    )
    answer = secretary.get(path_to("reports:class_sheet", world.class_group.pk))
    found = pages(answer)
    assert len(found) > 1
    assert all("Nom et prénoms" in page and f"{n} / {len(found)}" in page for n, page in enumerate(found, 1))
    assert "100 KOUASSI" in found[-1]
    assert "externe" not in found[0]
    assert len(answer.content) <= 60 * 1024


def test_a_statement_says_each_mark_and_what_it_makes_so_far(secretary, path_to, world):
    Assessment.objects.filter(pk=world.draft.pk).update(title="Exposé", out_of=10, coefficient=2)
    Mark.objects.create(assessment=world.draft, student=world.student, value=Decimal("9.5"))
    answer = secretary.get(path_to("reports:mark_statement", world.student.pk, world.class_term.pk))
    [page] = pages(answer)
    for text in (
        "Relevé de notes, 1er trimestre", "toutes les notes saisies", "2e / 3",
        "8,5 / 20", "Devoir 1, ", "9,5 / 10 · coef. 2", "Exposé", "14,63", "Moyenne provisoire 12,44",
        world.student.last_name.upper(),
    ):  # fmt: skip
        assert text in page, text
    assert f"releve-{world.student.last_name.lower()}-aya.pdf" in answer["Content-Disposition"]
    with pikepdf.open(BytesIO(answer.content)) as pdf, pdf.open_metadata() as said:
        assert (said["pdfuaid:part"], said["pdfaid:part"], said["pdfaid:conformance"]) == ("1", "2", "A")
        assert said["dc:title"].startswith("Relevé de notes, 1er trimestre, KOUASSI")
        assert pdf.Root.Lang == "fr"
    assert len(answer.content) <= 60 * 1024


def test_a_family_takes_that_of_its_own_child_and_of_what_is_published(client, path_to, world):
    Assessment.objects.filter(pk=world.draft.pk).update(title="Exposé")
    Mark.objects.create(assessment=world.draft, student=world.student, value=19)
    address = path_to("reports:mark_statement", world.student.pk, world.class_term.pk)
    client.force_login(world.members[Role.GUARDIAN].user)
    [page] = pages(client.get(address))
    assert "notes publiées aux familles" in page
    assert "Devoir 1" in page
    assert "Exposé" not in page
    assert address in client.get(path_to("portal:child", world.student.pk)).text
    other = Student.objects.in_register_order().exclude(pk=world.student.pk).first()
    assert client.get(path_to("reports:mark_statement", other.pk, world.class_term.pk)).status_code == 404
    Assessment.objects.update(published_at=None)
    assert "Moyenne provisoire –" in pages(client.get(address))[0]
    Guardianship.objects.filter(guardian=world.guardian).update(may_see_marks=False)
    assert client.get(address).status_code == 404


def test_a_class_s_statements_are_a_page_each_in_register_order(secretary, path_to, world):
    Enrolment.objects.filter(student=world.student).update(since=today())
    EnrolmentFactory(class_group=world.class_group, since=today(), student__last_name="Zadi")
    answer = secretary.get(path_to("reports:class_statements", world.class_term.pk))
    found = pages(answer)
    names = [one.last_name.upper() for one in Student.objects.filter(enrolment_of(world)).in_register_order()]
    assert [name in page for name, page in zip(names, found, strict=True)] == [True] * 4
    assert "8,5 / 20" in found[0], "she came today, her marks with her"
    assert "non classé" in found[-1], "she has none yet"
    with pikepdf.open(BytesIO(answer.content)) as pdf, pdf.open_metadata() as said:
        assert (said["pdfaid:part"], said["pdfaid:conformance"]) == ("2", "B")
        assert said["dc:title"].startswith("Relevés de notes de")


def test_nobody_takes_the_marks_of_a_class_but_the_office_and_its_form_teacher(client, path_to, world):
    client.force_login(world.members[Role.TEACHER].user)
    address = path_to("reports:class_statements", world.class_term.pk)
    assert "notes publiées aux familles" in pages(client.get(address))[0]
    ClassGroup.objects.update(form_teacher=None)
    assert client.get(address).status_code == 404
    assert "Relevés de notes" not in shown(client, path_to("reports:class_documents", world.class_group.pk))
    assert client.get(path_to("reports:class_list", world.class_group.pk)).status_code == 200


def test_an_empty_class_has_an_empty_list_and_a_page_that_says_what_to_do(secretary, path_to, world):
    empty = ClassGroupFactory()
    assert "Aucun élève au" in pages(secretary.get(path_to("reports:class_list", empty.pk)))[0]
    assert "Aucun élève dans cette classe." in shown(secretary, path_to("reports:class_documents", empty.pk))


def test_a_teacher_takes_the_lists_of_the_classes_that_are_hers(client, path_to, world):
    client.force_login(world.members[Role.TEACHER].user)
    strange = ClassGroupFactory(name="4e 7", pupils=1)
    text = shown(client, path_to("reports:documents"))
    assert world.class_group.name in text
    assert "4e 7" not in text
    assert client.get(path_to("reports:class_list", strange.pk)).status_code == 404
    ClassGroup.objects.filter(pk=strange.pk).update(form_teacher=world.members[Role.TEACHER])
    assert client.get(path_to("reports:class_list", strange.pk)).status_code == 200
    [stranger] = Student.objects.filter(
        pk__in=Enrolment.objects.filter(class_group=strange).values("student")
    )
    text = client.get(path_to("reports:class_documents", strange.pk)).text
    assert str(stranger) in text
    assert path_to("reports:student_documents", stranger.pk) not in text, "she teaches her nothing"
