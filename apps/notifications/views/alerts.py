"""The pages of alerts, for vie scolaire."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import STUDENT_LIFE
from apps.core.clock import now
from apps.core.idempotency import idempotent
from apps.core.pages import render_page
from apps.notifications import permissions, selectors, services
from apps.notifications.forms import AlertsForm, read_ids


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
    form = AlertsForm(initial={"q": wanted["words"], "etat": fate, "jour": wanted["on"]})
    context = {
        "list": page,
        "form": form,
        "spent": services.spent(services.alert_settings(), now()),
        "boards": permissions.boards_of(request.member, "notifications:deliveries"),
    }
    return render_page(request, "notifications/deliveries.html", context)


@require_safe
def alert(request: HttpRequest, alert_id: int) -> HttpResponse:
    """One alert: each message made for it, its words, cost and operator, and each of its steps."""
    alerts = permissions.visible_alerts(request.member).select_related("student", "guardian", "lead")
    story = selectors.alert_story(get_object_or_404(alerts, pk=alert_id))
    return render_page(request, "notifications/alert.html", {"story": story})


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
    context = {"page": page, "francs": page.segments * services.price_of_sms(now())}
    return render_page(request, "notifications/send_again.html", context)
