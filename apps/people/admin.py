"""Pupils, those who answer for them, the staff. The pupil's own screen is completed by classes."""

from contextlib import suppress

from django import forms
from django.contrib import admin, messages
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse

from apps.accounts.admin import MemberAdmin
from apps.accounts.admin_site import school_admin
from apps.accounts.models import Member, Role
from apps.accounts.school_admin import SchoolAdmin, SchoolInline
from apps.accounts.services import BelongsElsewhere, MayNotGrant, Slip, rename
from apps.accounts.slips import HandsOutAccess
from apps.core.clock import now, today
from apps.gateways.api import show_phone

from . import services
from .forms import GuardianForm, GuardianshipForm, StudentForm
from .models import Guardian, Guardianship, StaffProfile, Student, sort_key


class HasAccessFilter(admin.SimpleListFilter):
    title, parameter_name = "accès au portail", "acces"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list:
        return [("oui", "avec accès"), ("non", "sans accès")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(member__isnull=self.value() == "non") if self.value() else queryset


class PersonAdmin(HandsOutAccess, SchoolAdmin):
    """Pupils and responsables: found whatever the accents, given an access by the same action."""

    ordering = ["sort_key", "pk"]
    actions = ["hand_out_access"]

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple:
        """« KONÉ » finds Kone, « 07 48 21 » finds +2250748…"""
        digits = search_term.replace(" ", "")
        term = digits if digits.isdigit() else sort_key(search_term)
        return super().get_search_results(request, queryset, term)

    def give(self, request: HttpRequest, person: Student | Guardian) -> Slip:
        return services.give_access(to=person, by=request.member, at=now())

    def save_model(
        self, request: HttpRequest, obj: Student | Guardian, form: forms.ModelForm, change: bool
    ) -> None:
        """A corrected name is corrected where she signs in too, unless it is another school's as well."""
        super().save_model(request, obj, form, change)
        if change and obj.member_id and {"last_name", "first_name"} & set(form.changed_data):
            names = {"first_name": obj.first_name, "last_name": obj.last_name}
            with suppress(BelongsElsewhere, MayNotGrant):
                rename(member=obj.member, by=request.member, on=today(), **names)

    @admin.display(description="accès", boolean=True)
    def has_access(self, person: Student | Guardian) -> bool:
        return person.member_id is not None

    @admin.display(description="identifiant")
    def username(self, person: Student | Guardian) -> str:
        return person.member.user.username if person.member_id else "–"


class GuardianshipInline(SchoolInline):
    """On a pupil's page."""

    model = Guardianship
    form = GuardianshipForm
    template = "admin/edit_inline/stacked.html"
    fields = [
        "guardian",
        ("last_name", "first_name", "phone"),
        ("relation", "since", "until"),
        ("is_informed", "may_justify", "may_see_marks"),
    ]
    ordering = ["since", "pk"]
    can_delete = False
    verbose_name_plural = "responsables"

    def get_extra(self, request: HttpRequest, obj: Student | None = None, **kwargs) -> int:
        return 0 if obj else 1

    # The same words, for whoever may only look.
    @admin.display(description="nom")
    def last_name(self, link: Guardianship) -> str:
        return link.guardian.last_name

    @admin.display(description="prénoms")
    def first_name(self, link: Guardianship) -> str:
        return link.guardian.first_name

    @admin.display(description="téléphone")
    def phone(self, link: Guardianship) -> str:
        return show_phone(link.guardian.phone)


class WardInline(SchoolInline):
    """On a responsable's page."""

    model = Guardianship
    ordering = ["since", "pk"]
    can_delete = False
    verbose_name_plural = "élèves à charge"


class StudentAdmin(PersonAdmin):
    """Registered by classes, which adds the class."""

    form = StudentForm
    access_role = Role.STUDENT
    list_display = ["__str__", "national_id", "sex", "born_on", "state_assigned", "has_access"]
    list_filter = ["sex", "state_assigned", "repeats_year", "regime", HasAccessFilter]
    search_fields = ["sort_key", "national_id__istartswith"]
    readonly_fields = ["username"]
    inlines = [GuardianshipInline]
    actions = ["hand_out_access", "hand_out_to_guardians"]
    fieldsets = [
        (None, {"fields": [("last_name", "first_name"), ("sex", "born_on", "born_in"), "national_id"]}),
        ("Scolarité", {"fields": [("regime", "nationality"), ("state_assigned", "repeats_year")]}),
        ("Accès au portail", {"fields": ["username"], "classes": ["collapse"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("member__user")

    @admin.action(
        description="Remettre un accès à leurs responsables (fiches à imprimer)",
        permissions=["hand_out_to_guardians"],
    )
    def hand_out_to_guardians(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        """The slips of a whole class at once: for those who never came in, not for those who did."""
        current = Guardianship.objects.current(today()).filter(student__in=queryset.values("pk"))
        never_came = Q(member=None) | Q(member__user__must_change_password=True)
        found = Guardian.objects.filter(never_came, pk__in=current.values("guardian"))
        people = with_wards(found.order_by(*self.ordering))
        return self.hand_out(request, queryset, people, self.give, "hand_out_to_guardians")

    def has_hand_out_to_guardians_permission(self, request: HttpRequest) -> bool:
        return self.has_hand_out_permission(request)

    def slip_note(self, person: Student | Guardian) -> str:
        return wards_of(person) if isinstance(person, Guardian) else ""

    def save_formset(self, request: HttpRequest, form: forms.ModelForm, formset, change: bool) -> None:
        if formset.model is Guardianship:
            _write_new_guardians(formset)
        formset.save()


def _write_new_guardians(formset) -> None:
    for form in formset.forms:
        typed = form.cleaned_data
        if form.has_changed() and typed.get("last_name"):
            names = {key: typed[key] for key in ("last_name", "first_name", "phone")}
            form.instance.guardian = services.enter_guardians([Guardian(**names)])[0]


def with_wards(guardians: QuerySet) -> list[Guardian]:
    """The responsables with `wards`, the links to the pupils whom they answer for today."""
    current = Guardianship.objects.current(today()).select_related("student").order_by("pk")
    return list(
        guardians.select_related("member__user").prefetch_related(
            Prefetch("guardianships", queryset=current, to_attr="wards")
        )
    )


def wards_of(guardian: Guardian) -> str:
    """« responsable de : Kouassi Aya »."""
    names = ", ".join(str(link.student) for link in guardian.wards)
    return f"responsable de : {names}" if names else ""


@admin.register(Guardian, site=school_admin)
class GuardianAdmin(PersonAdmin):
    form = GuardianForm
    list_display = ["__str__", "contact", "wards", "has_access"]
    list_filter = [HasAccessFilter, "guardianships__relation"]
    search_fields = ["sort_key", "phone"]
    inlines = [WardInline]
    fieldsets = [
        (None, {"fields": [("last_name", "first_name"), ("phone", "email")]}),
        ("Accès au portail", {"fields": ["username"], "classes": ["collapse"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        current = Guardianship.objects.current(today()).select_related("student").order_by("pk")
        wards = Prefetch("guardianships", queryset=current, to_attr="wards")
        return super().get_queryset(request).select_related("member__user").prefetch_related(wards)

    def people_of(self, queryset: QuerySet) -> list[Guardian]:
        return list(queryset)

    def slip_note(self, person: Guardian) -> str:
        return wards_of(person)

    def get_readonly_fields(self, request: HttpRequest, obj: Guardian | None = None) -> list[str]:
        """Whoever has an access keeps it: its name is shown."""
        return ["shown_username"] if obj and obj.member_id else []

    def get_fieldsets(self, request: HttpRequest, obj: Guardian | None = None) -> list:
        names, (title, access) = self.fieldsets
        field = "shown_username" if obj and obj.member_id else "username"
        return [names, (title, access | {"fields": [field]})]

    def save_model(self, request: HttpRequest, obj: Guardian, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if username := form.cleaned_data.get("username"):
            try:
                services.join_access(to=obj, username=username, by=request.member, since=today())
            except (MayNotGrant, services.HasAccess):
                messages.error(request, "Accès refusé : cet identifiant a déjà un responsable ici.")

    @admin.display(description="téléphone", ordering="phone")
    def contact(self, guardian: Guardian) -> str:
        return show_phone(guardian.phone) if guardian.phone else "–"

    @admin.display(description="élèves")
    def wards(self, guardian: Guardian) -> str:
        return ", ".join(str(link.student) for link in guardian.wards) or "–"

    @admin.display(description="identifiant")
    def shown_username(self, guardian: Guardian) -> str:
        return guardian.member.user.username


class StaffProfileInline(SchoolInline):
    model = StaffProfile
    verbose_name_plural = "fiche du personnel"
    max_num = 1


@admin.register(Member, site=school_admin)
class StaffAdmin(MemberAdmin):
    inlines = [*MemberAdmin.inlines, StaffProfileInline]
