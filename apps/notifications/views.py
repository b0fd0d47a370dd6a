"""The page of alerts, for vie scolaire."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from apps.accounts.models import STUDENT_LIFE
from apps.core.pages import render_page

from . import permissions, selectors
from .forms import AlertsForm


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
    return render_page(request, "notifications/deliveries.html", {"list": page, "form": form})
