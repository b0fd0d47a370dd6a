import struct
import zlib
from datetime import date
from io import BytesIO

import factory
from factory.django import DjangoModelFactory
from PIL import Image, ImageDraw

from apps.core.clock import now
from apps.schools.models import Imprint, Logo, School, SchoolYear
from apps.schools.rules import clean_imprint
from apps.schools.services import set_imprint, set_logo


class SchoolFactory(DjangoModelFactory):
    class Meta:
        model = School

    slug = factory.Sequence("ecole-{}".format)
    name = factory.Sequence("Collège {}".format)
    phone = "2722401036"


class SchoolYearFactory(DjangoModelFactory):
    class Meta:
        model = SchoolYear
        django_get_or_create = ["name"]

    name = "2026-2027"
    opens_on = date(2026, 9, 7)
    closes_on = date(2027, 7, 14)


def png(width: int = 8, height: int = 8) -> bytes:
    """The smallest grey image of that size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    lines = zlib.compress((b"\0" + b"\x80" * width) * height, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


class LogoFactory(DjangoModelFactory):
    """The logo of the school in scope."""

    class Meta:
        model = Logo

    content = factory.LazyFunction(png)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return set_logo(**kwargs)


def ink(colour: str = "navy", size: tuple[int, int] = (300, 120)) -> bytes:
    """A photo of a signature on paper that is not quite white, with what a phone writes in it."""
    paper = Image.new("RGB", size, "#e8e6e0")
    ImageDraw.Draw(paper).line([(40, 60), (120, 30), (180, 90), (260, 50)], fill=colour, width=6)
    about = Image.Exif()
    about[0x010F] = "Un téléphone"
    sent = BytesIO()
    paper.save(sent, "JPEG", exif=about)
    return sent.getvalue()


class ImprintFactory(DjangoModelFactory):
    """A signature that papers show from now on."""

    class Meta:
        model = Imprint

    kind = "signature"
    content = factory.LazyFunction(lambda: clean_imprint(ink()))

    @classmethod
    def _create(cls, model, **kwargs):
        return set_imprint(at=now(), **kwargs)
