"""The billet d’entrée: a POST writes it, its page is made to be printed."""

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from apps.attendance import permissions, services
from apps.core.clock import now
from apps.core.idempotency import idempotent
from apps.core.pages import render_page


@require_POST
@idempotent
def absence_pass(request: HttpRequest, absence_id: int) -> HttpResponse:
    """Let a pupil in after an absence."""
    absence = get_object_or_404(permissions.correctable_absences(request.member).standing(), pk=absence_id)
    return _shown(services.admit_after_absence(absence=absence, by=request.member, at=now()))


@require_POST
@idempotent
def late_pass(request: HttpRequest, late_arrival_id: int) -> HttpResponse:
    """Let a pupil in late."""
    arrival = get_object_or_404(permissions.readable_late_arrivals(request.member), pk=late_arrival_id)
    return _shown(services.admit_late(arrival=arrival, by=request.member, at=now()))


def _shown(written: Model) -> HttpResponse:
    return redirect("attendance:entry_pass", written.pk)


@require_safe
def entry_pass(request: HttpRequest, pass_id: int) -> HttpResponse:
    """The paper to hand out."""
    found = get_object_or_404(permissions.readable_passes(request.member), pk=pass_id)
    return render_page(request, "attendance/entry_pass.html", {"paper": found, "school": request.school})
