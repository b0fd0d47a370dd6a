"""What becomes of a photo: drawn anew, small, silent about where it was taken; and who may see it."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image

from apps.attendance.models import HEAVIEST_PHOTO, JustificationPhoto
from apps.attendance.rules import Period, photos
from apps.attendance.rules.photos import NotAPhoto, clean_photo
from apps.attendance.services import Said, give_justification
from apps.core.clock import now, today
from tests.factories.accounts import MemberFactory
from tests.factories.attendance import JustificationFactory, ReasonFactory, jpeg
from tests.factories.people import GuardianFactory, GuardianshipFactory, StudentFactory

SCRIPT = Path(settings.BASE_DIR) / "static" / "js" / "photo.js"
GPS, MAKE, ORIENTATION = 0x8825, 0x010F, 0x0112


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def sent(kind: str, **kwargs) -> bytes:
    photo = BytesIO()
    Image.new("RGBA" if kind == "PNG" else "RGB", (30, 20)).save(photo, kind, **kwargs)
    return photo.getvalue()


@pytest.mark.parametrize("kind", photos.FORMATS)
def test_whatever_comes_leaves_as_a_jpeg(kind):
    cleaned = opened(clean_photo(sent(kind), heaviest=HEAVIEST_PHOTO))
    assert (cleaned.format, cleaned.mode, cleaned.size) == ("JPEG", "RGB", (30, 20))


def test_what_the_phone_wrote_in_it_is_gone():
    exif = Image.Exif()
    exif[MAKE] = "Téléphone"
    exif.get_ifd(GPS)[1] = "N"
    original = sent("JPEG", exif=exif, comment=b"chez nous")
    assert opened(original).getexif()[MAKE]
    cleaned = clean_photo(original, heaviest=HEAVIEST_PHOTO)
    assert not opened(cleaned).getexif()
    assert b"chez nous" not in cleaned


def test_it_is_kept_upright():
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    assert opened(clean_photo(sent("JPEG", exif=exif), heaviest=HEAVIEST_PHOTO)).size == (20, 30)


def test_it_is_never_wider_than_a_screen_reads():
    assert max(opened(clean_photo(jpeg(4000, 3000), heaviest=HEAVIEST_PHOTO)).size) == photos.WIDEST


def test_a_busy_photo_is_made_as_light_as_it_must_be():
    noise = BytesIO()
    Image.effect_noise((1280, 960), 100).save(noise, "JPEG", quality=95)
    assert len(clean_photo(noise.getvalue(), heaviest=HEAVIEST_PHOTO)) <= HEAVIEST_PHOTO
    with pytest.raises(NotAPhoto, match="trop chargée"):
        clean_photo(noise.getvalue(), heaviest=50_000)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"%PDF-1.7 certificat", "n’en est pas une"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "n’en est pas une"),
        (jpeg(600, 600)[:900], "n’en est pas une"),
        (sent("GIF"), "n’en est pas une"),
        (b"\xff" * (photos.HEAVIEST_SENT + 1), "5 Mo"),
    ],
    ids=["a PDF", "a drawing", "a photo cut short", "a GIF", "too heavy"],
)
def test_what_is_no_photo_is_refused_in_words(content, why):
    with pytest.raises(NotAPhoto, match=why):
        clean_photo(content, heaviest=HEAVIEST_PHOTO)


def test_a_small_file_of_too_many_pixels_is_not_even_decoded():
    bomb = BytesIO()
    Image.new("1", (9_000, 9_000)).save(bomb, "PNG")
    assert bomb.tell() < 20_000
    with pytest.raises(NotAPhoto, match="pixels"):
        clean_photo(bomb.getvalue(), heaviest=HEAVIEST_PHOTO)


@pytest.fixture
def given(school):
    justification = JustificationFactory()
    JustificationPhoto.objects.create(justification=justification, content=jpeg())
    return justification


def guardian_of(student, **kwargs):
    return GuardianshipFactory(student=student, guardian=GuardianFactory(active=True), **kwargs).guardian


def test_the_photo_is_kept_by_no_browser_and_run_by_none(client, path_to, given):
    client.force_login(guardian_of(given.student).member.user)
    answer = client.get(path_to("attendance:photo", given.pk))
    assert answer.content == jpeg()
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"] == f'inline; filename="justificatif-{today()}.jpg"'
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_only_vie_scolaire_and_those_who_may_justify_see_it(client, path_to, given, educator):
    strangers = [
        guardian_of(JustificationFactory().student).member,
        guardian_of(given.student, may_justify=False).member,
        MemberFactory(),
    ]
    for member, status in [(educator, 200), *((stranger, 404) for stranger in strangers)]:
        client.force_login(member.user)
        assert client.get(path_to("attendance:photo", given.pk)).status_code == status


def test_a_certificate_is_not_kept_for_ever(school, educator):
    def photo_of(days_ago: int) -> JustificationPhoto:
        old = JustificationFactory(starts_on=today() - timedelta(days=days_ago))
        return JustificationPhoto.objects.create(justification=old, content=jpeg())

    photo_of(400)
    recent = photo_of(390)
    said = Said(Period(today(), today()), ReasonFactory(), photo=jpeg())
    given = give_justification(student_id=StudentFactory().pk, said=said, by=educator, at=now())
    kept = JustificationPhoto.objects.values_list("justification", flat=True)
    assert set(kept) == {recent.justification_id, given.pk}


@pytest.mark.browser
def test_a_phone_sends_a_photo_made_small_and_says_that_it_leaves(phone):
    heavy = BytesIO()
    Image.effect_noise((3000, 2000), 60).save(heavy, "JPEG", quality=95)
    field = '<input type="file" data-edu-photo="1280">'
    phone.set_content(f'<form target="f">{field}<button>Envoyer</button></form><iframe name="f"></iframe>')
    phone.add_script_tag(content=SCRIPT.read_text())
    photo = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": heavy.getvalue()}
    phone.set_input_files("input", photo)
    phone.wait_for_function("document.querySelector('input').files[0].name === 'photo.jpg'")
    assert phone.evaluate("document.querySelector('input').files[0].size") < heavy.tell() / 4
    small = phone.evaluate("createImageBitmap(document.querySelector('input').files[0]).then(i => i.width)")
    assert small == photos.WIDEST
    phone.get_by_role("button", name="Envoyer").click()
    phone.get_by_role("button", name="Envoi en cours…").wait_for()
    phone.evaluate("dispatchEvent(new Event('pageshow'))")
    phone.get_by_role("button", name="Envoyer").wait_for()
