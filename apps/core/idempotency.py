"""The same request twice is one request: an unsafe request may carry an Idempotency-Key, or its form one."""

import hashlib
import json
import secrets
from collections.abc import Callable
from functools import wraps

from django.db import connection
from django.http import HttpRequest, HttpResponse

from .clock import now
from .models import KeptAnswer
from .tenancy import current_school_id

HEADER = "Idempotency-Key"
FIELD = "idempotency_key"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_LONGEST_KEY = 100
_KEPT_HEADERS = (
    "Content-Type", "Location", "HX-Trigger", "HX-Redirect", "HX-Retarget", "HX-Reswap", "Vary",
)  # fmt: skip


_CLAIM = """
    INSERT INTO core_keptanswer (school_id, member_id, route, key, body_hash, headers, body, kept_at)
    VALUES (%s, %s, %s, %s, %s, '{}', '', %s)
    ON CONFLICT (school_id, member_id, route, key) DO NOTHING RETURNING id
"""


def fresh_key() -> str:
    """For the hidden field `idempotency_key` of a form."""
    return secrets.token_urlsafe(12)


def idempotent(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Keep the answer to a keyed request in its own transaction, for seven days.

    A replay gets the same answer; the same key with another body is a 422. A second request with the
    same key at the same time waits on the row that the first one is writing.
    """

    @wraps(view)
    def keyed(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        key = "" if request.method in ("GET", "HEAD") else _key_of(request)
        if not key:
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


def _key_of(request: HttpRequest) -> str:
    """The header's; else the form's, one for each text typed in it: shown by "back", it may be sent anew."""
    if HEADER in request.headers:
        return request.headers[HEADER]
    key = request.POST.get(FIELD, "")
    return key and f"{key}.{_hash(request)}"


def _hash(request: HttpRequest) -> str:
    """What was sent, whatever wraps it: a form's boundary and CSRF token change from one try to the next."""
    fields = [pair for pair in sorted(request.POST.lists()) if pair[0] != "csrfmiddlewaretoken"]
    files = [(name, file.name, file.size) for name, file in sorted(request.FILES.items())]
    sent = json.dumps([fields, files]).encode() if request.content_type in FORMS else request.body
    return hashlib.sha256(sent).hexdigest()


def _claim(request: HttpRequest, key: str) -> tuple[KeptAnswer, bool]:
    """One statement for a first request, two for a replay."""
    member_id, route = request.member.pk, request.path_info[:200]
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [current_school_id(), member_id, route, key, _hash(request), now()])
        claimed = cursor.fetchone()
    if claimed:
        return KeptAnswer(pk=claimed[0]), True
    return KeptAnswer.objects.get(member_id=member_id, route=route, key=key), False


def _replay(kept: KeptAnswer, request: HttpRequest) -> HttpResponse:
    if kept.body_hash != _hash(request):
        text = "Cette clé a déjà servi pour un autre envoi."
        return HttpResponse(text, status=422, content_type="text/plain; charset=utf-8")
    return HttpResponse(kept.body, status=kept.status, headers=kept.headers)


def _keep(kept: KeptAnswer, response: HttpResponse) -> None:
    """A failure is not kept (its transaction is rolled back): the next try is a first one."""
    kept.status = response.status_code
    kept.headers = {name: response[name] for name in _KEPT_HEADERS if response.has_header(name)}
    kept.body = response.content.decode()
    kept.save(update_fields=["status", "headers", "body"])
