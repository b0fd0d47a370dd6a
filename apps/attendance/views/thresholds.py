"""Vie scolaire's page of thresholds: who is past one, and what was done about it. It decides nothing."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from apps.accounts.models import STUDENT_LIFE
from apps.attendance import permissions, selectors, services
from apps.attendance.forms import ThresholdAnswerForm
from apps.core.clock import now, today
from apps.core.idempotency import idempotent
from apps.core.pages import render_page, show_again


@require_http_methods(["GET", "POST"])
@idempotent
def thresholds(request: HttpRequest) -> HttpResponse:
    """GET lists the pupils past a threshold; POST writes what was done about one of them."""
    if not request.member.holds(*STUDENT_LIFE):
        raise Http404
    page = selectors.thresholds_page(today())
    sent = ThresholdAnswerForm(request.POST) if request.method == "POST" else None
    if sent is not None and sent.is_valid():
        _answer(request, page, sent.cleaned_data)
        return show_again(request, thresholds)
    context = {
        "page": page,
        "groups": [(one, [(line, _form(one.pk, line, sent)) for line in one.lines]) for one in page.past],
        "screens": permissions.screens_of(request.member, "attendance:thresholds"),
    }
    status = 422 if sent is not None else 200
    return render_page(request, "attendance/thresholds.html", context, part="past", status=status)


def _answer(request: HttpRequest, page: selectors.ThresholdsPage, typed: dict) -> None:
    """Of what the page showed: hours that came since are still to be seen to."""
    line = page.line(typed["threshold"], typed["student"])
    if line is None:
        messages.info(request, "Cet élève n’est plus dans la liste\u202f: quelqu’un s’en est occupé.")
        return
    services.answer_threshold(
        threshold_id=typed["threshold"],
        student_id=line.student_id,
        since=line.since,
        count=min(typed["count"], line.count),
        line=typed["line"],
        by=request.member,
        at=now(),
    )
    messages.success(request, f"C’est noté pour {line.name}.")


def _form(
    threshold_id: int, line: selectors.PastLine, sent: ThresholdAnswerForm | None
) -> ThresholdAnswerForm:
    """Of a line of the page, with what was typed in it."""
    data = sent.data if sent is not None and sent.is_of(threshold_id, line.student_id) else None
    shown = {"threshold": threshold_id, "student": line.student_id, "count": line.count}
    return ThresholdAnswerForm(data, initial=shown, auto_id=f"s{threshold_id}-{line.student_id}-%s")
