"""Marks, to look at: they are written on the mark sheet, and nowhere else. And who may still write some."""

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from apps.accounts.admin_site import school_admin
from apps.accounts.models import DIRECTION
from apps.accounts.school_admin import ReadOnlyAdmin, SchoolAdmin
from apps.core.clock import now

from .forms.reopenings import ReopeningForm
from .models import Assessment, Mark, Reopening


@admin.register(Assessment, site=school_admin)
class AssessmentAdmin(ReadOnlyAdmin):
    list_display = ["title", "course", "term", "held_on", "out_of", "coefficient", "counts", "published_at"]
    list_filter = [
        "kind",
        "counts",
        "category",
        "term",
        "held_on",
        ("published_at", admin.EmptyFieldListFilter),
    ]
    list_select_related = ["course__subject", "course__group", "term"]
    search_fields = ["title", "course__subject__name", "course__group__name"]
    ordering = ["-held_on", "-pk"]


@admin.register(Mark, site=school_admin)
class MarkAdmin(ReadOnlyAdmin):
    list_display = ["student", "__str__", "assessment", "subject", "held_on"]
    list_filter = ["missing", "assessment__term", "assessment__kind"]
    list_select_related = ["student", "assessment__course__subject"]
    search_fields = ["student__sort_key", "assessment__title"]
    ordering = ["-pk"]  # by the key: sorting a year's marks by date would take seconds

    @admin.display(description="matière", ordering="assessment__course__subject__name")
    def subject(self, mark: Mark) -> str:
        return str(mark.assessment.course.subject)

    @admin.display(description="date", ordering="assessment__held_on")
    def held_on(self, mark: Mark):
        return mark.assessment.held_on

    def get_readonly_fields(self, request: HttpRequest, obj: Mark | None = None) -> list[str]:
        """The page of its history is the direction's."""
        return ["trail"] if request.member.holds(*DIRECTION) else []

    @admin.display(description="historique")
    def trail(self, mark: Mark) -> str:
        page = reverse("grades:mark_history", args=[mark.assessment_id, mark.student_id])
        return format_html('<a href="{}">Qui l’a écrite, et quand</a>', page)


@admin.register(Reopening, site=school_admin)
class ReopeningAdmin(SchoolAdmin):
    """A course's marks in a closed term, for a while. Only its end can be moved: what was said stays."""

    form = ReopeningForm
    fields = ["course", "term", "until", "reason"]
    list_display = ["course", "term", "until", "reason", "opened_by", "opened_at"]
    list_filter = ["term", "until"]
    list_select_related = ["course__subject", "course__group", "term", "opened_by__user"]
    search_fields = ["course__subject__name", "course__group__name", "reason"]
    ordering = ["-until", "-pk"]

    def get_readonly_fields(self, request: HttpRequest, obj: Reopening | None = None) -> list[str]:
        return ["course", "term", "reason"] if obj else []

    def get_form(self, request: HttpRequest, obj: Reopening | None = None, **kwargs) -> type:
        form = super().get_form(request, obj, **kwargs)
        form.at = now()
        return form

    def save_model(self, request: HttpRequest, obj: Reopening, form: ReopeningForm, change: bool) -> None:
        if not change:
            obj.opened_by, obj.opened_at = request.member, now()
        super().save_model(request, obj, form, change)
