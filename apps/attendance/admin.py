"""The school's list of reasons; roll calls and absences, to look at: pages and phones write these."""

from django.contrib import admin

from apps.accounts.admin_site import school_admin
from apps.accounts.school_admin import ReadOnlyAdmin, ReadOnlyInline, SchoolAdmin

from .models import (
    Absence,
    AbsenceReason,
    AttendanceThreshold,
    EntryPass,
    Excusal,
    Justification,
    LateArrival,
    RollCall,
    RollEntry,
    ThresholdAnswer,
    WholeClassAbsence,
)


class RollEntryInline(ReadOnlyInline):
    model = RollEntry
    fields = ["student", "state", "minutes_late", "note"]
    ordering = ["student__sort_key"]


@admin.register(RollCall, site=school_admin)
class RollCallAdmin(ReadOnlyAdmin):
    list_display = ["held_on", "starts_at", "group", "course", "taken_by", "closed_at"]
    list_filter = ["held_on", ("closed_at", admin.EmptyFieldListFilter)]
    list_select_related = ["group", "course__subject", "course__group", "taken_by__user"]
    search_fields = ["group__name", "taken_by__user__last_name"]
    ordering = ["-held_on", "-starts_at", "pk"]
    inlines = [RollEntryInline]


@admin.register(Absence, site=school_admin)
class AbsenceAdmin(ReadOnlyAdmin):
    list_display = ["student", "held_on", "starts_at", "ends_at", "is_justified", "reason", "cancelled_at"]
    list_filter = ["is_justified", "held_on", ("cancelled_at", admin.EmptyFieldListFilter)]
    list_select_related = ["student"]
    search_fields = ["student__sort_key", "reason"]
    ordering = ["-held_on", "-starts_at", "pk"]


@admin.register(LateArrival, site=school_admin)
class LateArrivalAdmin(ReadOnlyAdmin):
    list_display = ["student", "held_on", "starts_at", "minutes"]
    list_filter = ["held_on"]
    list_select_related = ["student"]
    search_fields = ["student__sort_key"]
    ordering = ["-held_on", "-starts_at", "pk"]


@admin.register(Excusal, site=school_admin)
class ExcusalAdmin(ReadOnlyAdmin):
    list_display = [
        "student",
        "kind",
        "starts_on",
        "ends_on",
        "starts_at",
        "ends_at",
        "course",
        "cancelled_at",
    ]
    list_filter = ["kind", "starts_on", ("cancelled_at", admin.EmptyFieldListFilter)]
    list_select_related = ["student", "course__subject", "course__group"]
    search_fields = ["student__sort_key", "note"]
    ordering = ["-starts_on", "pk"]


@admin.register(AbsenceReason, site=school_admin)
class AbsenceReasonAdmin(SchoolAdmin):
    list_display = ["label", "justifies", "is_for_families", "position"]
    list_editable = ["justifies", "is_for_families", "position"]
    list_filter = ["justifies", "is_for_families"]
    search_fields = ["label"]
    ordering = ["position", "label"]


@admin.register(Justification, site=school_admin)
class JustificationAdmin(ReadOnlyAdmin):
    list_display = ["student", "starts_on", "ends_on", "reason", "line", "state", "given_at", "decided_by"]
    list_filter = ["state", "reason", "starts_on"]
    list_select_related = ["student", "reason", "decided_by__user"]
    search_fields = ["student__sort_key", "line"]
    ordering = ["-given_at", "pk"]


@admin.register(WholeClassAbsence, site=school_admin)
class WholeClassAbsenceAdmin(ReadOnlyAdmin):
    list_display = ["held_on", "starts_at", "ends_at", "audience", "listed_reason", "count", "cancelled_at"]
    list_filter = ["held_on", "listed_reason", ("cancelled_at", admin.EmptyFieldListFilter)]
    list_select_related = ["listed_reason"]
    search_fields = ["audience", "line"]
    ordering = ["-held_on", "-starts_at", "pk"]


@admin.register(AttendanceThreshold, site=school_admin)
class AttendanceThresholdAdmin(SchoolAdmin):
    list_display = ["what", "at_least", "within", "proposal", "is_on"]
    list_editable = ["at_least", "within", "proposal", "is_on"]
    list_filter = ["what", "within", "is_on"]
    search_fields = ["proposal"]
    ordering = ["what", "at_least", "pk"]


@admin.register(ThresholdAnswer, site=school_admin)
class ThresholdAnswerAdmin(ReadOnlyAdmin):
    list_display = ["student", "threshold", "count", "line", "answered_by", "answered_at"]
    list_filter = ["threshold", "answered_at"]
    list_select_related = ["student", "threshold", "answered_by__user"]
    search_fields = ["student__sort_key", "line"]
    ordering = ["-answered_at", "pk"]


@admin.register(EntryPass, site=school_admin)
class EntryPassAdmin(ReadOnlyAdmin):
    list_display = ["student", "class_name", "held_on", "starts_at", "minutes", "printed_by", "printed_at"]
    list_filter = ["held_on", "is_justified"]
    list_select_related = ["student", "printed_by__user"]
    search_fields = ["student__sort_key", "class_name"]
    ordering = ["-printed_at", "pk"]
