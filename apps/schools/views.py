"""The school's logo."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from .selectors import logo_of_the_school

A_DAY = 24 * 3600


@require_safe
def logo(request: HttpRequest) -> HttpResponse:
    """The image, kept by the browser for a day, then asked about by its digest; a 404 without one."""
    its = logo_of_the_school()
    if its is None:
        raise Http404
    response = HttpResponse(bytes(its.content), content_type="image/png")
    response["ETag"] = f'"{its.digest}"'
    response["Cache-Control"] = f"private, max-age={A_DAY}"
    return response
