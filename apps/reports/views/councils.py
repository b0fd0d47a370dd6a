"""The class council: its sitting, one pupil at a time, its minutes."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from apps.classes.models import ClassTerm, ClassTermQuerySet
from apps.core.clock import now, today
from apps.core.idempotency import idempotent
from apps.core.pages import render_page
from apps.reports import permissions, selectors, services
from apps.reports.forms import SittingForm, VerdictForm
from apps.schools.selectors import paper_images

from .classes import loaded_terms
from .files import pdf

CLOSED = "Le conseil n’est pas ouvert : rien n’est enregistré."


@require_http_methods(["GET", "POST"])
@idempotent
def council(request: HttpRequest, class_term_id: int) -> HttpResponse:
    """Who sits, what is said of the class, and where its pupils stand."""
    row = _class_term(permissions.readable_councils(request.member), class_term_id)
    may_decide = _may_decide(request, row)
    if request.method == "POST" and not may_decide:
        raise Http404
    page = selectors.council_page(row, today())
    form = SittingForm(
        request.POST if request.method == "POST" else None,
        council=page.council,
        staff=page.staff,
        chair=str(request.member),
        today=today(),
    )
    if form.is_valid() and _hold(row, form):
        messages.success(request, "La séance est enregistrée.")
        return redirect("reports:council", class_term_id)
    reads_all = request.member.holds(*permissions.PRINTERS)
    context = {"page": page, "form": form, "may_decide": may_decide, "reads_all": reads_all}
    return render_page(request, "reports/council.html", context, status=422 if form.errors else 200)


def _hold(row: ClassTerm, form: SittingForm) -> bool:
    said = form.cleaned_data
    try:
        services.hold_council(
            class_term_id=row.pk,
            held_on=said["held_on"],
            chair=said["chair"],
            seats=form.seats,
            observations=said["observations"],
        )
    except services.CouncilIsClosed:
        form.add_error(None, CLOSED)
        return False
    return True


@require_http_methods(["GET", "POST"])
@idempotent
def verdict(request: HttpRequest, class_term_id: int, student_id: int) -> HttpResponse:
    """A pupil before the council, on a screen that all see: POST enters the verdict, and goes to the next."""
    row = _class_term(permissions.readable_councils(request.member), class_term_id)
    may_decide = _may_decide(request, row)
    page = selectors.pupil_page(row, student_id, today())
    if page is None or (request.method == "POST" and not may_decide):
        raise Http404
    form = VerdictForm(request.POST if request.method == "POST" else None, page=page)
    if form.is_valid() and _decide(request, page, form):
        return _onwards(request, page)
    shows_form = may_decide and (page.is_sitting or form.is_bound)  # what was typed stays to be read
    context = {"page": page, "form": form, "may_decide": shows_form}
    return render_page(request, "reports/verdict.html", context, status=422 if form.errors else 200)


def _decide(request: HttpRequest, page: selectors.PupilPage, form: VerdictForm) -> bool:
    try:
        services.decide(
            class_term_id=page.class_term.pk,
            student_id=page.student.pk,
            ruling=form.ruling,
            proposed=form.proposed,
            remark=form.cleaned_data["remark"],
            seen=form.seen_at,
            by=request.member,
            at=now(),
        )
    except services.CouncilIsClosed:
        form.add_error(None, CLOSED)
    except services.DecidedMeanwhile as trouble:
        form.give_way(trouble)
    return not form.errors


def _onwards(request: HttpRequest, page: selectors.PupilPage) -> HttpResponse:
    """To the pupil before or after; past the last one, to the list."""
    is_next = request.POST.get("go") != "previous"
    wanted = page.next_id if is_next else page.previous_id
    if wanted:
        return redirect("reports:verdict", page.class_term.pk, wanted)
    if is_next:
        messages.success(request, "C’était le dernier élève de la liste.")
    return redirect("reports:council", page.class_term.pk)


@require_safe
def minutes(request: HttpRequest, class_term_id: int) -> HttpResponse:
    """The procès-verbal, to sign: once the sitting is written down."""
    from apps.reports import press

    row = _class_term(permissions.readable_councils(request.member), class_term_id)
    page = selectors.minutes_of(row, today())
    if page is None:
        raise Http404
    content = press.paper("minutes", f"{page.title}, {row.class_group}", page, paper_images())
    return pdf(content, f"pv-conseil-{slugify(row.class_group.name)}-{row.term.number}.pdf")


def _may_decide(request: HttpRequest, row: ClassTerm) -> bool:
    return permissions.council_terms(request.member).filter(pk=row.pk).exists()


def _class_term(terms: ClassTermQuerySet, class_term_id: int) -> ClassTerm:
    return get_object_or_404(loaded_terms(terms), pk=class_term_id)
