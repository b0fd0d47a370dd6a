"""The pupil's screen, with the class she is in."""

from django import forms
from django.contrib import admin, messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest

from apps.accounts.admin_site import school_admin
from apps.accounts.school_admin import ReadOnlyInline
from apps.classes import services
from apps.classes.forms import PlacedStudentForm
from apps.classes.models import ClassGroup, Enrolment
from apps.core.clock import today
from apps.people.admin import GuardianshipInline, StudentAdmin
from apps.people.models import Student


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
