"""The page that says what a paper is worth."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.reports import selectors


@login_not_required
@require_safe
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Whether a paper is the school's word today: for whoever holds it, a school or an employer."""
    paper = selectors.paper_of(code)
    return render(request, "reports/verify.html", {"paper": paper}, status=200 if paper else 404)
