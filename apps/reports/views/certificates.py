"""Certificates: given, printed again, taken back."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.clock import now, today
from apps.core.idempotency import idempotent
from apps.core.pages import render_page
from apps.reports import permissions, selectors, services
from apps.reports.forms import CancellationForm, CertificateForm
from apps.schools.selectors import paper_images

from .files import pdf


@require_POST
@idempotent
def certify(request: HttpRequest, student_id: int) -> HttpResponse:
    """A new certificate, of what is so today."""
    from apps.reports import press

    student = get_object_or_404(permissions.certifiable_students(request.member), pk=student_id)
    form = CertificateForm(request.POST)
    if not form.is_valid():
        return HttpResponse("Quel document ?", status=422, content_type="text/plain; charset=utf-8")
    kind = form.cleaned_data["kind"]
    try:
        facts = selectors.certificate_facts(student, kind, on=today())
    except selectors.IsInNoClass:
        messages.error(request, "Cet élève n’est inscrit dans aucune classe aujourd’hui : rien à certifier.")
        return redirect("reports:student_documents", student_id)
    draw = partial(press.certificate, images=paper_images())
    made = services.issue_certificate(
        kind=kind, student_id=student.pk, facts=facts, by=request.member, at=now(), draw=draw
    )
    messages.success(request, f"{facts.title} n° {made.printed_number} : prêt à imprimer ci-dessous.")
    return redirect("reports:student_documents", student_id)


@require_safe
def certificate(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """The file that was made then."""
    row = get_object_or_404(permissions.readable_certificates(request.member), pk=certificate_id)
    return pdf(row.content, f"{row.get_kind_display().split()[0]}-{row.printed_number.lower()}.pdf")


@require_http_methods(["GET", "POST"])
@idempotent
def certificate_cancel(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """Take one back, and say why."""
    rows = permissions.cancellable_certificates(request.member).without_files().select_related("student")
    row = get_object_or_404(rows, pk=certificate_id)
    form = CancellationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        services.cancel_certificate(certificate_id=row.pk, reason=reason, by=request.member, at=now())
        messages.success(request, f"Le document n° {row.printed_number} est annulé.")
        return redirect("reports:student_documents", row.student_id)
    context = {"certificate": row, "form": form}
    return render_page(
        request, "reports/certificate_cancel.html", context, status=422 if form.errors else 200
    )
