"""Certificates: given in the school's words, numbered, signed, printed again as they were, taken back."""

from io import BytesIO, StringIO

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.db import ProgrammingError, transaction

from apps.accounts.models import Role
from apps.classes.models import Enrolment
from apps.core.models import RecordedEvent
from apps.people.models import Student
from apps.reports.models import Certificate, Letterhead, SealingKey
from apps.reports.rules import ATTENDANCE, ENROLMENT, NotAWording, check_wording, worded
from tests.conftest import school_with
from tests.factories.people import StudentFactory
from tests.factories.schools import ImprintFactory
from tests.world import build_world


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


@pytest.fixture
def give(secretary, path_to, world):
    """`give("enrolment")`: the certificate that the first pupil is then given, or none."""

    def given(kind: str = "enrolment", student: Student = world.student) -> Certificate | None:
        last = Certificate.objects.order_by("number").last()
        secretary.post(path_to("reports:certify", student.pk), {"kind": kind})
        newer = Certificate.objects.filter(number__gt=last.number)
        return newer.first()

    return given


def page_of(pdf: bytes) -> str:
    [page] = pypdfium2.PdfDocument(pdf)
    return " ".join(page.get_textpage().get_text_bounded().split())


def shown(client, address: str) -> str:
    return " ".join(BeautifulSoup(client.get(address).content, "html.parser").main.text.split())


def test_the_usual_words_fit_any_pupil():
    for text in (ENROLMENT, ATTENDANCE):
        check_wording(text)
        blanks = {"établissement": "E", "inscrit": "inscrite", "classe": "3e 2", "année": "A", "depuis": "D"}
        before, after = worded(text, blanks)
        assert before[0].startswith("Je soussigné(e), chef de l’établissement E")
        assert "inscrite en classe de 3e 2" in after[0]
        assert "{" not in "".join(before + after)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Certifie que l’élève est inscrit.", "{élève}"),
        ("L’élève {élève} est là.", "{élève}"),
        ("{élève}\n{élève}", "{élève}"),
        ("{élève}\nest né le {naissance}", "{naissance} n’est pas prévu"),
        ("{élève}\nest en {classe", "accolade"),
    ],
)
def test_words_with_other_blanks_are_refused(text, what):
    with pytest.raises(NotAWording, match=what):
        check_wording(text)


def test_it_is_printed_once_with_its_number_its_code_and_what_the_head_put(secretary, give, path_to, world):
    ImprintFactory()
    Student.objects.filter(pk=world.student.pk).update(born_on="2014-03-01", born_in="Daloa")
    certificate = give()
    answer = secretary.get(path_to("reports:certificate", certificate.pk))
    page = page_of(answer.content)
    name = f"{world.student.last_name.upper()} {world.student.first_name}"
    for text in (
        "Certificat de scolarité", f"N° {certificate.printed_number}", name, "Née le 1er mars 2014 à Daloa",
        f"inscrite en classe de {world.class_group.name}", "certifie que l’élève", "Le chef d’établissement",
    ):  # fmt: skip
        assert text in page, text
    assert "Matricule" not in page, "nobody knows hers"
    assert f"certificat-{certificate.printed_number.lower()}.pdf" in answer["Content-Disposition"]
    assert len(answer.content) <= 60 * 1024
    drawn = pypdfium2.PdfDocument(answer.content)[0].render(scale=200 / 72, grayscale=True).to_pil()
    [code] = zxingcpp.read_barcodes(drawn, formats=zxingcpp.BarcodeFormat.QRCode)
    assert code.text.endswith(f"/v/{certificate.code}")
    with pikepdf.open(BytesIO(answer.content)) as pdf, pdf.open_metadata() as said:
        assert said["pdfuaid:part"] == "1"
        assert said["dc:title"] == f"Certificat de scolarité, {name}"
        assert pdf.pages[0].get_images(), "the head's signature"


def test_printed_again_it_is_the_same_whatever_became_of_the_pupil(secretary, give, path_to, world):
    certificate = give("attendance")
    before = secretary.get(path_to("reports:certificate", certificate.pk)).content
    assert "y suit régulièrement les cours depuis le 7 septembre 2026" in page_of(before)
    Student.objects.filter(pk=world.student.pk).update(last_name="Autre")
    assert secretary.get(path_to("reports:certificate", certificate.pk)).content == before
    with pytest.raises(ProgrammingError), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(content=b"")


def test_the_school_s_own_words_are_used(give, world):
    Letterhead.objects.create(enrolment_wording="La directrice déclare\n{élève}\nélève de {classe}.")
    assert f"élève de {world.class_group.name}." in page_of(bytes(give().content))


def test_each_has_a_number_of_its_own_and_is_listed_with_who_gave_it(secretary, give, path_to, world):
    first, second = give(), give("attendance")
    assert second.number == first.number + 1
    text = shown(secretary, path_to("reports:student_documents", world.student.pk))
    for one in (first, second):
        assert f"n° {one.printed_number}, par {world.members[Role.SECRETARY]}" in text
    facts = RecordedEvent.objects.filter(name="reports.CertificateIssued", by_id=second.issued_by_id)
    assert [one.payload["certificate_id"] for one in facts.order_by("pk")] == [first.pk, second.pk]


def test_asked_twice_by_one_touch_it_is_given_once(secretary, path_to, world):
    before = Certificate.objects.count()
    asked = {"kind": "enrolment", "idempotency_key": "une-seule-fois"}
    for _ in range(2):
        assert secretary.post(path_to("reports:certify", world.student.pk), asked).status_code == 302
    assert Certificate.objects.count() == before + 1


def test_words_that_miss_the_pupil_are_refused_beside_their_field(client, path_to, world):
    client.force_login(world.members[Role.PRINCIPAL].user)
    letterhead = Letterhead.objects.create()
    said = {field.name: getattr(letterhead, field.name) for field in Letterhead._meta.fields[1:]}
    address = f"/{world.class_group.school.slug}/admin/reports/letterhead/{letterhead.pk}/change/"
    page = BeautifulSoup(client.post(address, said | {"enrolment_wording": "Oui."}).content, "html.parser")
    assert "{élève}, seul" in page.select_one(".field-enrolment_wording .errorlist").text
    assert client.post(address, said | {"place": "Bouaké"}).status_code == 302


def test_who_is_in_no_class_is_given_none(secretary, give, path_to, world):
    assert give(student=StudentFactory()) is None
    Enrolment.objects.filter(student=world.student).update(since="2026-09-07", until="2026-09-08")
    assert give() is None
    text = shown(secretary, path_to("reports:student_documents", world.student.pk))
    assert "inscrit dans aucune classe aujourd’hui" in text
    assert "Établir" not in text


def test_whoever_holds_it_learns_what_it_is_worth(secretary, give, path_to, world):
    certificate = give()
    address = f"/v/{certificate.code}/"
    text = shown(secretary, address)
    for said in ("Document authentique", "Certificat de scolarité 2026-2027", certificate.printed_number):
        assert said in text
    assert "Moyenne" not in text
    reason = {"reason": "Classe erronée"}
    assert secretary.post(path_to("reports:certificate_cancel", certificate.pk), {}).status_code == 422
    assert secretary.post(path_to("reports:certificate_cancel", certificate.pk), reason).status_code == 302
    text = shown(secretary, address)
    assert "Document annulé" in text
    assert "Classe erronée" not in text
    assert secretary.get(path_to("reports:certificate_cancel", certificate.pk)).status_code == 404
    assert "annulé" in shown(secretary, path_to("reports:student_documents", world.student.pk))
    said = StringIO()
    call_command(
        "verify_bulletin", f"/v/{certificate.code}/", key=SealingKey.objects.get().public, stdout=said
    )
    assert f"Document n° {certificate.printed_number}" in said.getvalue()


def test_the_longest_names_that_the_school_may_type_are_proved_too(secretary, give, world):
    Student.objects.filter(pk=world.student.pk).update(
        last_name="É" * 80,
        first_name="è" * 120,
        born_in="Ô" * 80,
        born_on="2014-03-01",
        national_id="21434391T",
    )
    assert "Document authentique" in shown(secretary, f"/v/{give().code}/")


def test_a_pupil_of_whom_little_is_known_and_of_a_long_name_has_one_page(give, world):
    Student.objects.filter(pk=world.student.pk).update(
        first_name="Marie-Christelle Emmanuella Akissi Amenan Ahou Josiane Epse", nationality="", sex="M"
    )
    page = page_of(bytes(give().content))
    assert "inscrit en classe" in page
    assert "Josiane Epse" in page
    assert "Né le" not in page
