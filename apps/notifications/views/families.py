"""What a guardian was told."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from apps.accounts.models import Role
from apps.attendance.api import justifiable_students
from apps.core.clock import now, today
from apps.core.pages import render_page, show_again
from apps.notifications import permissions, selectors, services
from apps.notifications.forms import read_ids


@require_http_methods(["GET", "POST"])
def received(request: HttpRequest) -> HttpResponse:
    """Each alert of hers with its words, latest first; the POST says which she has read."""
    if not request.member.holds(Role.GUARDIAN):
        raise Http404
    if request.method == "POST":
        services.read_alerts(alert_ids=read_ids(request.POST), by=request.member, now=now())
        return show_again(request, received)
    page = selectors.received_page(
        permissions.received_alerts(request.member),
        request.GET.get("page", "1"),
        justifiable_students(request.member, today()),
    )
    return render_page(request, "notifications/received.html", {"list": page}, part="list")
