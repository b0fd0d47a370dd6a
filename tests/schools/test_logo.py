"""The school's logo: light, a PNG whatever its name says, read by its members alone."""

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.accounts.models import Role
from apps.core.tenancy import in_school
from apps.schools.models import Logo
from apps.schools.rules import HEAVIEST, NotALogo, check_logo
from tests.factories.accounts import MemberFactory
from tests.factories.schools import LogoFactory, SchoolFactory, png


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a" + b"\0" * 60,
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        png()[:20],
        b"\x89PNG\r\n\x1a\n" + b"<script>" * 8,
        png() + b"\0" * HEAVIEST,
        png(513, 8),
        png(8, 20_000),
        png(0, 8),
    ],
)
def test_anything_but_a_small_png_is_refused(content):
    with pytest.raises(NotALogo):
        check_logo(content)


def test_a_small_png_is_a_logo():
    check_logo(png(128, 128))


def upload(client, school, content: bytes):
    file = SimpleUploadedFile("n’importe.exe", content, content_type="text/html")
    return client.post(f"/{school.slug}/admin/schools/logo/add/", {"file": file})


def shown(page) -> BeautifulSoup | None:
    """The logo at the head of a page."""
    return BeautifulSoup(page.content, "html.parser").select_one(".top img")


def test_the_head_sends_it_and_members_see_it_for_ever(client, school, path_to):
    client.force_login(MemberFactory(roles=[Role.PRINCIPAL]).user)
    assert shown(client.get(path_to("portal:home"))) is None
    assert upload(client, school, png()).status_code == 302
    image = shown(client.get(path_to("portal:home")))
    client.force_login(MemberFactory(roles=[Role.GUARDIAN]).user)
    answer = client.get(image["src"])
    assert (answer.content, answer["Content-Type"]) == (png(), "image/png")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"


def test_its_room_is_kept_and_its_name_is_the_school_s(client, school, path_to):
    LogoFactory()
    client.force_login(MemberFactory(roles=[Role.TEACHER]).user)
    image = shown(client.get(path_to("portal:home")))
    assert (image["width"], image["height"], image["alt"]) == ("36", "36", school.name)


def test_another_image_has_another_address(client, school, path_to):
    client.force_login(MemberFactory(roles=[Role.PRINCIPAL]).user)
    upload(client, school, png())
    before = shown(client.get(path_to("portal:home")))["src"]
    logo = Logo.objects.get()
    file = SimpleUploadedFile("l.png", png(16, 16))
    client.post(f"/{school.slug}/admin/schools/logo/{logo.pk}/change/", {"file": file})
    after = shown(client.get(path_to("portal:home")))["src"]
    assert after != before
    assert client.get(before).status_code == 404
    assert client.get(after).content == png(16, 16)


def test_without_it_the_head_is_bare_again(client, school, path_to):
    logo = LogoFactory()
    client.force_login(MemberFactory(roles=[Role.PRINCIPAL]).user)
    client.post(f"/{school.slug}/admin/schools/logo/{logo.pk}/delete/", {"post": "yes"})
    assert shown(client.get(path_to("portal:home"))) is None


def test_pages_of_no_school_show_none(client, school):
    LogoFactory()
    client.force_login(MemberFactory(roles=[Role.GUARDIAN]).user)
    assert shown(client.get("/famille/")) is None


def test_what_is_no_logo_is_told_in_words(client, school):
    client.force_login(MemberFactory(roles=[Role.PRINCIPAL]).user)
    answer = upload(client, school, b"<svg/>" * 20)
    assert answer.status_code == 200
    assert "Une image PNG" in answer.text
    assert not Logo.objects.exists()


def test_the_secretary_looks_at_it_only(client, school):
    client.force_login(MemberFactory(roles=[Role.SECRETARY]).user)
    assert upload(client, school, png()).status_code == 404


def test_a_school_has_its_own(client, school, path_to):
    with in_school(SchoolFactory().pk):
        theirs = LogoFactory()
    client.force_login(MemberFactory().user)
    assert client.get(path_to("schools:logo", theirs.digest)).status_code == 404
