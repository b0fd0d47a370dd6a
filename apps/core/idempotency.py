"""The same request twice is one request: an unsafe request may carry an Idempotency-Key."""

import hashlib
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse

from .clock import now
from .models import KeptAnswer

HEADER = "Idempotency-Key"
_LONGEST_KEY = 100
_KEPT_HEADERS = ("Content-Type", "Location", "HX-Trigger", "HX-Redirect", "Vary")


def idempotent(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Keep the answer to a keyed request in its own transaction, for seven days.

    A replay gets the same answer; the same key with another body is a 422. A second request with the
    same key at the same time waits on the row that the first one is writing.
    """

    @wraps(view)
    def keyed(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        key = request.headers.get(HEADER, "")
        if not key or request.method in ("GET", "HEAD"):
            return view(request, *args, **kwargs)
        if len(key) > _LONGEST_KEY:
            return HttpResponse("Clé trop longue.", status=400, content_type="text/plain; charset=utf-8")
        kept, fresh = _claim(request, key)
        if not fresh:
            return _replay(kept, request)
        response = view(request, *args, **kwargs)
        _keep(kept, response)
        return response

    return keyed


def _claim(request: HttpRequest, key: str) -> tuple[KeptAnswer, bool]:
    return KeptAnswer.objects.get_or_create(
        member_id=request.member.pk,
        route=request.path_info[:200],
        key=key,
        defaults={"body_hash": hashlib.sha256(request.body).hexdigest(), "kept_at": now()},
    )


def _replay(kept: KeptAnswer, request: HttpRequest) -> HttpResponse:
    if kept.body_hash != hashlib.sha256(request.body).hexdigest():
        text = "Cette clé a déjà servi pour un autre envoi."
        return HttpResponse(text, status=422, content_type="text/plain; charset=utf-8")
    return HttpResponse(kept.body, status=kept.status, headers=kept.headers)


def _keep(kept: KeptAnswer, response: HttpResponse) -> None:
    """A failure is not kept (its transaction is rolled back): the next try is a first one."""
    kept.status = response.status_code
    kept.headers = {name: response[name] for name in _KEPT_HEADERS if response.has_header(name)}
    kept.body = response.content.decode()
    kept.save(update_fields=["status", "headers", "body"])
