"""A class's term goes on to the next step, or back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from apps.classes import services as classes
from apps.classes.models import ClassTerm
from apps.core.clock import now
from apps.core.idempotency import idempotent
from apps.core.pages import render_page
from apps.reports import permissions
from apps.reports.forms import BackForm

State = ClassTerm.State

# What is asked for on the page of a class, and what is said of it. To publish has a page's button of its own.
SAID = {
    State.LOCKED: "Les notes sont arrêtées.",
    State.REMARKS: "Les enseignants écrivent leurs appréciations.",
    State.COUNCIL: "Le conseil de classe est ouvert : les appréciations des enseignants ne changent plus.",
}
# What going back from each state undoes.
UNDONE = {
    State.LOCKED: ("Rouvrir les notes", "Les enseignants changeront de nouveau les notes de cette classe."),
    State.REMARKS: ("Revenir aux notes arrêtées", "Les appréciations écrites restent."),
    State.COUNCIL: (
        "Fermer le conseil",
        "Les enseignants écriront de nouveau leurs appréciations ; les verdicts saisis restent.",
    ),
    State.PUBLISHED: (
        "Retirer aux familles",
        "Les familles ne liront plus ces bulletins, jusqu’à leur nouvelle publication.",
    ),
}


@require_POST
@idempotent
def go_on(request: HttpRequest, class_term_id: int) -> HttpResponse:
    """The next step of a class's term; one that is taken already stays."""
    row = get_object_or_404(permissions.issuable_terms(request.member), pk=class_term_id)
    to = request.POST.get("to")
    if to not in SAID:
        return HttpResponseBadRequest("Étape inconnue.", content_type="text/plain; charset=utf-8")
    if classes.go_on(class_term_ids=[row.pk], to=State(to), by=request.member, at=now()):
        messages.success(request, SAID[State(to)])
    return redirect("reports:class_term", class_term_id)


@require_http_methods(["GET", "POST"])
@idempotent
def go_back(request: HttpRequest, class_term_id: int) -> HttpResponse:
    """Undo the last step, and say why."""
    rows = permissions.issuable_terms(request.member).exclude(state=State.OPEN)
    row = get_object_or_404(rows.select_related("class_group", "term"), pk=class_term_id)
    seen = State(row.state)
    form = BackForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        if request.POST.get("seen") == seen and classes.go_back(
            class_term_ids=[row.pk], seen=seen, reason=reason, by=request.member, at=now()
        ):
            messages.success(request, f"{UNDONE[seen][0]} : c’est fait.")
        else:
            messages.error(request, "Cette classe vient de changer d’étape : regardez où elle en est.")
        return redirect("reports:class_term", class_term_id)
    title, consequence = UNDONE[seen]
    context = {"class_term": row, "form": form, "title": title, "consequence": consequence}
    return render_page(request, "reports/go_back.html", context, status=422 if form.errors else 200)
