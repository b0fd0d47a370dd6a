"""What makes a page another page: an ETag that changes with each of its causes."""

import hashlib
from collections.abc import Callable, Iterable
from functools import cache

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.views.decorators.http import condition

from apps.core.clock import today
from apps.core.pages import wants_part

SOURCES = ("apps/**/*.py", "educonnect/**/*.py", "templates/**/*.html", "static/**/*.*")


def unchanged_unless(causes: Callable[..., Iterable[object]]) -> Callable:
    """Answer 304 with an empty body while none of the page's `causes` has changed since it was last sent.

    Whatever the page: never while a flash message waits to be seen, and never across another sign-in or
    form token, another day, another release, the whole page and its part.
    """

    def etag(request: HttpRequest, *args: object, **kwargs: object) -> str | None:
        if len(get_messages(request)):
            return None
        return etag_of(request, causes(request, *args, **kwargs), part=wants_part(request))

    return condition(etag_func=etag)


def etag_of(request: HttpRequest, causes: Iterable[object], *, part: bool) -> str:
    """Of the page made of these causes, or of its `part`: what asks for the part again may know it."""
    token = request.COOKIES.get(settings.CSRF_COOKIE_NAME)
    frame = (release(), today(), request.session.session_key, token, part)
    return f'"{hashlib.sha256(repr((*frame, *causes)).encode()).hexdigest()[:32]}"'


@cache
def release() -> str:
    """One word for the code that answers: the same in each process of a release, another after any change."""
    digest = hashlib.sha256()
    for pattern in SOURCES:
        for path in sorted(settings.BASE_DIR.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
