"""Classes, courses and curriculum; and the pupil's screen, with the class she is in."""

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from apps.accounts.admin_site import school_admin
from apps.accounts.school_admin import AddInline, ReadOnlyInline, SchoolAdmin, SchoolInline
from apps.core.clock import today
from apps.people.admin import GuardianshipInline, StudentAdmin
from apps.people.models import Student

from . import services
from .forms import ClassGroupForm, PlacedStudentForm
from .models import (
    Calendar,
    ClassGroup,
    ClassTerm,
    Course,
    CourseTeacher,
    Enrolment,
    GroupMembership,
    Level,
    Stream,
    Subject,
    SubjectGroup,
    SubjectPlan,
    TeachingGroup,
    Term,
)


class ClassFilter(admin.SimpleListFilter):
    title, parameter_name = "classe", "classe"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list:
        classes = ClassGroup.objects.order_by("-year__opens_on", "level__position", "name")
        return [*classes.values_list("pk", "name"), ("aucune", "sans classe")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        current = Enrolment.objects.current(today())
        if self.value() == "aucune":
            return queryset.exclude(pk__in=current.values("student"))
        if (self.value() or "").isdigit():
            return queryset.filter(pk__in=current.filter(class_group=self.value()).values("student"))
        return queryset


class EnrolmentInline(ReadOnlyInline):
    """Where the pupil was: changed by the class chosen above."""

    model = Enrolment
    fields = ["class_group", "since", "until"]
    ordering = ["since"]
    verbose_name_plural = "inscriptions"


@admin.register(Student, site=school_admin)
class PlacedStudentAdmin(StudentAdmin):
    form = PlacedStudentForm
    list_display = [
        "__str__", "class_name", "national_id", "sex", "born_on", "state_assigned", "has_access",
    ]  # fmt: skip
    list_filter = [ClassFilter, *StudentAdmin.list_filter]
    inlines = [*StudentAdmin.inlines, EnrolmentInline]
    fieldsets = [
        StudentAdmin.fieldsets[0],
        ("Classe", {"fields": [("in_class", "in_class_since"), "leaves_on"]}),
        *StudentAdmin.fieldsets[1:],
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        its_class = Enrolment.objects.current(today()).filter(student=OuterRef("pk"))
        return (
            super()
            .get_queryset(request)
            .annotate(its_class=Subquery(its_class.values("class_group__name")[:1]))
        )

    def get_fieldsets(self, request: HttpRequest, obj: Student | None = None) -> list:
        """Whoever is only coming has no departure and no access yet."""
        if obj:
            return self.fieldsets
        identity, _, schooling, _ = self.fieldsets
        return [identity, ("Classe", {"fields": [("in_class", "in_class_since")]}), schooling]

    def get_inlines(self, request: HttpRequest, obj: Student | None) -> list:
        return self.inlines if obj else [GuardianshipInline]

    def get_form(self, request: HttpRequest, obj: Student | None = None, **kwargs) -> type:
        form = super().get_form(request, obj, **kwargs)
        if "in_class" not in form.base_fields:
            return form  # to look at only
        form.present = _present(obj)
        classes = ClassGroup.objects.order_by("-year__opens_on", "level__position", "name")
        form.base_fields["in_class"].queryset = classes
        form.base_fields["in_class"].initial = form.present and form.present.class_group_id
        form.base_fields["in_class_since"].initial = form.present.since if form.present else today
        for name in form.base_fields.keys() & {"in_class_since", "leaves_on"}:
            form.base_fields[name].widget = admin.widgets.AdminDateWidget()
        return form

    def save_model(self, request: HttpRequest, obj: Student, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        typed = form.cleaned_data
        try:
            if form.moves:
                services.place(
                    student=obj, in_class=typed["in_class"], since=typed["in_class_since"], by=request.member
                )
        except services.AlreadyInClass:
            messages.error(request, "Une autre inscription commence ce jour-là ou après : rien n’a changé.")
        if typed.get("leaves_on"):
            services.withdraw(student=obj, until=typed["leaves_on"], by=request.member)

    @admin.display(description="classe", ordering="its_class")
    def class_name(self, student: Student) -> str:
        return student.its_class or "–"

    # The same words, for whoever may only look.
    @admin.display(description="classe")
    def in_class(self, student: Student) -> str:
        return self.class_name(student)

    @admin.display(description="depuis le")
    def in_class_since(self, student: Student):
        present = _present(student)
        return present and present.since

    @admin.display(description="quitte l’école le")
    def leaves_on(self, student: Student):
        present = _present(student)
        return present and present.until


def _present(student: Student | None) -> Enrolment | None:
    if student is None:
        return None
    return Enrolment.objects.current(today()).filter(student=student).select_related("class_group").first()


class ByPosition(SchoolAdmin):
    """Short lists of the curriculum."""

    list_filter_reason = "a school has a dozen of them"
    ordering = ["position", "pk"]


@admin.register(Level, site=school_admin)
class LevelAdmin(ByPosition):
    list_display = ["name", "code", "position"]
    search_fields = ["name", "code"]


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


class ClassTermInline(ReadOnlyInline):
    model = ClassTerm
    fields = ["term", "state", "scheme", "published_at"]
    ordering = ["term__number"]


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


@admin.register(ClassTerm, site=school_admin)
class ClassTermAdmin(SchoolAdmin):
    """What is open, locked, published: the studies' own."""

    list_display = ["class_group", "term", "state", "scheme", "marks_lock_at", "published_at"]
    list_filter = ["state", "term"]
    list_select_related = ["class_group", "term"]
    search_fields = ["class_group__name", "term__name"]
    ordering = ["term__starts_on", "class_group__level__position", "class_group__name"]
    readonly_fields = ["class_group", "term", "published_at"]


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
