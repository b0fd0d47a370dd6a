"""Vie scolaire's pages: who is not expected today, a pupil's dispenses and exits, writing one."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import STUDENT_LIFE
from apps.attendance import permissions, selectors, services
from apps.attendance.forms import NATURES, ExcusalForm, PupilsForm
from apps.attendance.models import Excusal
from apps.core.clock import now, today
from apps.core.idempotency import fresh_key, idempotent
from apps.core.pages import render_page
from apps.people.models import Student


@require_safe
def excusals(request: HttpRequest) -> HttpResponse:
    """Those of the day; a name leads to a pupil, and to writing one."""
    if not request.member.holds(*STUDENT_LIFE):
        raise Http404
    form = PupilsForm(request.GET)
    wanted = form.read(today())
    page = selectors.excusals_page(
        permissions.writable_excusals(request.member),
        among=permissions.followed_students(request.member),
        **wanted,
    )
    context = {
        "page": page,
        "words": wanted["words"],
        "form": PupilsForm(initial={"q": wanted["words"], "jour": wanted["on"]}),
        "screens": permissions.screens_of(request.member, "attendance:excusals"),
    }
    return render_page(request, "attendance/excusals.html", context, part="found")


def _student(request: HttpRequest, student_id: int) -> Student:
    return get_object_or_404(permissions.followed_students(request.member), pk=student_id)


@require_safe
def excusals_of(request: HttpRequest, student_id: int) -> HttpResponse:
    """A pupil's; each nature is one tap away."""
    student = _student(request, student_id)
    page = selectors.excusals_of(student, permissions.writable_excusals(request.member), today())
    context = {"page": page, "natures": [(name, kind.label) for name, kind in NATURES.items()]}
    return render_page(request, "attendance/excusals_of.html", context)


@require_http_methods(["GET", "POST"])
@idempotent
def excusal_new(request: HttpRequest, student_id: int, nature: str) -> HttpResponse:
    """Why and when this pupil is not expected; by default, from now."""
    if nature not in NATURES:
        raise Http404
    student, on, kind = _student(request, student_id), today(), NATURES[nature]
    form = ExcusalForm(
        request.POST if request.method == "POST" else None,
        kind=kind,
        courses=selectors.courses_of(student, on) if kind == Excusal.Kind.EXEMPT else (),
        today=on,
        initial=ExcusalForm.begins(kind, on, timezone.localtime(now()).time()),
    )
    if form.is_bound and form.is_valid():
        _write(request, student, form)
        return redirect("attendance:excusals_of", student_id)
    context = {"student": student, "kind": kind, "form": form, "key": fresh_key()}
    status = 422 if form.errors else 200
    return render_page(request, "attendance/excusal_new.html", context, status=status)


def _write(request: HttpRequest, student: Student, form: ExcusalForm) -> None:
    typed = form.cleaned_data
    why = services.Excuse(
        kind=form.kind,
        starts_on=typed["du"],
        ends_on=typed["au"],
        hours=typed["hours"],
        course=typed.get("cours"),
        note=typed["note"],
    )
    services.excuse(student_id=student.pk, why=why, by=request.member, at=now())
    messages.success(request, f"{form.kind.label.capitalize()}\u202f: c’est écrit, l’appel le montrera.")


@require_POST
@idempotent
def excusal_withdraw(request: HttpRequest, excusal_id: int) -> HttpResponse:
    """It was a mistake."""
    found = get_object_or_404(permissions.writable_excusals(request.member), pk=excusal_id)
    services.withdraw_excusal(excusal_id=found.pk, by=request.member, at=now())
    messages.success(request, "Retiré\u202f: l’élève est de nouveau attendu.")
    return redirect("attendance:excusals_of", found.student_id)
