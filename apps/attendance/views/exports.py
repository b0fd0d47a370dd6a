"""Spreadsheets of the register and of the absences: a POST, for the school's journal keeps who took them."""

from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from apps.accounts.models import STUDENT_LIFE
from apps.attendance import permissions, selectors, services
from apps.attendance.forms import AbsencesForm, ExportForm, RegisterForm
from apps.core.clock import now, today
from apps.core.sheets import MOST_ROWS, Sheet, TooManyRows, download

from .register import class_of, register_window


@require_POST
def register_export(request: HttpRequest) -> HttpResponse:
    """The register that the page shows."""
    kind = _kind(request)
    classes = permissions.registered_classes(request.member, today())
    wanted = RegisterForm(request.POST, classes=classes).read(today())
    its_class = class_of(classes, wanted["classe"])
    if its_class is None:
        raise Http404
    page = selectors.register_page(its_class, register_window(its_class, wanted))
    return _file(request, selectors.register_sheet(page), kind, its_class)


@require_POST
def absences_export(request: HttpRequest) -> HttpResponse:
    """Every absence that the list would show, on all its pages."""
    kind = _kind(request)
    wanted = AbsencesForm(request.POST).read(today())
    days = wanted["first"], wanted["last"]
    found = selectors.absences_found(
        permissions.correctable_absences(request.member),
        days=days,
        words=wanted["words"],
        state=wanted["state"],
    )
    name = f"absences {days[0]:%Y-%m-%d} {days[1]:%Y-%m-%d}"
    try:
        sheet = selectors.absences_sheet(found, name)
    except TooManyRows:
        messages.error(request, f"Plus de {MOST_ROWS} absences\u202f: choisissez moins de jours.")
        return redirect("attendance:absences")
    return _file(request, sheet, kind, request.school)


def _kind(request: HttpRequest) -> str:
    """Of file; 404 for whoever may not take one, or one that does not exist."""
    form = ExportForm(request.POST)
    if not request.member.holds(*STUDENT_LIFE) or not form.is_valid():
        raise Http404
    return form.cleaned_data["format"] or "xlsx"


def _file(request: HttpRequest, sheet: Sheet, kind: str, about: Model) -> HttpResponse:
    services.note_export(sheet=sheet, kind=kind, about=about, by=request.member, at=now())
    return download(sheet, kind)
