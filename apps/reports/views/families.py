"""What families read: a pupil's bulletins, one of them, its file; and that they have."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from apps.core.clock import now, today
from apps.core.idempotency import idempotent
from apps.core.pages import render_page
from apps.reports import permissions, selectors, services


@require_safe
def student(request: HttpRequest, student_id: int) -> HttpResponse:
    """Every bulletin of a pupil that is the school's word, past years' too."""
    pupil = get_object_or_404(permissions.followed_students(request.member, today()), pk=student_id)
    cards = permissions.readable_cards(request.member, today())
    context = {"student": pupil, "cards": selectors.cards_of(cards, pupil, request.member)}
    return render_page(request, "reports/student.html", context)


@require_safe
def read(request: HttpRequest, card_id: int) -> HttpResponse:
    """A bulletin as a light page: all that the paper says."""
    cards = permissions.readable_cards(request.member, today())
    card = get_object_or_404(cards.select_related("student"), pk=card_id)
    context = {
        "page": selectors.card_page(card, request.member),
        "may_acknowledge": permissions.answers_for(request.member, card.student_id, today()),
    }
    return render_page(request, "reports/read.html", context)


@require_POST
@idempotent
def acknowledge(request: HttpRequest, card_id: int) -> HttpResponse:
    """« J’ai pris connaissance »."""
    card = get_object_or_404(permissions.acknowledgeable_cards(request.member, today()), pk=card_id)
    services.acknowledge(report_card_id=card.pk, by=request.member, at=now())
    return redirect("reports:read", card.pk)
