"""How papers are handed over."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def pdf(content: bytes, name: str) -> HttpResponse:
    """A file of a school's own making: opened where it is, kept by no cache but its reader's."""
    headers = {
        "Content-Disposition": content_disposition_header(False, name),
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(bytes(content), content_type="application/pdf", headers=headers)
