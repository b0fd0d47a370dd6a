import struct
import zlib
from datetime import date

import factory
from factory.django import DjangoModelFactory

from apps.schools.models import Logo, School, SchoolYear
from apps.schools.services import set_logo


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
