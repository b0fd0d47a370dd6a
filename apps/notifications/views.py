"""The pages of alerts, for vie scolaire; and the door of operators who bring receipts."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import STUDENT_LIFE
from apps.core.clock import now
from apps.core.idempotency import idempotent
from apps.core.pages import render_page
from apps.gateways.api import NotAReceipt

from . import permissions, selectors, services
from .forms import AlertsForm, read_ids


@require_safe
def deliveries(request: HttpRequest) -> HttpResponse:
    """Each SMS, masked, with its words and what became of it; and what could not be sent."""
    if not request.member.holds(*STUDENT_LIFE):
        raise Http404
    wanted = AlertsForm(request.GET).read()
    page = selectors.alerts_page(
        permissions.visible_alerts(request.member), number=request.GET.get("page", "1"), **wanted
    )
    fate = wanted["fate"].value if wanted["fate"] else ""
    form = AlertsForm(initial={"q": wanted["words"], "etat": fate})
    spent = services.spent(services.alert_settings(), now())
    return render_page(request, "notifications/deliveries.html", {"list": page, "form": form, "spent": spent})


@require_http_methods(["GET", "POST"])
@idempotent
def send_again(request: HttpRequest) -> HttpResponse:
    """What failed and was ticked, with the count; the POST has it tried once more."""
    if not request.member.holds(*STUDENT_LIFE):
        raise Http404
    ids = read_ids(request.POST if request.method == "POST" else request.GET)
    page = selectors.again_page(permissions.visible_alerts(request.member), ids)
    if request.method == "POST":
        again = services.send_again(alert_ids=[row.pk for row in page.rows], by=request.member, now=now())
        messages.success(request, f"Alertes renvoyées\u202f: {len(again)}.")
        return redirect("notifications:deliveries")
    return render_page(request, "notifications/send_again.html", {"page": page})


@csrf_exempt
@login_not_required
@require_POST
def receipts(request: HttpRequest, key: str) -> HttpResponse:
    """What an operator says later of messages: on a secret path, signed where the operator can sign."""
    try:
        services.hear_operator(
            key=key, raw=request.body, signature=request.headers.get("X-Signature", ""), now=now()
        )
    except NotAReceipt:
        raise Http404 from None
    return HttpResponse(status=204)
