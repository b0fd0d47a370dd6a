"""The direction's pages: bulletins issued, printed, taken back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.classes.models import ClassTerm, ClassTermQuerySet
from apps.core.clock import now, today
from apps.core.idempotency import idempotent
from apps.core.pages import render_page
from apps.reports import permissions, selectors, services
from apps.reports.forms import CancellationForm

from .files import pdf


@require_safe
def classes(request: HttpRequest) -> HttpResponse:
    """Every class, and where the bulletins of each term stand."""
    terms = permissions.printable_terms(request.member)
    if not request.member.holds(*permissions.PRINTERS):
        raise Http404
    return render_page(request, "reports/classes.html", {"lines": selectors.class_lines(terms, today())})


@require_safe
def class_term(request: HttpRequest, class_term_id: int) -> HttpResponse:
    """A class's term: who has which bulletin, what issuing would do, how printing goes."""
    page = selectors.class_cards(_class_term(request, class_term_id), today())
    context = {"page": page, "may_issue": request.member.holds(*permissions.ISSUERS)}
    return render_page(request, "reports/class_term.html", context, part="cards")


@require_POST
@idempotent
def issue(request: HttpRequest, class_term_id: int) -> HttpResponse:
    """Issue those that are new or say something else than the last ones."""
    row = get_object_or_404(loaded_terms(permissions.issuable_terms(request.member)), pk=class_term_id)
    facts = selectors.facts_of_class(row, on=today())
    try:
        issued = services.issue(class_term_id=row.pk, facts=facts, by=request.member, at=now())
    except services.CouncilHasNotSat:
        messages.error(request, "Le conseil de classe n’est pas ouvert : rien n’est émis.")
    else:
        messages.success(request, _said(issued))
    return redirect("reports:class_term", class_term_id)


@require_POST
@idempotent
def show_to_families(request: HttpRequest, class_term_id: int) -> HttpResponse:
    """From now on, families read them."""
    row = get_object_or_404(permissions.issuable_terms(request.member), pk=class_term_id)
    try:
        services.show_to_families(class_term_id=row.pk, by=request.member, at=now())
    except services.NothingIsIssued:
        messages.error(request, "Aucun bulletin n’est émis : rien n’est à publier.")
    except services.CouncilHasNotSat:
        messages.error(request, "Le conseil de classe n’est pas ouvert : rien n’est publié.")
    else:
        messages.success(request, "Les familles lisent les bulletins.")
    return redirect("reports:class_term", class_term_id)


@require_POST
@idempotent
def print_class(request: HttpRequest, class_term_id: int) -> HttpResponse:
    """Have them printed by a worker; this page then counts the files."""
    row = _class_term(request, class_term_id)
    try:
        services.print_class(class_term_id=row.pk, by=request.member, at=now())
    except services.NothingIsIssued:
        messages.error(request, "Aucun bulletin n’est émis : rien n’est à imprimer.")
    return redirect("reports:class_term", class_term_id)


@require_POST
@idempotent
def stop_printing(request: HttpRequest, run_id: int) -> HttpResponse:
    """The files that are made stay."""
    run = get_object_or_404(permissions.readable_runs(request.member).defer("content"), pk=run_id)
    services.stop_printing(run_id=run.pk, at=now())
    return redirect("reports:class_term", run.class_term_id)


@require_safe
def printed(request: HttpRequest, run_id: int) -> HttpResponse:
    """The printer's file."""
    run = get_object_or_404(permissions.readable_runs(request.member), pk=run_id, content__isnull=False)
    return pdf(run.content, f"bulletins-{run.class_term_id}.pdf")


@require_safe
def card(request: HttpRequest, card_id: int) -> HttpResponse:
    """A pupil's own file, once it is made: her family's too, once the term is published."""
    cards = permissions.readable_cards(request.member, today())
    row = get_object_or_404(selectors.with_files(cards), pk=card_id)
    return pdf(row.printed.content, f"bulletin-{row.number:06}-{row.version}.pdf")


@require_http_methods(["GET", "POST"])
@idempotent
def cancel(request: HttpRequest, card_id: int) -> HttpResponse:
    """Take a bulletin back, and say why."""
    cards = permissions.cancellable_cards(request.member).select_related("student", "class_term__class_group")
    row = get_object_or_404(cards.standing(), pk=card_id)
    form = CancellationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        services.cancel(report_card_id=row.pk, reason=reason, by=request.member, at=now())
        messages.success(request, f"Le bulletin n° {row.number:06} est annulé.")
        return redirect("reports:class_term", row.class_term_id)
    status = 422 if form.errors else 200
    return render_page(request, "reports/cancel.html", {"card": row, "form": form}, status=status)


def loaded_terms(terms: ClassTermQuerySet) -> ClassTermQuerySet:
    """Each with its rules, its term and its class."""
    group = ("level", "year", "calendar", "form_teacher__user")
    return terms.with_reckoning().select_related("term", *(f"class_group__{name}" for name in group))


def _class_term(request: HttpRequest, class_term_id: int) -> ClassTerm:
    return get_object_or_404(loaded_terms(permissions.printable_terms(request.member)), pk=class_term_id)


def _said(issued: services.Issued) -> str:
    n = len(issued.new)
    if not n:
        return "Rien n’a changé : les bulletins émis restent ceux qui font foi."
    s = "s" if n > 1 else ""
    return f"{n} bulletin{s} émis." + (f" {issued.unchanged} n’ont pas changé." if issued.unchanged else "")
