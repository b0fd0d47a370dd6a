"""The school's logo."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from .selectors import logo_of_the_school

A_YEAR = 365 * 24 * 3600


@require_safe
def logo(request: HttpRequest, digest: str) -> HttpResponse:
    """The image that its address names, kept by the browser for ever: another image has another address."""
    its = logo_of_the_school(digest)
    if its is None:
        raise Http404
    response = HttpResponse(bytes(its.content), content_type="image/png")
    response["Cache-Control"] = f"private, max-age={A_YEAR}, immutable"
    return response
