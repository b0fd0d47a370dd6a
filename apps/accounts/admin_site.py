"""The school staff's Django admin: roles in this school decide, never is_staff."""

from django.contrib import admin
from django.http import HttpRequest

from .models import OFFICE


class SchoolAdminSite(admin.AdminSite):
    """Lives at /<school>/admin/; to anyone but the school's office it does not exist."""

    site_header = site_title = "EduConnect, secrétariat"
    index_title = "Établissement"

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.member and request.member.holds(*OFFICE))


school_admin = SchoolAdminSite(name="admin")
