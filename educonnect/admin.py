"""The operator's own admin at /admin/: schools, and nothing of what is inside them."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import SimpleAdminConfig
from django.http import Http404, HttpRequest, HttpResponse

PORTALS_OWN = {"login", "logout", "password_change", "password_change_done", "view_on_site"}


class OperatorAdminConfig(SimpleAdminConfig):
    default_site = "educonnect.admin.OperatorSite"


class OperatorSite(AdminSite):
    """To anyone but the operator, it does not exist. Sign-in, sign-out and passwords are the portal's."""

    site_header = site_title = "EduConnect, exploitation"
    index_title = "Établissements"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_staff and request.user.is_superuser

    def admin_view(self, view: Callable, cacheable: bool = False) -> Callable:
        guarded = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not self.has_permission(request):
                raise Http404
            return guarded(request, *args, **kwargs)

        return update_wrapper(inner, guarded)

    def get_urls(self) -> list:
        return [url for url in super().get_urls() if getattr(url, "name", "") not in PORTALS_OWN]
