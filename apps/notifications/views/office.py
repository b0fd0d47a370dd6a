"""What months cost, and the numbers to put right."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from apps.core.clock import now, today
from apps.core.pages import render_page
from apps.notifications import permissions, selectors, services
from apps.notifications.forms import read_month, read_number, read_trouble


@require_safe
def costs(request: HttpRequest) -> HttpResponse:
    """The SMS of a month by kind, the other months, what is left."""
    if not request.member.holds(*permissions.ACCOUNTS):
        raise Http404
    page = selectors.costs_page(read_month(request.GET, today()))
    spent = services.spent(services.alert_settings(), now())
    boards = permissions.boards_of(request.member, "notifications:costs")
    return render_page(request, "notifications/costs.html", {"page": page, "spent": spent, "boards": boards})


@require_http_methods(["GET", "POST"])
def numbers(request: HttpRequest) -> HttpResponse:
    """Numbers that nobody has, families that no SMS reaches; the POST puts a number back."""
    if not request.member.holds(*permissions.REGISTRY):
        raise Http404
    if request.method == "POST":
        services.put_back(number_id=read_number(request.POST), by=request.member)
        messages.success(request, "Le numéro recevra de nouveau des SMS.")
        return redirect("notifications:numbers")
    page = selectors.numbers_page(
        today(), trouble=read_trouble(request.GET), number=request.GET.get("page", "1")
    )
    boards = permissions.boards_of(request.member, "notifications:numbers")
    return render_page(request, "notifications/numbers.html", {"page": page, "boards": boards})
