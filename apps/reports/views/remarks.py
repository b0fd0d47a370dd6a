"""Where teachers write their remarks: of a course's pupils, of a class as its form teacher."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.models import Role
from apps.classes import api as classes
from apps.classes.models import ClassTerm, ClassTermQuerySet, Term
from apps.core.clock import now, today
from apps.core.idempotency import idempotent
from apps.core.pages import render_page, wants_part
from apps.grades import api as grades
from apps.reports import permissions, selectors, services
from apps.reports.forms import IS_CLOSED, NotABatch, PhraseForm, RemarkBatch, RemarksForm


@require_http_methods(["GET", "POST"])
@idempotent
def remarks(request: HttpRequest, course_id: int) -> HttpResponse:
    """A course's pupils in a term, and the remark of each: GET shows them, POST saves those that she touched.
    Scripts save each as it is left instead (`remark_cells`).
    """
    readable = permissions.remarked_courses(request.member, today())
    course = get_object_or_404(readable.select_related("subject__parent", "group__class_group"), pk=course_id)
    terms = classes.term_choices(course.group_id)
    term = grades.chosen_term(terms, request.GET.get("periode", ""), today())
    if term is None:
        raise Http404
    may_write = permissions.writable_courses(request.member, today()).filter(pk=course_id).exists()
    places = selectors.course_places(course, term, today())
    general = permissions.writable_class_terms(request.member).filter(
        class_group=course.group.class_group_id, term=term
    )
    about = {"course": course, "subject": course.subject.parent or course.subject}
    cells_url = reverse("reports:remark_cells", args=[course.pk, term.pk])
    context = {**about, "terms": terms, "term": term, "general": general.first(), "cells_url": cells_url}
    return _page(request, "reports/remarks.html", context, places, may_write=may_write)


@require_http_methods(["GET", "POST"])
@idempotent
def general_remarks(request: HttpRequest, class_term_id: int) -> HttpResponse:
    """The same of a class, by its form teacher; with the subjects whose remarks are still awaited."""
    class_term = _class_term(permissions.remarked_class_terms(request.member), class_term_id)
    may_write = permissions.writable_class_terms(request.member).filter(pk=class_term_id).exists()
    places = selectors.general_places(class_term, today())
    context = {
        "class_term": class_term,
        "cells_url": reverse("reports:general_cells", args=[class_term.pk]),
        "class_terms": classes.terms_of([class_term.class_group_id])[class_term.class_group_id],
        "reads_all": request.member.holds(*permissions.ISSUERS),
        "awaited": selectors.awaited_remarks(class_term, places.pupils, today()),
    }
    return _page(request, "reports/general_remarks.html", context, places, may_write=may_write)


@require_POST
@idempotent
def remark_cells(request: HttpRequest, course_id: int, term_id: int) -> HttpResponse:
    """A batch of remarks from the browser's queue: what became of each, as JSON."""
    mine = permissions.writable_courses(request.member, today()).select_related("subject", "group")
    course = get_object_or_404(mine, pk=course_id)
    term = get_object_or_404(Term, pk=term_id)
    return _batch(request, lambda: selectors.course_places(course, term, today()))


@require_POST
@idempotent
def general_cells(request: HttpRequest, class_term_id: int) -> HttpResponse:
    """The same of general remarks."""
    class_term = _class_term(permissions.writable_class_terms(request.member), class_term_id)
    return _batch(request, lambda: selectors.general_places(class_term, today()))


@require_http_methods(["GET", "POST"])
@idempotent
def phrases(request: HttpRequest) -> HttpResponse:
    """The sentences that a teacher keeps for her remarks."""
    if not request.member.holds(Role.TEACHER):
        raise Http404
    form = PhraseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.keep_phrase(text=form.cleaned_data["text"], by=request.member)
        except services.BankIsFull:
            form.add_error("text", f"{services.MOST_PHRASES} phrases au plus : retirez-en une d’abord.")
        else:
            if not wants_part(request):
                messages.success(request, "La phrase est gardée.")
                return redirect("reports:phrases")
    phrases = permissions.own_phrases(request.member)
    if wants_part(request):
        phrases = phrases.that_fit(form.limit)
    context = {"phrases": phrases.order_by("text"), "form": form}
    template = "reports/_bank.html" if wants_part(request) else "reports/phrases.html"
    return render_page(request, template, context, status=422 if form.errors else 200)


@require_POST
@idempotent
def phrase_forget(request: HttpRequest, phrase_id: int) -> HttpResponse:
    """Take a sentence out; what was begun with it stays."""
    phrase = get_object_or_404(permissions.own_phrases(request.member), pk=phrase_id)
    services.forget_phrase(phrase_id=phrase.pk)
    messages.success(request, "La phrase est retirée.")
    return redirect("reports:phrases")


def _class_term(class_terms: ClassTermQuerySet, class_term_id: int) -> ClassTerm:
    rows = class_terms.with_reckoning().select_related("term", "class_group__whole_group")
    return get_object_or_404(rows, pk=class_term_id)


def _page(
    request: HttpRequest, template: str, context: dict, places: selectors.Places, *, may_write: bool
) -> HttpResponse:
    """The sheet of these pupils, with what was typed until it is saved."""
    sheet = selectors.remark_sheet(places, today())
    if request.method == "POST" and not may_write:
        raise Http404
    form = RemarksForm(request.POST if request.method == "POST" else None, sheet=sheet.open_to(may_write))
    if form.is_valid() and _save(request, form, places):
        messages.success(request, f"Appréciations enregistrées : {len(form.texts)}.")
        return redirect(request.get_full_path())
    context |= {
        "sheet": sheet,
        "form": form,
        "may_write": may_write,
        "is_closed": may_write and not sheet.writable and sheet.rows,
        "phrases": permissions.own_phrases(request.member).that_fit(sheet.limit) if form.fields else [],
    }
    return render_page(request, template, context, status=422 if form.errors else 200)


def _save(request: HttpRequest, form: RemarksForm, places: selectors.Places) -> bool:
    """Whether all of it could be saved; what could not is said on the form."""
    if form.touches_the_closed:
        form.add_error(None, IS_CLOSED)
        return False
    form.take(_saved(request, places, form.texts, form.seen))
    return not form.errors


def _batch(request: HttpRequest, places_of: Callable[[], selectors.Places]) -> HttpResponse:
    try:
        batch = RemarkBatch.read(request.body if request.content_type == "application/json" else b"")
    except NotABatch:
        return HttpResponseBadRequest("Envoi illisible.", content_type="text/plain; charset=utf-8")
    places = places_of()
    batch.among(places.pupils, places.limit)
    batch.settle(_saved(request, places, batch.texts, batch.seen))
    return JsonResponse(batch.answer)


def _saved(
    request: HttpRequest, places: selectors.Places, texts: dict[int, str], seen: dict[int, str]
) -> services.SavedRemarks:
    return services.save_remarks(
        subject_id=places.subject_id,
        class_terms=places.class_terms,
        texts=texts,
        seen=seen,
        by=request.member,
        at=now(),
    )
