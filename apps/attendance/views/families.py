"""A family's pages, and what vie scolaire writes for it: why a pupil was absent, or is going to be."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import STUDENT_LIFE
from apps.attendance import permissions, selectors, services
from apps.attendance.forms import JustifyForm
from apps.attendance.models import Absence
from apps.core.addresses import outside
from apps.core.clock import now, today
from apps.core.idempotency import fresh_key, idempotent
from apps.core.pages import render_page
from apps.people.models import Student

LONGEST_ID = 18  # digits


@require_http_methods(["GET", "POST"])
@idempotent
def justify(request: HttpRequest, student_id: int) -> HttpResponse:
    """Why this pupil was absent (`?absence=12`), or is going to be. Vie scolaire's own word is accepted."""
    on = today()
    student = get_object_or_404(permissions.justifiable_students(request.member, on), pk=student_id)
    is_office = request.member.holds(*STUDENT_LIFE)
    absence = _absence(request, student)
    refusal = selectors.refusal_of(absence) if absence and not is_office else ""
    form = JustifyForm(
        request.POST if request.method == "POST" else None,
        request.FILES or None,
        reasons=selectors.reasons_that_justify() if is_office else selectors.reasons_for_families(),
        today=on,
        initial={"du": absence.held_on if absence else on},
    )
    if form.is_bound and form.is_valid() and _give(request, student, form, is_office=is_office):
        return _onward(student_id, is_office=is_office)
    context = {
        "student": student,
        "absence": absence,
        "refusal": refusal,
        "form": form,
        "is_office": is_office,
        "has_reasons": bool(form.fields["motif"].known),
        "key": fresh_key(),
    }
    status = 422 if form.errors else 200
    return render_page(request, "attendance/justify.html", context, status=status)


def _onward(student_id: int, *, is_office: bool) -> HttpResponse:
    if is_office:
        return redirect("attendance:justifications")
    return redirect("portal:child_absences", student_id)


def _absence(request: HttpRequest, student: Student) -> Absence | None:
    """The one in the address; a 404 unless it is this pupil's."""
    typed = request.GET.get("absence", "")
    if not typed:
        return None
    is_number = typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_ID
    absence = selectors.absence_to_justify(student.pk, int(typed)) if is_number else None
    if absence is None:
        raise Http404
    return absence


def _give(request: HttpRequest, student: Student, form: JustifyForm, *, is_office: bool) -> bool:
    """Say it, or leave on the form why not."""
    typed = form.cleaned_data
    said = services.Said(form.period, typed["motif"], typed["precision"], typed["photo"])
    give = services.write_justification if is_office else services.give_justification
    try:
        give(student_id=student.pk, said=said, by=request.member, at=now())
    except services.TooManyToday:
        form.add_error(
            None, "Déjà vingt justificatifs aujourd’hui pour cet élève\u202f: appelez la vie scolaire."
        )
        return False
    messages.success(
        request,
        "Justificatif enregistré et accepté."
        if is_office
        else "Justificatif envoyé\u202f: la vie scolaire va le lire.",
    )
    return True


@require_POST
@idempotent
def justification_withdraw(request: HttpRequest, justification_id: int) -> HttpResponse:
    """Whoever gave it takes it back while it waits."""
    readable = permissions.readable_justifications(request.member, today())
    given = get_object_or_404(readable, pk=justification_id, given_by=request.member)
    try:
        services.withdraw_given(justification_id=given.pk, by=request.member)
        messages.success(request, "Justificatif retiré.")
    except services.HasBeenDecided:
        messages.warning(request, "La vie scolaire vient d’y répondre\u202f: il ne se retire plus.")
    return redirect("portal:child_absences", given.student_id)


@require_POST
@idempotent
def answer_seen(request: HttpRequest, justification_id: int) -> HttpResponse:
    """Whoever gave it has read what the school answered, on the page of her family."""
    given = get_object_or_404(permissions.given_justifications(request.member), pk=justification_id)
    seen = request.POST.get("seen", "")
    services.see_answer(justification_id=given.pk, seen=seen, by=request.member, at=now())
    return redirect(f"{outside('home:family')}#e{given.student_id}")


@require_safe
def photo(request: HttpRequest, justification_id: int) -> HttpResponse:
    """The photo of a certificate: read by those who may, kept by no browser, run by none."""
    readable = permissions.readable_justifications(request.member, today())
    given = get_object_or_404(readable, pk=justification_id)
    content = selectors.photo_of(given)
    if content is None:
        raise Http404
    response = HttpResponse(content, content_type="image/jpeg")
    response["Content-Disposition"] = f'inline; filename="justificatif-{given.starts_on.isoformat()}.jpg"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
