"""The school staff's Django admin: roles in this school decide, never is_staff."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any
from unicodedata import normalize

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import get_script_prefix

from .models import OFFICE
from .selectors import latest_actions

_IN_ORDER = [
    "people",
    "classes",
    "accounts",
    "grades",
    "attendance",
    "reports",
    "notifications",
    "schools",
    "core",
]
_NOT_OURS = {"login", "logout", "password_change", "password_change_done", "view_on_site"}


class SchoolAdminSite(admin.AdminSite):
    """Lives at /<school>/admin/; to anyone but the school's office it does not exist.

    Sign-in, sign-out and passwords are the portal's; nothing here reads Django's permissions, its shared
    log or its content types.
    """

    site_header = site_title = "EduConnect, secrétariat"
    index_title = "Établissement"
    index_template = "admin/school_index.html"

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.member and request.member.holds(*OFFICE))

    def admin_view(self, view: Callable, cacheable: bool = False) -> Callable:
        """What one may not see is a 404, here too."""
        guarded = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not self.has_permission(request):
                raise Http404
            try:
                return guarded(request, *args, **kwargs)
            except PermissionDenied:
                raise Http404 from None

        return update_wrapper(inner, guarded)

    def get_urls(self) -> list:
        return [url for url in super().get_urls() if getattr(url, "name", "") not in _NOT_OURS]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict]:
        """What is used most comes first; names in French order."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=lambda model: normalize("NFKD", str(model["name"])))
        return sorted(apps, key=lambda app: _IN_ORDER.index(app["app_label"]))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What every page shows; not the list of all the others, which is for a side bar that we have not."""
        return {
            "site_title": self.site_title,
            "site_header": request.school.name,
            "site_url": get_script_prefix(),
            "has_permission": self.has_permission(request),
            "is_popup": False,
            "is_nav_sidebar_enabled": False,
        }

    def index(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        return super().index(request, {"latest_actions": latest_actions(request.member)})


school_admin = SchoolAdminSite(name="admin")
