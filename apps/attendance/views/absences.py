"""Vie scolaire's pages: the absences, one of these."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import STUDENT_LIFE
from apps.attendance import permissions, selectors, services
from apps.attendance.forms import AbsenceForm, AbsencesForm
from apps.core.clock import now, today
from apps.core.idempotency import idempotent
from apps.core.pages import render_page, show_again


@require_safe
def absences(request: HttpRequest) -> HttpResponse:
    """Vie scolaire's list: today's, or some days', by name and state."""
    if not request.member.holds(*STUDENT_LIFE):
        raise Http404
    form = AbsencesForm(request.GET)
    wanted = form.read(today())
    page = selectors.absences_page(
        permissions.correctable_absences(request.member),
        days=(wanted["first"], wanted["last"]),
        words=wanted["words"],
        state=wanted["state"],
        number=request.GET.get("page", "1"),
    )
    typed = {"du": wanted["first"], "au": wanted["last"], "q": wanted["words"], "etat": wanted["state"]}
    screens = permissions.screens_of(request.member, "attendance:absences")
    context = {
        "list": page,
        "form": AbsencesForm(initial=typed),
        "wanted": wanted,
        "fields": [(name, f"{value}") for name, value in typed.items()],
        "screens": screens,
    }
    return render_page(request, "attendance/absences.html", context)


@require_http_methods(["GET", "POST"])
@idempotent
def absence(request: HttpRequest, absence_id: int) -> HttpResponse:
    """One absence: justify it with a reason, take the reason back, or find it a mistake."""
    found = get_object_or_404(
        permissions.correctable_absences(request.member).select_related("student"), pk=absence_id
    )
    form = AbsenceForm(
        request.POST if request.method == "POST" else None,
        reasons=selectors.all_reasons(),
        absence=found,
    )
    if form.is_bound and form.is_valid() and _decide(request, form, absence_id):
        return show_again(request, absence, absence_id)
    given = permissions.decidable_justifications(request.member)
    context = {
        "page": selectors.absence_page(found, today()),
        "form": form,
        "justifications": selectors.justifications_of_absence(found, given),
    }
    status = 422 if form.errors else 200
    return render_page(request, "attendance/absence.html", context, part="absence", status=status)


def _decide(request: HttpRequest, form: AbsenceForm, absence_id: int) -> bool:
    """Do what the pressed button says, or leave on the form why not."""
    values = {"absence_id": absence_id, "by": request.member, "at": now()}
    try:
        match request.POST.get("act"):
            case "justify":
                listed, line = form.cleaned_data["listed"], form.cleaned_data["reason"]
                services.justify_absence(**values, listed=listed, reason=line)
                justifies = listed is None or listed.justifies
                messages.success(
                    request, "Absence justifiée." if justifies else "Motif noté\u202f: il ne justifie pas."
                )
            case "withdraw":
                services.withdraw_justification(**values)
                messages.success(request, "Absence de nouveau à justifier.")
            case "cancel":
                services.cancel_absence(**values)
                messages.success(request, "Absence annulée\u202f: l’appel est corrigé.")
            case _:
                form.add_error(None, "Choisissez ce qu’il faut faire.")
    except services.AbsenceIsCancelled:
        form.add_error(None, "Cette absence vient d’être annulée\u202f: rechargez la page.")
    return not form.errors
