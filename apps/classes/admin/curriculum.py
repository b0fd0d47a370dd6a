"""Levels, subjects, coefficients, calendars."""

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from apps.accounts.admin_site import school_admin
from apps.accounts.school_admin import SchoolAdmin, SchoolInline
from apps.classes import services
from apps.classes.models import Calendar, Level, Stream, Subject, SubjectGroup, SubjectPlan, Term


class ByPosition(SchoolAdmin):
    """Short lists of the curriculum."""

    list_filter_reason = "a school has a dozen of them"
    ordering = ["position", "pk"]


@admin.register(Level, site=school_admin)
class LevelAdmin(ByPosition):
    list_display = ["name", "code", "cycle", "position"]
    search_fields = ["name", "code"]

    def save_model(self, request: HttpRequest, obj: Level, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        services.follow_cycle(obj)


@admin.register(Stream, site=school_admin)
class StreamAdmin(ByPosition):
    list_display = ["name", "code"]
    search_fields = ["name", "code"]
    ordering = ["code"]


@admin.register(SubjectGroup, site=school_admin)
class SubjectGroupAdmin(ByPosition):
    list_display = ["name", "position"]
    search_fields = ["name"]


@admin.register(Subject, site=school_admin)
class SubjectAdmin(SchoolAdmin):
    list_display = ["name", "code", "parent", "position"]
    list_filter = [("parent", admin.EmptyFieldListFilter)]
    list_select_related = ["parent"]
    search_fields = ["name", "code"]
    ordering = ["position", "name"]


@admin.register(SubjectPlan, site=school_admin)
class SubjectPlanAdmin(SchoolAdmin):
    """Coefficients, changed in the list itself."""

    list_display = [
        "subject", "level", "stream", "class_group", "coefficient", "weekly_sessions", "is_optional", "year",
    ]  # fmt: skip
    list_editable = ["coefficient", "weekly_sessions"]
    list_filter = ["year", "level", "stream", "subject_group", "is_optional"]
    list_select_related = ["subject", "level", "stream", "class_group", "year"]
    search_fields = ["subject__name", "subject__code"]
    ordering = ["-year__opens_on", "level__position", "stream__code", "subject__position", "pk"]


class TermInline(SchoolInline):
    model = Term
    ordering = ["number"]


@admin.register(Calendar, site=school_admin)
class CalendarAdmin(SchoolAdmin):
    list_display = ["year", "kind"]
    list_filter = ["kind"]
    list_select_related = ["year"]
    search_fields = ["year__name"]
    ordering = ["-year__opens_on", "kind"]
    inlines = [TermInline]

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: list, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        services.furnish_classes_of(form.instance)
