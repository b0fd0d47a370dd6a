"""Accesses handed out in the admin: a page that says what will be done, then slips to print, shown once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse

from apps.core.clock import now

from .models import Role
from .permissions import grantable_roles
from .rules import CODE_IS_VALID
from .school_admin import Question
from .services import BelongsElsewhere, MayNotGrant, Slip

REFUSALS = {
    BelongsElsewhere: (
        "a aussi un accès dans un autre établissement : aucune école ne le change seule. "
        "Demandez-le à l’exploitant d’EduConnect, en donnant son identifiant."
    ),
    MayNotGrant: "a un rôle que vous ne pouvez pas donner : demandez au chef d’établissement.",
}


@dataclass(frozen=True, slots=True)
class Paper:
    """A slip and whom it is for."""

    name: str
    note: str
    slip: Slip


class HandsOutAccess:
    """For a SchoolAdmin: the action, its confirmation, the page to print."""

    access_role = Role.GUARDIAN
    give: Callable[[HttpRequest, Model], Slip]  # a code, by the service that fits

    def slip_note(self, person: Model) -> str:
        """What helps to hand the slip to the right person."""
        return ""

    def has_hand_out_permission(self, request: HttpRequest) -> bool:
        return self.access_role in grantable_roles(request.member)

    @admin.action(description="Remettre un accès (fiches à imprimer)", permissions=["hand_out"])
    def hand_out_access(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        """Codes for the chosen people; those who have an access already get a new code."""
        return self.hand_out(request, queryset, list(self.people_of(queryset)), self.give, "hand_out_access")

    def people_of(self, queryset: QuerySet) -> Iterable[Model]:
        return queryset.select_related("member__user")

    def hand_out(
        self,
        request: HttpRequest,
        queryset: QuerySet,
        people: list[Model],
        give: Callable[[HttpRequest, Model], Slip],
        action: str,
    ) -> HttpResponse:
        if request.POST.get("confirmed") != "yes":
            return self._ask(request, queryset, people, action)
        papers, refused = [], []
        for person in people:
            try:
                papers.append(Paper(str(person), self.slip_note(person), give(request, person)))
            except (BelongsElsewhere, MayNotGrant) as refusal:
                refused.append(f"{person} {REFUSALS[type(refusal)]}")
            else:
                self.note_done(request, person, "fiche d’accès imprimée")
        return print_slips(request, papers, refused)

    def _ask(
        self, request: HttpRequest, queryset: QuerySet, people: list[Model], action: str
    ) -> TemplateResponse:
        new = [str(person) for person in people if not has_access(person)]
        again = [str(person) for person in people if has_access(person)]
        question = Question(
            title="Remettre un accès",
            sentence="Une fiche par personne, avec un code à usage unique valable trente jours."
            " Les codes ne se montrent qu’une fois : préparez l’imprimante.",
            button="Créer les codes et montrer les fiches",
            rows=new + again,
        )
        template = "admin/hand_out_access.html"
        return self.ask_first(request, queryset, action, question, template, new=new, again=again)


def has_access(person: Model) -> bool:
    """Whether she has an access already: a member always has one."""
    return bool(getattr(person, "member_id", True))


def print_slips(request: HttpRequest, papers: list[Paper], refused: Iterable[str] = ()) -> HttpResponse:
    """The slips, on a page that no browser keeps."""
    context = {
        "papers": papers,
        "refused": list(refused),
        "school": request.school,
        "address": request.build_absolute_uri("/connexion/"),
        "valid_until": now() + CODE_IS_VALID,
    }
    response = render(request, "admin/slips.html", context)
    response["Cache-Control"] = "no-store"
    return response
