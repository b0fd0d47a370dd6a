"""The papers beside the bulletin: made while one waits, from what stands now."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from apps.classes.models import ClassGroup
from apps.core.clock import today
from apps.core.pages import render_page
from apps.reports import permissions, selectors
from apps.schools.selectors import paper_images

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
    page = selectors.class_documents(_class_group(request, class_group_id), today())
    return render_page(request, "reports/class_documents.html", {"page": page})


@require_safe
def class_list(request: HttpRequest, class_group_id: int) -> HttpResponse:
    """Its pupils in register order."""
    return _list(_class_group(request, class_group_id), "liste")


@require_safe
def class_sheet(request: HttpRequest, class_group_id: int) -> HttpResponse:
    """Their names, and columns to fill in by hand: who signed, who got which mark."""
    return _list(_class_group(request, class_group_id), "feuille")


def _list(group: ClassGroup, kind: str) -> HttpResponse:
    from apps.reports import press

    page = selectors.class_list(group, on=today(), blank=kind == "feuille")
    content = press.paper("class_list", page.title, [page], paper_images())
    return pdf(content, f"{kind}-{slugify(group.name)}.pdf")


def _class_group(request: HttpRequest, class_group_id: int) -> ClassGroup:
    groups = permissions.listed_classes(request.member, today()).select_related("year", "calendar", "level")
    return get_object_or_404(groups, pk=class_group_id)
