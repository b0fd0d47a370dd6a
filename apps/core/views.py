"""Pages of no module: health, and what is shown when something went wrong."""

import logging
import sys

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)


@require_safe
@never_cache
@login_not_required
def health(request: HttpRequest) -> HttpResponse:
    """For the proxy and the launchers: the web answers and reaches its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@login_not_required
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script of pages kept for when there is no network: from the root, it may serve any school."""
    script = (settings.BASE_DIR / "static" / "js" / "sw.js").read_bytes()
    headers = {"Cache-Control": "no-cache", "Content-Type": "text/javascript; charset=utf-8"}
    return HttpResponse(script, headers=headers)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token was lost (another sign-in, a very old page): what was typed is kept by the browser."""
    return render(request, "403_csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Our fault; a lost database has its own page."""
    trouble = sys.exc_info()[1]
    if isinstance(trouble, OperationalError | InterfaceError):
        return unavailable(request, trouble)
    return HttpResponse(render(None, "500.html").content, status=500)


def unavailable(request: HttpRequest, trouble: Exception) -> HttpResponse:
    """The 503 page; it needs neither database nor session."""
    logger.error("The database is away (%s)", type(trouble).__name__)
    response = HttpResponse(render(None, "503.html").content, status=503)
    response["Retry-After"] = "10"
    response["Cache-Control"] = "no-store"
    return response
