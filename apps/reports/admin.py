"""The words of papers; and the register of those issued, to be looked at: nothing in it is ever changed."""

from django.contrib import admin

from apps.accounts.admin_site import school_admin
from apps.accounts.school_admin import ReadOnlyAdmin, SchoolAdmin

from .models import (
    Acknowledgement,
    Cancellation,
    Certificate,
    ClassCouncil,
    Letterhead,
    Remark,
    ReportCard,
    SealingKey,
    Verdict,
)


@admin.register(Letterhead, site=school_admin)
class LetterheadAdmin(SchoolAdmin):
    list_display = ["__str__", "ministry", "principal_title"]
    list_filter = ["country"]
    search_fields = ["ministry"]
    ordering = ["pk"]


@admin.register(ReportCard, site=school_admin)
class ReportCardAdmin(ReadOnlyAdmin):
    list_display = ["number", "version", "student", "class_term", "issued_by", "issued_at"]
    list_filter = ["class_term__term", "issued_at"]
    list_select_related = ["student", "class_term__class_group", "class_term__term", "issued_by__user"]
    search_fields = ["student__sort_key", "number"]
    ordering = ["-number", "-version"]
    exclude = ["facts", "code"]


@admin.register(Acknowledgement, site=school_admin)
class AcknowledgementAdmin(ReadOnlyAdmin):
    list_display = ["report_card", "member", "acknowledged_at"]
    list_filter = ["acknowledged_at"]
    list_select_related = ["report_card", "member__user"]
    search_fields = ["report_card__student__sort_key"]
    ordering = ["-acknowledged_at", "pk"]


@admin.register(Cancellation, site=school_admin)
class CancellationAdmin(ReadOnlyAdmin):
    list_display = ["report_card", "reason", "cancelled_by", "cancelled_at"]
    list_filter = ["cancelled_at"]
    list_select_related = ["report_card", "cancelled_by__user"]
    search_fields = ["report_card__student__sort_key", "reason"]
    ordering = ["-cancelled_at", "pk"]


@admin.register(Certificate, site=school_admin)
class CertificateAdmin(ReadOnlyAdmin):
    """They are given, printed again and taken back on their pupil's page of documents."""

    list_display = ["printed_number", "kind", "student", "issued_by", "issued_at", "is_cancelled"]
    list_filter = ["kind", "issued_at"]
    list_select_related = ["student", "issued_by__user", "cancellation"]
    search_fields = ["student__sort_key", "number"]
    ordering = ["-number"]
    exclude = ["facts", "code", "content"]

    @admin.display(description="numéro", ordering="number")
    def printed_number(self, certificate: Certificate) -> str:
        return certificate.printed_number

    @admin.display(description="annulé", boolean=True)
    def is_cancelled(self, certificate: Certificate) -> bool:
        return hasattr(certificate, "cancellation")


@admin.register(SealingKey, site=school_admin)
class SealingKeyAdmin(ReadOnlyAdmin):
    """What `manage.py verify_bulletin` asks for."""

    list_display = ["public", "made_at"]
    list_filter = ["made_at"]
    search_fields = ["public"]
    ordering = ["-pk"]


@admin.register(Remark, site=school_admin)
class RemarkAdmin(ReadOnlyAdmin):
    """They are written on their teachers' pages."""

    list_display = ["student", "subject", "text", "class_term", "author", "written_at"]
    list_filter = ["class_term__term", "subject"]
    list_select_related = [
        "student", "subject", "class_term__class_group", "class_term__term", "author__user",
    ]  # fmt: skip
    search_fields = ["student__sort_key", "text"]
    ordering = ["-pk"]


@admin.register(ClassCouncil, site=school_admin)
class ClassCouncilAdmin(ReadOnlyAdmin):
    """Who sat is written on the council's own page."""

    list_display = ["class_term", "held_on", "chair"]
    list_filter = ["class_term__term", "held_on"]
    list_select_related = ["class_term__class_group", "class_term__term"]
    search_fields = ["class_term__class_group__name", "chair"]
    ordering = ["-held_on", "pk"]


@admin.register(Verdict, site=school_admin)
class VerdictAdmin(ReadOnlyAdmin):
    """So are its verdicts; their history tells who changed one."""

    list_display = ["student", "class_term", "distinction", "work", "conduct", "decision", "decided_by"]
    list_filter = ["class_term__term", "distinction", "decision"]
    list_select_related = [
        "student", "class_term__class_group", "class_term__term", "decided_by__user",
    ]  # fmt: skip
    search_fields = ["student__sort_key"]
    ordering = ["-decided_at", "-pk"]
