"""Vie scolaire's pages: what families said of absences, one of these, and the decision."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import STUDENT_LIFE
from apps.attendance import permissions, selectors, services
from apps.attendance.forms import DecisionForm, JustificationsForm
from apps.core.clock import now
from apps.core.idempotency import idempotent
from apps.core.pages import render_page, wants_part


@require_safe
def justifications(request: HttpRequest) -> HttpResponse:
    """Those that wait, or others by name and state."""
    if not request.member.holds(*STUDENT_LIFE):
        raise Http404
    form = JustificationsForm(request.GET)
    wanted = form.read()
    page = selectors.justifications_page(
        permissions.decidable_justifications(request.member),
        number=request.GET.get("page", "1"),
        **wanted,
    )
    filters = JustificationsForm(initial={"q": wanted["words"], "etat": wanted["state"]})
    context = {
        "list": page,
        "form": filters,
        "screens": permissions.screens_of(request.member, "attendance:justifications"),
    }
    return render_page(request, "attendance/justifications.html", context)


@require_http_methods(["GET", "POST"])
@idempotent
def justification(request: HttpRequest, justification_id: int) -> HttpResponse:
    """One, with its photo and the absences it is about. A decision shows its line again, where it stands."""
    row = _row(request, justification_id)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        decided = form.is_valid() and _decide(request, form, justification_id)
        if decided and not wants_part(request):
            return redirect(request.path)
        row, status = _row(request, justification_id), 200 if decided else 422
    context = {"row": row, "form": form}
    if wants_part(request):
        return render_page(request, "attendance/_justification.html", context, status=status)
    context["absences"] = selectors.absences_within(row)
    return render_page(request, "attendance/justification.html", context, status=status)


def _row(request: HttpRequest, justification_id: int) -> selectors.JustificationRow:
    known = permissions.decidable_justifications(request.member)
    row = selectors.justification_row(known, justification_id)
    if row is None:
        raise Http404
    return row


def _decide(request: HttpRequest, form: DecisionForm, justification_id: int) -> bool:
    """Do what the pressed button says, or leave on the form why not."""
    seen, answer = form.cleaned_data["seen"], form.cleaned_data["answer"]
    values = {"justification_id": justification_id, "seen": seen, "by": request.member, "at": now()}
    try:
        match request.POST.get("act"):
            case "accept":
                services.accept_justification(**values)
                _say(request, "Justificatif accepté.")
            case "refuse":
                services.refuse_justification(**values, answer=answer)
                _say(request, "Justificatif refusé\u202f: la famille lira pourquoi.")
            case _:
                form.add_error(None, "Choisissez\u202f: accepter ou refuser.")
    except services.ReasonDoesNotJustify:
        form.add_error(None, "Ce motif ne justifie pas, d’après la liste de l’école\u202f: refusez-le.")
    except services.HasBeenDecided as known:
        form.add_error(None, _meanwhile(known.justification))
    return not form.errors


def _say(request: HttpRequest, done: str) -> None:
    """The line itself says it to htmx."""
    if not wants_part(request):
        messages.success(request, done)


def _meanwhile(given) -> str:
    if given.decided_by is None:
        return "La famille vient de le retirer."
    return f"{given.decided_by} vient d’y répondre\u202f: il est déjà {_WORDS[given.state]}."


_WORDS = {"accepted": "accepté", "refused": "refusé"}
