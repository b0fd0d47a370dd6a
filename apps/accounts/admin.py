"""The office's screens: members and their roles, the school's years, its journal and its stuck reactions."""

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from apps.core.clock import now, today
from apps.core.events import Event
from apps.core.models import Reaction, RecordedEvent
from apps.schools.forms import ImprintForm, LogoForm
from apps.schools.models import Holiday, Imprint, Logo, SchoolYear
from apps.schools.services import print_imprint, set_imprint, show_logo

from . import services
from .admin_site import school_admin
from .models import Member, MemberRole, OfficeAction, Role, User
from .permissions import grantable_roles, joinable_users
from .school_admin import ReadOnlyAdmin, SchoolAdmin, SchoolForm, SchoolInline
from .slips import REFUSALS, HandsOutAccess, Paper, print_slips

NAMES = ["civility", "last_name", "first_name"]


class HeldRoleFilter(admin.SimpleListFilter):
    title, parameter_name = "rôle", "role"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list:
        return Role.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.holding([self.value()], today()) if self.value() else queryset


class FactFilter(admin.SimpleListFilter):
    """The facts that this release knows: never a count of all those written down."""

    title, parameter_name = "fait", "fait"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list:
        return [(name, name) for name in sorted(Event.types)]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(name=self.value()) if self.value() else queryset


class NamesForm(SchoolForm):
    """How a member is called."""

    civility = forms.ChoiceField(
        label="Civilité", choices=[("", "–"), *User.Civility.choices], required=False
    )
    last_name = forms.CharField(label="Nom", max_length=80)
    first_name = forms.CharField(label="Prénoms", max_length=120, required=False)

    class Meta:
        model = Member
        fields = []

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in self.fields.keys() & set(NAMES):
                self.fields[name].initial = getattr(self.instance.user, name)


class NewMemberForm(NamesForm):
    """Somebody new, or somebody who signs in elsewhere already."""

    last_name = forms.CharField(label="Nom", max_length=80, required=False)
    role = forms.ChoiceField(label="Rôle", choices=Role.choices)
    username = forms.CharField(
        label="Identifiant EduConnect",
        required=False,
        help_text="Seulement pour qui se connecte déjà dans une autre école : elle vous le donne elle-même.",
    )

    def clean(self) -> dict:
        typed = super().clean()
        if bool(typed.get("last_name")) == bool(typed.get("username")):
            raise forms.ValidationError("Donnez un nom, ou l’identifiant de qui se connecte déjà ailleurs.")
        if typed.get("username") and not joinable_users(typed["username"]).exists():
            self.add_error("username", "Personne ne se connecte sous cet identifiant.")
        return typed


class RoleForm(SchoolForm):
    """A role is given and ended; what it was does not change."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].help_text = ""
        if self.instance.pk:
            self.fields["role"].disabled = self.fields["since"].disabled = True

    def clean(self) -> dict:
        typed = super().clean()
        if not self.has_changed():
            return typed
        if typed.get("role") and typed["role"] not in grantable_roles(self.by):
            raise forms.ValidationError("Ce rôle se donne et se retire par le chef d’établissement.")
        if self.instance.pk and typed.get("until") is None:
            raise forms.ValidationError("Un rôle terminé ne reprend pas : ajoutez-en un nouveau.")
        return typed


class RoleInline(SchoolInline):
    model = MemberRole
    form = RoleForm
    fields = ["role", "since", "until"]
    ordering = ["since", "pk"]
    can_delete = False
    verbose_name_plural = "rôles"

    def get_formset(self, request: HttpRequest, obj: Member | None = None, **kwargs) -> type:
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.by = request.member
        return formset


class MemberAdmin(HandsOutAccess, SchoolAdmin):
    """Registered by people, which adds the staff's own notes."""

    list_display = ["name", "role_names", "username", "last_seen"]
    list_filter = [HeldRoleFilter]
    search_fields = ["user__last_name", "user__first_name", "user__username"]
    ordering = ["user__last_name", "user__first_name", "pk"]
    readonly_fields = ["name", "role_names", "username", "last_seen"]
    inlines = [RoleInline]
    actions = ["hand_out_access"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).with_roles(today()).select_related("user")

    def get_form(self, request: HttpRequest, obj: Member | None = None, **kwargs) -> type:
        kwargs["form"] = NamesForm if obj else NewMemberForm
        form = super().get_form(request, obj, **kwargs)
        if obj is None:
            held = grantable_roles(request.member)
            form.base_fields["role"].choices = [choice for choice in Role.choices if choice[0] in held]
        return form

    def get_fields(self, request: HttpRequest, obj: Member | None = None) -> list[str]:
        if obj is None:
            return [*NAMES, "role", "username"]
        shown = ["name"] if not self.has_change_permission(request) else [tuple(NAMES)]
        return [*shown, "role_names", "username", "last_seen"]

    def get_readonly_fields(self, request: HttpRequest, obj: Member | None = None) -> list[str]:
        return self.readonly_fields if obj else []

    def get_inlines(self, request: HttpRequest, obj: Member | None) -> list:
        return self.inlines if obj else []

    def save_form(self, request: HttpRequest, form: forms.ModelForm, change: bool) -> Member:
        """The service makes the member, new or known elsewhere."""
        nameless = super().save_form(request, form, change)
        if change:
            return nameless
        typed = form.cleaned_data
        role = Role(typed["role"])
        if typed["username"]:
            return services.join(username=typed["username"], role=role, by=request.member, since=today())
        names = {name: typed[name] for name in NAMES}
        request.slip = services.open_access(role=role, by=request.member, at=now(), **names)
        return request.slip.member

    def save_model(self, request: HttpRequest, obj: Member, form: forms.ModelForm, change: bool) -> None:
        """Of a member, her name alone is changed here; her roles below."""
        if not change or not form.has_changed():
            return
        names = {name: form.cleaned_data[name] for name in NAMES}
        try:
            services.rename(member=obj, by=request.member, on=today(), **names)
        except (services.BelongsElsewhere, services.MayNotGrant) as refusal:
            messages.error(request, f"Le nom n’a pas changé : cette personne {REFUSALS[type(refusal)]}")

    def save_formset(self, request: HttpRequest, form: forms.ModelForm, formset, change: bool) -> None:
        if formset.model is not MemberRole:
            formset.save()
            return
        for held in formset.save(commit=False):
            if held.pk is None:
                services.give_role(
                    member=held.member, role=Role(held.role), since=held.since, by=request.member
                )
            else:
                services.end_role(held=held, until=held.until, by=request.member)

    def response_add(self, request: HttpRequest, obj: Member, post_url_continue=None) -> HttpResponse:
        if slip := getattr(request, "slip", None):
            return print_slips(request, [Paper(str(obj), "", slip)])
        return super().response_add(request, obj, post_url_continue)

    def give(self, request: HttpRequest, person: Member) -> services.Slip:
        return services.reset_access(member=person, by=request.member, at=now())

    def people_of(self, queryset: QuerySet) -> QuerySet:
        return queryset

    @admin.display(description="nom", ordering="user__last_name")
    def name(self, member: Member) -> str:
        return f"{member.user.last_name} {member.user.first_name}".strip() or member.user.username

    @admin.display(description="rôles ce jour")
    def role_names(self, member: Member) -> str:
        return ", ".join(str(role.label) for role in Role if role in member.roles) or "aucun"

    @admin.display(description="identifiant")
    def username(self, member: Member) -> str:
        return member.user.username

    @admin.display(description="dernière connexion", ordering="user__last_login")
    def last_seen(self, member: Member):
        return member.user.last_login


class HolidayInline(SchoolInline):
    model = Holiday
    ordering = ["last_class_day"]


@admin.register(SchoolYear, site=school_admin)
class SchoolYearAdmin(SchoolAdmin):
    list_display = ["name", "opens_on", "closes_on", "is_provisional"]
    list_filter = ["is_provisional"]
    search_fields = ["name"]
    ordering = ["-opens_on"]
    inlines = [HolidayInline]


@admin.register(Logo, site=school_admin)
class LogoAdmin(SchoolAdmin):
    """One row for the whole school."""

    form = LogoForm
    fields = ["image", "file"]
    readonly_fields = ["image"]
    list_display = ["__str__", "image"]
    list_filter_reason = search_reason = "there is one row"
    ordering = ["pk"]

    def get_fields(self, request: HttpRequest, obj: Logo | None = None) -> list[str]:
        return self.fields if self.has_change_permission(request) else ["image"]

    def has_add_permission(self, request: HttpRequest, obj: Logo | None = None) -> bool:
        return super().has_add_permission(request, obj) and not Logo.objects.exists()

    @admin.display(description="image")
    def image(self, logo: Logo) -> str:
        if not logo.digest:
            return "–"
        address = reverse("schools:logo", args=[logo.digest])
        return format_html('<img src="{}" alt="Logo" height="64">', address)

    def save_model(self, request: HttpRequest, obj: Logo, form: LogoForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        show_logo(digest=obj.digest)

    def delete_model(self, request: HttpRequest, obj: Logo) -> None:
        super().delete_model(request, obj)
        show_logo(digest="")


@admin.register(Imprint, site=school_admin)
class ImprintAdmin(SchoolAdmin):
    """Another one takes its place; none is ever altered, nor seen but here and on papers."""

    fields = ["image", "kind", "is_printed", "set_at"]
    readonly_fields = ["image", "kind", "set_at"]
    list_display = ["__str__", "image", "is_printed", "set_at"]
    list_filter = ["kind", "is_printed"]
    search_reason = "there are a few rows"
    ordering = ["-is_printed", "-set_at", "pk"]

    def get_fields(self, request: HttpRequest, obj: Imprint | None = None) -> list[str]:
        return self.fields if obj else ["kind", "file"]

    def get_readonly_fields(self, request: HttpRequest, obj: Imprint | None = None) -> list[str]:
        return self.readonly_fields if obj else []

    def get_form(self, request: HttpRequest, obj: Imprint | None = None, **kwargs) -> type[forms.ModelForm]:
        return super().get_form(request, obj, **kwargs | ({} if obj else {"form": ImprintForm}))

    def get_urls(self) -> list[URLPattern]:
        image = path("<int:pk>/image.png", self.admin_site.admin_view(self.see), name="schools_imprint_see")
        return [image, *super().get_urls()]

    def see(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The image, to whoever may look at this list."""
        imprint = self.get_object(request, str(pk))
        if not self.has_view_permission(request, imprint):
            raise Http404
        answer = HttpResponse(bytes(imprint.content), content_type="image/png")
        answer["Cache-Control"] = "private, no-store"
        return answer

    @admin.display(description="image")
    def image(self, imprint: Imprint) -> str:
        address = reverse("admin:schools_imprint_see", args=[imprint.pk])
        return format_html('<img src="{}" alt="{}" height="64">', address, imprint)

    def save_model(self, request: HttpRequest, obj: Imprint, form: forms.ModelForm, change: bool) -> None:
        if change:
            print_imprint(imprint=obj, is_printed=obj.is_printed)
        else:
            made = set_imprint(kind=obj.kind, content=form.cleaned_data["file"], at=now())
            obj.pk, obj.digest, obj.set_at = made.pk, made.digest, made.set_at


@admin.register(RecordedEvent, site=school_admin)
class RecordedEventAdmin(ReadOnlyAdmin):
    """The journal of facts."""

    list_display = ["name", "by_id", "recorded_at", "relayed_at"]
    list_filter = [FactFilter, "recorded_at"]
    search_fields = ["name"]
    ordering = ["-recorded_at", "-pk"]


@admin.register(Reaction, site=school_admin)
class ReactionAdmin(ReadOnlyAdmin):
    """What the portal does by itself after a fact; what failed too often waits here for a human."""

    list_display = ["handler", "event", "state", "attempts", "trouble", "due_at"]
    list_filter = ["state"]
    list_select_related = ["event"]
    search_fields = ["handler", "trouble"]
    ordering = ["-due_at", "-pk"]
    actions = ["release"]

    def has_release_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    @admin.action(description="Relancer ce qui est en panne", permissions=["release"])
    def release(self, request: HttpRequest, queryset: QuerySet) -> None:
        parked = list(queryset.parked().select_for_update())
        for reaction in parked:
            reaction.release(now())
            self.note_done(request, reaction, "relancée")
        messages.success(request, f"Réactions relancées : {len(parked)}.")


@admin.register(OfficeAction, site=school_admin)
class OfficeActionAdmin(ReadOnlyAdmin):
    list_display = ["done_at", "member", "kind", "object_name", "detail"]
    list_display_links = ["done_at"]
    list_filter = ["kind", "done_at"]
    list_select_related = ["member__user"]
    search_fields = ["object_name", "member__user__last_name"]
    ordering = ["-done_at", "-pk"]
