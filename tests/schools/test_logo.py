"""The school's logo: light, a PNG whatever its name says, read by its members alone."""

import pytest
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


def test_the_head_sends_it_and_members_see_it(client, school, path_to):
    client.force_login(MemberFactory(roles=[Role.PRINCIPAL]).user)
    assert upload(client, school, png()).status_code == 302
    client.force_login(MemberFactory(roles=[Role.GUARDIAN]).user)
    answer = client.get(path_to("schools:logo"))
    assert (answer.content, answer["Content-Type"]) == (png(), "image/png")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, max-age=86400"
    again = client.get(path_to("schools:logo"), headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


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
        LogoFactory()
    client.force_login(MemberFactory().user)
    assert client.get(path_to("schools:logo")).status_code == 404
