"""What every model of a school's admin shares: rights by role, scoped widgets, a journal of its own."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import InlineModelAdmin
from django.db.models import Field, ForeignKey, Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst

from apps.core.clock import now, today

from .models import OfficeAction
from .rights import may
from .selectors import history_of
from .services import note_action


@dataclass(frozen=True, slots=True)
class Question:
    """What a dangerous act asks once, in words, with the count. `asks_reason` wants one, `form` more."""

    title: str
    sentence: str
    button: str
    rows: list[str]
    left_out: list[str] = field(default_factory=list)
    left_out_because: str = ""
    asks_reason: bool = False
    reason_error: str = ""
    form: forms.Form | None = None


SHORT_LISTS = {
    "schools.schoolyear",
    "classes.calendar",
    "classes.level",
    "classes.stream",
    "classes.subjectgroup",
    "classes.subject",
    "classes.term",
}


class SchoolForm(forms.ModelForm):
    """Checks the constraints that name the school too: else a doubled code would be a crash."""

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"school"}


class ByRole:
    """The rights of this school's roles (rights.py), in place of Django's permissions."""

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may(request.member, "view", self.model)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may(request.member, "add", self.model)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may(request.member, "change", self.model)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may(request.member, "delete", self.model)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs) -> forms.Field | None:
        """What begins, begins today unless told."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name == "since":
            field.initial = today
        return field

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        """Whatever may be long is searched, never listed in the page."""
        return [
            field.name
            for field in self.model._meta.concrete_fields
            if isinstance(field, ForeignKey)
            and field.remote_field.model._meta.label_lower not in SHORT_LISTS
            and self.admin_site.is_registered(field.remote_field.model)
        ]


class SchoolAdmin(ByRole, admin.ModelAdmin):
    """The base of every model's admin."""

    search_reason = list_filter_reason = ""  # why there is no search, or no filter
    form = SchoolForm
    list_per_page = 60
    list_max_show_all = 0
    show_full_result_count = False
    actions_on_bottom = False
    object_history_template = "admin/school_history.html"

    def get_actions(self, request: HttpRequest) -> dict:
        """No deletion by the dozen: rows end by a date, mistakes go one by one."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Model:
        """The row, or a 404: another school's does not exist."""
        obj = super().get_object(request, object_id, from_field)
        if obj is None:
            raise Http404
        return obj

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def changeform_view(
        self, request: HttpRequest, object_id=None, form_url="", extra_context: dict | None = None
    ) -> HttpResponse:
        name = capfirst(self.opts.verbose_name)
        title = name if object_id else f"{name} : ajout"
        return super().changeform_view(
            request, object_id, form_url, {"title": title, **(extra_context or {})}
        )

    # Django's log is shared by all schools: ours is the school's own.
    def log_addition(self, request: HttpRequest, obj: Model, message: list) -> OfficeAction:
        return self._note(request, obj, OfficeAction.Kind.ADDED, message)

    def log_change(self, request: HttpRequest, obj: Model, message: list) -> OfficeAction:
        return self._note(request, obj, OfficeAction.Kind.CHANGED, message)

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Model]) -> list[OfficeAction]:
        return [self._note(request, obj, OfficeAction.Kind.DELETED, "") for obj in queryset]

    def note_done(self, request: HttpRequest, obj: Model, detail: str) -> OfficeAction:
        """An action of ours, such as a code handed out."""
        return self._note(request, obj, OfficeAction.Kind.DONE, detail)

    def _note(self, request: HttpRequest, obj: Model, kind: str, message: list | str) -> OfficeAction:
        entry = LogEntry(change_message=message if isinstance(message, str) else json.dumps(message))
        return note_action(by=request.member, kind=kind, row=obj, detail=entry.get_change_message(), at=now())

    def ask_first(
        self,
        request: HttpRequest,
        queryset: QuerySet,
        action: str,
        question: Question,
        template: str = "admin/ask_first.html",
        **more: object,
    ) -> TemplateResponse:
        """The page that says what an action will do, to how many; it comes back with `confirmed=yes`. Another
        `template` extends it, and says `more`.
        """
        context = {
            **self.admin_site.each_context(request),
            "title": question.title,
            "opts": self.opts,
            "action": action,
            "chosen": [row.pk for row in queryset],
            "question": question,
            **more,
        }
        status = 422 if question.reason_error or (question.form and question.form.errors) else 200
        return TemplateResponse(request, template, context, status=status)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict | None = None
    ) -> TemplateResponse:
        """Who changed this, when, and how."""
        obj = self.get_object(request, object_id)
        if not self.has_view_permission(request, obj):
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": f"Historique : {obj}",
            "lines": history_of(obj),
            "opts": self.opts,
            "object": obj,
        }
        return TemplateResponse(request, self.object_history_template, context)


class ReadOnlyAdmin(SchoolAdmin):
    """What pages, phones or machines write: looked at here, never touched, whatever rights.py says."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission


class SchoolInline(ByRole, admin.TabularInline):
    """Rows inside another's page."""

    form = SchoolForm
    extra = 0
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        queryset = InlineModelAdmin.get_queryset(self, request)
        fields = [field.name for field in self.model._meta.concrete_fields if self._is_shown(field)]
        return queryset.select_related(*fields) if fields else queryset

    def _is_shown(self, field) -> bool:
        return isinstance(field, ForeignKey) and field.name != "school"


class AddInline(SchoolInline):
    """Room for new rows, beside a ReadOnlyInline of those that are there (a long list costs no widget)."""

    extra = 1
    verbose_name_plural = "ajouter"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).none()

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    has_delete_permission = has_view_permission = has_change_permission


class ReadOnlyInline(SchoolInline):
    """Rows to look at inside another's page."""

    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission
