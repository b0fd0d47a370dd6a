"""The rules of grading: read at their current version, changed by making the next one."""

from collections.abc import Callable, Iterable

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from apps.accounts.admin_site import school_admin
from apps.accounts.school_admin import SchoolAdmin
from apps.classes import services
from apps.classes.forms import GradingSchemeForm, LinesField
from apps.classes.models import ClassTerm, GradingScheme
from apps.classes.selectors import followers_of
from apps.core.clock import now

LINES = [name for name, field in GradingSchemeForm.base_fields.items() if isinstance(field, LinesField)]


class VersionFilter(admin.SimpleListFilter):
    """The versions in force, unless all are asked for."""

    title = "version"
    parameter_name = "versions"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("toutes", "toutes")]

    def choices(self, changelist: ChangeList) -> Iterable[dict]:
        default, *others = super().choices(changelist)
        return [default | {"display": "en vigueur"}, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset if self.value() == "toutes" else queryset.current()


def _shown(name: str) -> Callable:
    """The lines of an old version, to be read."""
    field = GradingSchemeForm.base_fields[name]

    @admin.display(description=field.label)
    def shown(scheme: GradingScheme) -> str:
        return linebreaksbr(field.prepare_value(getattr(scheme, name)) or "–")

    return shown


@admin.register(GradingScheme, site=school_admin)
class GradingSchemeAdmin(SchoolAdmin):
    """A page opens on the current version; saving it makes the next."""

    form = GradingSchemeForm
    list_display = ["cycle", "year", "version", "weighting", "made_at", "made_by"]
    list_filter = [VersionFilter, "year", "cycle"]
    list_select_related = ["year", "made_by__user"]
    search_fields = ["year__name"]
    ordering = ["-year__opens_on", "cycle", "-version"]
    readonly_fields = ["year", "cycle", "version", "made_at", "made_by", "changes"]
    fieldsets = [
        (None, {"fields": ["cycle", "year", "version", "made_at", "made_by", "changes"]}),
        ("Moyennes", {"fields": ["weighting", "zero_codes", "scale", "annual_weights"]}),
        (
            "Distinctions",
            {
                "fields": [
                    "honour_roll_from",
                    "encouragement_from",
                    "congratulations_from",
                    "refused_below",
                ],
                "description": "Proposées au conseil, qui décide. Un seuil vide : pas de cette distinction.",
            },
        ),
        (
            "Sanctions",
            {
                "fields": [
                    "work_warning_below",
                    "work_blame_below",
                    "conduct_warning_below",
                    "conduct_blame_below",
                ],
                "description": "De même. Un blâme remplace l’avertissement.",
            },
        ),
        ("Appréciations", {"fields": ["words", "conduct_words"]}),
        ("Note de conduite", {"fields": ["conduct_subject", "rubrics"]}),
        ("Décisions de fin d’année", {"fields": ["decisions"]}),
    ]

    def has_change_permission(self, request: HttpRequest, obj: GradingScheme | None = None) -> bool:
        """What is past is only read."""
        is_current = obj is None or GradingScheme.objects.current().filter(pk=obj.pk).exists()
        return super().has_change_permission(request, obj) and is_current

    def get_fieldsets(self, request: HttpRequest, obj: GradingScheme | None = None) -> list:
        if self.has_change_permission(request, obj):
            return self.fieldsets
        shown = {name: _shown(name) for name in LINES} | {"zero_codes": self.zeros}
        return [
            (title, options | {"fields": [shown.get(name, name) for name in options["fields"]]})
            for title, options in self.fieldsets
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: GradingScheme | None = None) -> list:
        names = [name for _, options in self.get_fieldsets(request, obj) for name in options["fields"]]
        return [*self.readonly_fields, *(name for name in names if callable(name))]

    def save_model(
        self, request: HttpRequest, obj: GradingScheme, form: GradingSchemeForm, change: bool
    ) -> None:
        revised = services.revise_scheme(scheme=obj, settings=obj.settings, by=request.member, at=now())
        obj.pk, obj.version = revised.pk, revised.version

    @admin.display(description="comptent zéro")
    def zeros(self, scheme: GradingScheme) -> str:
        return ", ".join(GradingScheme.Code(code).label for code in scheme.zero_codes) or "aucun code"

    @admin.display(description="ce qui change")
    def changes(self, scheme: GradingScheme) -> str:
        """Whose figures another version makes again, at once; whose stay."""
        its = followers_of(scheme)
        said = [CHANGES, _by_term(its["open"])] if its["open"] else [NOTHING_CHANGES]
        if its["closed"]:
            said += [f"Gardent la version {scheme.version} :", _by_term(its["closed"])]
        return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in said))


CHANGES = (
    "Enregistrer crée la version suivante, que suivent aussitôt ces périodes ouvertes : moyennes, rangs et"
    " propositions y sont refaits, et les familles voient les nouveaux."
)
NOTHING_CHANGES = "Enregistrer crée la version suivante ; aucune période ouverte ne suit celle-ci."


def _by_term(rows: list[ClassTerm]) -> str:
    """ "Trimestre 1 : 6e 1, 6e 2" by line."""
    terms: dict[str, list[str]] = {}
    for row in rows:
        terms.setdefault(row.term.name, []).append(row.class_group.name)
    lines = ((name, ", ".join(classes)) for name, classes in terms.items())
    return format_html_join(mark_safe("<br>"), "{} : {}", lines)
