"""The operator's admin: schools, and nothing of what is inside them."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.core.clock import now

from . import services
from .models import School


@admin.register(School)
class SchoolAdmin(admin.ModelAdmin):
    list_display = ["name", "slug", "kind", "status", "city", "suspended_at"]
    list_filter = ["kind", "status", ("suspended_at", admin.EmptyFieldListFilter)]
    search_fields = ["name", "slug", "city", "code"]
    ordering = ["name"]
    readonly_fields = ["suspended_at"]
    actions = ["suspend", "reopen"]

    def get_readonly_fields(self, request: HttpRequest, obj: School | None = None) -> list[str]:
        """An address is for ever: families have it on paper."""
        return [*self.readonly_fields, "slug"] if obj else self.readonly_fields

    def has_delete_permission(self, request: HttpRequest, obj: School | None = None) -> bool:
        """A school is suspended, never deleted by a click."""
        return False

    @admin.action(description="Suspendre")
    def suspend(self, request: HttpRequest, queryset: QuerySet) -> None:
        for school in queryset:
            services.suspend(school=school, at=now())
            self.log_change(request, school, "Suspendu.")

    @admin.action(description="Rouvrir")
    def reopen(self, request: HttpRequest, queryset: QuerySet) -> None:
        for school in queryset:
            services.reopen(school=school)
            self.log_change(request, school, "Rouvert.")
