"""Classes, groups, who is in them, and what they are taught."""

from django import forms
from django.contrib import admin
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from apps.accounts.admin_site import school_admin
from apps.accounts.school_admin import AddInline, ReadOnlyInline, SchoolAdmin, SchoolInline
from apps.classes import services
from apps.classes.forms import ClassGroupForm
from apps.classes.models import (
    ClassGroup,
    ClassTerm,
    Course,
    CourseTeacher,
    Enrolment,
    GroupMembership,
    TeachingGroup,
)
from apps.core.clock import today


class ClassTermInline(ReadOnlyInline):
    model = ClassTerm
    fields = ["term", "state", "grading_scheme", "published_at"]
    ordering = ["term__number"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("grading_scheme__year")


@admin.register(ClassGroup, site=school_admin)
class ClassGroupAdmin(SchoolAdmin):
    form = ClassGroupForm
    fields = ["name", "level", "stream", "year", "calendar", "form_teacher"]
    list_display = ["name", "level", "stream", "form_teacher", "pupils", "year"]
    list_filter = ["year", "level", "stream"]
    list_select_related = ["level", "stream", "year", "form_teacher__user"]
    search_fields = ["name", "level__name"]
    ordering = ["-year__opens_on", "level__position", "name"]
    inlines = [ClassTermInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        current = Q(enrolments__since__lte=today()) & (
            Q(enrolments__until=None) | Q(enrolments__until__gte=today())
        )
        return super().get_queryset(request).annotate(size=Count("enrolments", filter=current))

    def save_model(self, request: HttpRequest, obj: ClassGroup, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        services.furnish_class(obj)

    @admin.display(description="élèves", ordering="size")
    def pupils(self, class_group: ClassGroup) -> str:
        listed = reverse("admin:people_student_changelist")
        return format_html('<a href="{}?classe={}">{}</a>', listed, class_group.pk, class_group.size)


class MembershipInline(ReadOnlyInline):
    model = GroupMembership
    fields = ["student", "since", "until"]
    ordering = ["student__sort_key", "since"]
    verbose_name_plural = "élèves du groupe"


class NewMembershipInline(AddInline):
    model = GroupMembership
    fields = ["student", "since", "until"]
    verbose_name_plural = "ajouter des élèves"


@admin.register(TeachingGroup, site=school_admin)
class TeachingGroupAdmin(SchoolAdmin):
    """Groups that cross classes; that of a whole class follows it."""

    list_display = ["name", "class_group", "year"]
    list_filter = ["year", ("class_group", admin.EmptyFieldListFilter)]
    list_select_related = ["class_group", "year"]
    search_fields = ["name"]
    ordering = ["-year__opens_on", "name"]
    fields = ["name", "year"]
    inlines = [MembershipInline, NewMembershipInline]

    def get_inlines(self, request: HttpRequest, obj: TeachingGroup | None) -> list:
        return [] if obj and obj.class_group_id else self.inlines

    def has_change_permission(self, request: HttpRequest, obj: TeachingGroup | None = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.class_group_id)

    def has_delete_permission(self, request: HttpRequest, obj: TeachingGroup | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.class_group_id)


@admin.register(GroupMembership, site=school_admin)
class GroupMembershipAdmin(SchoolAdmin):
    list_display = ["student", "group", "since", "until"]
    list_filter = [("until", admin.EmptyFieldListFilter)]
    list_select_related = ["student", "group"]
    search_fields = ["student__sort_key", "group__name"]
    ordering = ["group__name", "student__sort_key", "pk"]


@admin.register(Enrolment, site=school_admin)
class EnrolmentAdmin(SchoolAdmin):
    """A register of who was where. Made and ended on the pupil's page; a mistake is deleted here."""

    list_display = ["student", "class_group", "since", "until"]
    list_filter = ["class_group", ("until", admin.EmptyFieldListFilter)]
    list_select_related = ["student", "class_group"]
    search_fields = ["student__sort_key", "class_group__name"]
    ordering = ["-since", "student__sort_key", "pk"]

    def has_add_permission(self, request: HttpRequest, obj: Enrolment | None = None) -> bool:
        return False

    has_change_permission = has_add_permission


class CourseTeacherInline(SchoolInline):
    model = CourseTeacher
    ordering = ["since", "pk"]


@admin.register(Course, site=school_admin)
class CourseAdmin(SchoolAdmin):
    list_display = ["subject", "group", "teacher_names"]
    list_filter = ["group__year", "subject"]
    list_select_related = ["subject", "group"]
    search_fields = ["subject__name", "group__name"]
    ordering = ["group__name", "subject__position", "pk"]
    inlines = [CourseTeacherInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        current = CourseTeacher.objects.current(today()).select_related("member__user").order_by("pk")
        return (
            super()
            .get_queryset(request)
            .prefetch_related(Prefetch("teachers", queryset=current, to_attr="today"))
        )

    @admin.display(description="enseignants")
    def teacher_names(self, course: Course) -> str:
        return ", ".join(str(taught.member) for taught in course.today) or "–"
