"""Who asks, and in which school: the path decides, never the session."""

import secrets
from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import get_script_prefix, set_script_prefix

from apps.core.clock import today
from apps.core.devices import device_of
from apps.core.tenancy import in_school, sign_changes
from apps.schools.models import RESERVED_SLUGS
from apps.schools.selectors import school_at

from .selectors import member_of

GetResponse = Callable[[HttpRequest], HttpResponse]
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FIRST_SIGN_IN = "/compte/mot-de-passe/"
WRITTEN_BY = "X-Edu-Member"  # who typed what a browser's queue sends, maybe before another sign-in
NOT_YOURS = "Ce travail est celui d’une autre personne : il attend qu’elle se reconnecte."
SIGNED_OUT = "Votre session a expiré. Reconnectez-vous : ce que vous avez saisi est toujours là."


class SignInMiddleware(LoginRequiredMiddleware):
    """Every page asks for a sign-in unless it says otherwise; a swap gets a sentence, not a sign-in page."""

    def get_login_url(self, view_func: Callable) -> str:
        """One door for all: Django's admins name one of their own."""
        return settings.LOGIN_URL

    def handle_no_permission(self, request: HttpRequest, view_func: Callable) -> HttpResponse:
        if request.htmx:
            return HttpResponse(SIGNED_OUT, status=401, content_type="text/plain; charset=utf-8")
        return super().handle_no_permission(request, view_func)


class FirstSignInMiddleware:
    """Whoever came in with the school's one-time code chooses a password before anything else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        free = (FIRST_SIGN_IN, "/deconnexion/", "/static/", "/sante/")
        if request.school is None and request.path_info.startswith(free):
            return self.get_response(request)
        if getattr(request.user, "must_change_password", False):
            goes_on = f"?{urlencode({'next': request.get_full_path()})}" if request.method == "GET" else ""
            return redirect(f"{FIRST_SIGN_IN}{goes_on}")
        return self.get_response(request)


class SchoolMiddleware:
    """`/<school>/…`: the slug moves to the script prefix, the request into the school's scope.

    A safe request is read-only, a response of 500 or more rolls back, and a page of a school
    does not exist for those who are not its members.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.school = request.member = None
        slug, slash, rest = request.path_info.removeprefix("/").partition("/")
        if not slash or slug in RESERVED_SLUGS:
            return self.get_response(request)
        request.school = school_at(slug)
        if request.school is None:
            return self.get_response(request)
        if request.school.suspended_at:
            return render(request, "errors/suspended.html", {"school": request.school}, status=403)

        request.path_info, request.urlconf = f"/{rest}", "educonnect.urls_school"
        outer_prefix = get_script_prefix()
        set_script_prefix(f"{outer_prefix}{slug}/")
        try:
            return self._in_scope(request)
        finally:
            set_script_prefix(outer_prefix)

    def _in_scope(self, request: HttpRequest) -> HttpResponse:
        with in_school(request.school.pk, read_only=request.method in SAFE_METHODS):
            if request.user.is_authenticated:
                request.member = member_of(request.user, today())
                if request.member is None or not request.member.roles:
                    raise Http404
                if request.headers.get(WRITTEN_BY, str(request.member.pk)) != str(request.member.pk):
                    return HttpResponse(NOT_YOURS, status=409, content_type="text/plain; charset=utf-8")
                if request.method not in SAFE_METHODS:
                    return self._signed(request)
            return self._answer(request)

    def _signed(self, request: HttpRequest) -> HttpResponse:
        """History keeps who changed what, by which request (answered as X-Request-ID) and from what."""
        number = secrets.token_hex(8)
        device = device_of(request.headers.get("User-Agent", ""))
        sign_changes(member=request.member.pk, request=number, device=device)
        response = self._answer(request)
        response["X-Request-ID"] = number
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code >= 500:
            transaction.set_rollback(True)
        return response
