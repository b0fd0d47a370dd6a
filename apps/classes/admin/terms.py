"""A class in a term: its marks are closed here, and reopened."""

from dataclasses import dataclass

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from apps.accounts.admin_site import school_admin
from apps.accounts.school_admin import Question, SchoolAdmin
from apps.classes import services
from apps.classes.models import ClassTerm
from apps.core.clock import now

State = ClassTerm.State


@admin.register(ClassTerm, site=school_admin)
class ClassTermAdmin(SchoolAdmin):
    """What is open, locked, published: the studies' own. Marks are closed and reopened from the list."""

    list_display = ["class_group", "term", "state", "marks_lock_at", "grading_scheme"]
    list_filter = ["term", "state", "class_group__level"]
    list_select_related = ["class_group", "term", "grading_scheme__year"]
    search_fields = ["class_group__name", "term__name"]
    ordering = ["term__starts_on", "class_group__level__position", "class_group__name"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "class_group",
                    "term",
                    "state",
                    "marks_lock_at",
                    "published_at",
                    "grading_scheme",
                ],
                "description": "Pour passer à l’étape suivante ou rouvrir les notes, cochez les classes dans"
                " la liste et choisissez l’action. Les règles de notation se changent sur leur propre page."
                " Une période close garde celles de ses moyennes.",
            },
        )
    ]
    readonly_fields = ["class_group", "term", "state", "marks_lock_at", "published_at", "grading_scheme"]
    actions = ["close_marks", "ask_for_remarks", "open_councils", "reopen_marks"]

    @admin.action(description="Arrêter les notes", permissions=["change"])
    def close_marks(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """Nobody changes the marks of these classes in these terms any more."""
        return self._go_on(request, queryset, "close_marks", State.LOCKED)

    @admin.action(description="Demander les appréciations", permissions=["change"])
    def ask_for_remarks(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """Their teachers find on their home what they still have to write."""
        return self._go_on(request, queryset, "ask_for_remarks", State.REMARKS)

    @admin.action(description="Ouvrir les conseils", permissions=["change"])
    def open_councils(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """Teachers' remarks change no more; verdicts are entered."""
        return self._go_on(request, queryset, "open_councils", State.COUNCIL)

    def _go_on(self, request: HttpRequest, queryset: QuerySet, action: str, to: State) -> HttpResponse | None:
        step = STEPS[to]
        if request.POST.get("confirmed") != "yes":
            return self.ask_first(request, queryset, action, _next_step(queryset, to))
        moved = services.go_on(class_term_ids=_pks(queryset), to=to, by=request.member, at=now())
        for class_term in moved:
            self.note_done(request, class_term, step.noted)
        messages.success(request, f"{step.noted.capitalize()} : {_count(moved)}.")
        return None

    @admin.action(description="Rouvrir les notes", permissions=["change"])
    def reopen_marks(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """An exception, with its reason: teachers may write again."""
        is_confirmed, reason = (
            request.POST.get("confirmed") == "yes",
            request.POST.get("reason", "").strip()[:200],
        )
        if not is_confirmed or not reason:
            question = _reopening(queryset, "Dites pourquoi." if is_confirmed else "")
            return self.ask_first(request, queryset, "reopen_marks", question)
        reopened = services.go_back(
            class_term_ids=_pks(queryset), seen=State.LOCKED, reason=reason, by=request.member, at=now()
        )
        for class_term in reopened:
            self.note_done(request, class_term, f"notes rouvertes : {reason}")
        messages.success(request, f"Notes rouvertes : {_count(reopened)}.")
        return None


@dataclass(frozen=True, slots=True)
class Step:
    """What is asked before several classes go on, and noted once they have."""

    title: str
    sentence: str
    noted: str
    left_out_because: str


STEPS = {
    State.LOCKED: Step(
        "Arrêter les notes",
        "Les enseignants ne pourront plus saisir ni changer de note, d’évaluation ou de coefficient dans ces"
        " classes pour cette période. Vous pourrez rouvrir, en disant pourquoi.",
        "notes arrêtées",
        "déjà arrêtées",
    ),
    State.REMARKS: Step(
        "Demander les appréciations",
        "Les enseignants de ces classes verront sur leur accueil les appréciations qui leur restent à"
        " écrire.",
        "appréciations demandées",
        "notes encore ouvertes, ou appréciations déjà demandées",
    ),
    State.COUNCIL: Step(
        "Ouvrir les conseils",
        "Les appréciations des enseignants ne changeront plus dans ces classes, et leurs conseils pourront"
        " se tenir.",
        "conseil ouvert",
        "pas encore aux appréciations, ou conseil déjà ouvert",
    ),
}


def _next_step(queryset: QuerySet, to: State) -> Question:
    step = STEPS[to]
    return Question(
        title=step.title,
        sentence=step.sentence,
        button=step.title,
        left_out_because=step.left_out_because,
        **_sorted(queryset, to.previous),
    )


def _reopening(queryset: QuerySet, reason_error: str) -> Question:
    return Question(
        title="Rouvrir les notes",
        sentence="Les enseignants pourront de nouveau changer les notes de ces classes ; les moyennes et"
        " les rangs suivront. Le motif est gardé dans l’historique.",
        button="Rouvrir les notes",
        left_out_because="encore ouvertes, ou déjà aux appréciations ou au conseil",
        asks_reason=True,
        reason_error=reason_error,
        **_sorted(queryset, State.LOCKED),
    )


def _sorted(queryset: QuerySet, state: str) -> dict[str, list[str]]:
    """Those that an action is for, and those that it leaves as they are."""
    its: dict[str, list[str]] = {"rows": [], "left_out": []}
    for row in queryset:
        its["rows" if row.state == state else "left_out"].append(str(row))
    return its


def _pks(queryset: QuerySet) -> list[int]:
    return [row.pk for row in queryset]


def _count(rows: list) -> str:
    return f"{len(rows)} classe{'s' if len(rows) > 1 else ''}"
