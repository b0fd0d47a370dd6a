"""The papers beside the bulletin: made while one waits, from what stands now."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from apps.classes.models import ClassGroup, ClassTerm
from apps.core.clock import today
from apps.core.idempotency import fresh_key
from apps.core.pages import render_page
from apps.reports import permissions, selectors
from apps.schools.selectors import paper_images

from .classes import loaded_terms
from .files import pdf


@require_safe
def documents(request: HttpRequest) -> HttpResponse:
    """The classes whose papers she finds here."""
    if not request.member.holds(*permissions.DOCUMENTED):
        raise Http404
    groups = selectors.year_in_course(permissions.listed_classes(request.member, today()), today())
    return render_page(request, "reports/documents.html", {"groups": groups})


@require_safe
def class_documents(request: HttpRequest, class_group_id: int) -> HttpResponse:
    """A class's papers, and the way to each pupil's."""
    page = selectors.class_documents(
        _class_group(request, class_group_id),
        permissions.reckoned_terms(request.member),
        permissions.documented_students(request.member, today()),
        today(),
    )
    return render_page(request, "reports/class_documents.html", {"page": page})


@require_safe
def class_list(request: HttpRequest, class_group_id: int) -> HttpResponse:
    """Its pupils in register order."""
    return _list(_class_group(request, class_group_id), "liste")


@require_safe
def class_sheet(request: HttpRequest, class_group_id: int) -> HttpResponse:
    """Their names, and columns to fill in by hand: who signed, who got which mark."""
    return _list(_class_group(request, class_group_id), "feuille")


@require_safe
def class_statements(request: HttpRequest, class_term_id: int) -> HttpResponse:
    """Each pupil's marks of a term so far, a page each, for the printer."""
    from apps.reports import press

    row = _reckoned(request, class_term_id)
    pages = selectors.class_statements(row, on=today(), audience=selectors.audience_of(request.member))
    if not pages:
        raise Http404
    title = f"Relevés de notes de {row.class_group}, {row.term}"
    content = press.papers_for_the_printer("mark_statements", title, pages, paper_images())
    return pdf(content, f"releves-{slugify(row.class_group.name)}.pdf")


@require_safe
def statistics(request: HttpRequest, class_term_id: int) -> HttpResponse:
    """The class's term in figures."""
    from apps.reports import press

    row = _reckoned(request, class_term_id)
    page = selectors.class_statistics(row, on=today())
    content = press.paper("class_statistics", page.title, page, paper_images())
    return pdf(content, f"statistiques-{slugify(row.class_group.name)}.pdf")


@require_safe
def honour_roll(request: HttpRequest, class_term_id: int) -> HttpResponse:
    """Who of the class reached it, best first."""
    from apps.reports import press

    row = _reckoned(request, class_term_id)
    page = selectors.honour_roll(row, on=today())
    content = press.paper("honour_roll", f"{page.title}, {row.class_group}", page, paper_images())
    return pdf(content, f"tableau-d-honneur-{slugify(row.class_group.name)}.pdf")


@require_safe
def student_documents(request: HttpRequest, student_id: int) -> HttpResponse:
    """A pupil's papers."""
    students = permissions.documented_students(request.member, today())
    certificates = permissions.readable_certificates(request.member)
    student = get_object_or_404(students, pk=student_id)
    context = {
        "page": selectors.student_documents(student, certificates, today()),
        "certifies": request.member.holds(*permissions.CERTIFIERS),
        "idempotency_key": fresh_key(),
    }
    return render_page(request, "reports/student_documents.html", context)


@require_safe
def mark_statement(request: HttpRequest, student_id: int, class_term_id: int) -> HttpResponse:
    """A pupil's marks of a term so far; her family takes it too."""
    from apps.reports import press

    student = get_object_or_404(permissions.followed_students(request.member, today()), pk=student_id)
    row = get_object_or_404(loaded_terms(permissions.terms_of(student, today())), pk=class_term_id)
    audience = selectors.audience_of(request.member)
    page = selectors.mark_statement(student, row, on=today(), audience=audience)
    content = press.paper("mark_statements", f"{page.title}, {page.pupil.name}", page, paper_images())
    return pdf(content, f"releve-{slugify(str(student))}.pdf")


def _reckoned(request: HttpRequest, class_term_id: int) -> ClassTerm:
    return get_object_or_404(loaded_terms(permissions.reckoned_terms(request.member)), pk=class_term_id)


def _list(group: ClassGroup, kind: str) -> HttpResponse:
    from apps.reports import press

    page = selectors.class_list(group, on=today(), blank=kind == "feuille")
    content = press.paper("class_list", page.title, page, paper_images())
    return pdf(content, f"{kind}-{slugify(group.name)}.pdf")


def _class_group(request: HttpRequest, class_group_id: int) -> ClassGroup:
    groups = permissions.listed_classes(request.member, today()).select_related("year", "calendar", "level")
    return get_object_or_404(groups, pk=class_group_id)
