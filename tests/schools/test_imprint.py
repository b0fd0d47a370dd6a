"""The head's signature and the school's stamp: their ink alone, kept for the papers that name them."""

from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from PIL import Image

from apps.accounts.models import Role
from apps.schools.models import Imprint
from apps.schools.rules import HEAVIEST_IMPRINT, HEAVIEST_SENT, NotAnImprint, clean_imprint
from apps.schools.selectors import paper_images, printed_imprints
from tests.factories.accounts import MemberFactory
from tests.factories.schools import ImprintFactory, ink


def a_png(image: Image.Image) -> bytes:
    sent = BytesIO()
    image.save(sent, "PNG")
    return sent.getvalue()


def test_its_ink_is_kept_dark_on_no_paper_and_nothing_of_the_file():
    kept = clean_imprint(ink())
    assert len(kept) <= HEAVIEST_IMPRINT
    assert "téléphone".encode() not in kept
    drawn = Image.open(BytesIO(kept))
    assert not drawn.getexif()
    assert max(drawn.size) < 300, "the paper around it is cut"
    pixels = drawn.convert("RGBA")
    alphas = pixels.getchannel("A").getextrema()
    assert alphas == (0, 255)
    red, green, blue, _ = pixels.getpixel((0, drawn.height // 2))
    assert max(red, green, blue) <= 140


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        ink()[:200],
        b"\0" * (HEAVIEST_SENT + 1),
        a_png(Image.new("RGB", (300, 300), "white")),
        a_png(Image.effect_noise((900, 900), 90)),
    ],
)
def test_what_is_no_ink_on_paper_is_refused(sent):
    with pytest.raises(NotAnImprint):
        clean_imprint(sent)


def send(client, school, content: bytes, kind: str = "signature"):
    file = SimpleUploadedFile("n’importe.exe", content, content_type="text/html")
    return client.post(f"/{school.slug}/admin/schools/imprint/add/", {"kind": kind, "file": file})


def test_the_head_sends_it_and_another_takes_its_place_without_erasing_it(client, school):
    client.force_login(MemberFactory(roles=[Role.PRINCIPAL]).user)
    assert send(client, school, ink()).status_code == 302
    assert send(client, school, ink("maroon"), "stamp").status_code == 302
    first = printed_imprints()["signature"]
    assert send(client, school, ink("black")).status_code == 302
    printed = printed_imprints()
    assert printed.keys() == {"signature", "stamp"}
    assert printed["signature"] != first
    assert first in paper_images(), "papers that name it are still printed with it"
    now_unused = Imprint.objects.get(digest=first)
    client.post(f"/{school.slug}/admin/schools/imprint/{now_unused.pk}/change/", {"is_printed": "on"})
    assert printed_imprints()["signature"] == first
    client.post(f"/{school.slug}/admin/schools/imprint/{now_unused.pk}/change/", {})
    assert "signature" not in printed_imprints()


def test_a_refusal_is_said_beside_the_field(client, school):
    client.force_login(MemberFactory(roles=[Role.PRINCIPAL]).user)
    page = BeautifulSoup(send(client, school, b"%PDF-1.7").content, "html.parser")
    assert "ce fichier n’en est pas une" in page.select_one(".field-file .errorlist").text
    assert not Imprint.objects.exists()


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.EDUCATOR, Role.TEACHER, Role.GUARDIAN])
def test_nobody_sees_it_but_who_answers_for_the_school(client, school, role):
    imprint = ImprintFactory()
    address = f"/{school.slug}/admin/schools/imprint/{imprint.pk}/image.png"
    client.force_login(MemberFactory(roles=[Role.PRINCIPAL]).user)
    assert client.get(address)["Content-Type"] == "image/png"
    client.force_login(MemberFactory(roles=[role]).user)
    assert client.get(address).status_code in (302, 404)
    assert client.get(f"/{school.slug}/{imprint.digest}.png").status_code == 404


def test_it_is_never_altered_nor_erased(school):
    imprint = ImprintFactory()
    for change in (
        lambda: Imprint.objects.filter(pk=imprint.pk).update(content=b"x"),
        lambda: Imprint.objects.filter(pk=imprint.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
