"""How families are warned, and what became of each warning."""

from django.contrib import admin
from django.http import HttpRequest

from apps.accounts.admin_site import school_admin
from apps.accounts.school_admin import ReadOnlyAdmin, ReadOnlyInline, SchoolAdmin

from .models import Alert, AlertSettings, Delivery, DeliveryChange


@admin.register(AlertSettings, site=school_admin)
class AlertSettingsAdmin(SchoolAdmin):
    """One row for the whole school."""

    list_display = ["__str__", "grace_minutes", "sends_sms"]
    list_filter_reason = search_reason = "there is one row"
    ordering = ["pk"]

    def has_add_permission(self, request: HttpRequest, obj: AlertSettings | None = None) -> bool:
        return super().has_add_permission(request, obj) and not AlertSettings.objects.exists()


class DeliveryInline(ReadOnlyInline):
    model = Delivery
    fields = ["channel", "recipient", "text", "segments", "state", "detail", "updated_at"]
    ordering = ["created_at"]


@admin.register(Alert, site=school_admin)
class AlertAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "kind", "student", "guardian", "state", "due_at"]
    list_filter = ["state", "kind", "created_at"]
    list_select_related = ["student", "guardian"]
    search_fields = ["student__sort_key", "guardian__sort_key"]
    ordering = ["-created_at", "-pk"]
    inlines = [DeliveryInline]


class DeliveryChangeInline(ReadOnlyInline):
    model = DeliveryChange
    fields = ["changed_at", "state", "detail"]
    ordering = ["changed_at", "pk"]


@admin.register(Delivery, site=school_admin)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "recipient", "alert", "state", "detail", "segments", "attempts"]
    list_filter = ["state", "channel", "created_at"]
    list_select_related = ["alert"]
    search_fields = ["recipient", "text"]
    ordering = ["-created_at", "-pk"]
    inlines = [DeliveryChangeInline]
