"""One template per page; htmx asks for a part of it by name."""

from collections.abc import Callable
from copy import copy

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers


def render_page(
    request: HttpRequest, template: str, context: dict, *, part: str | None = None, status: int = 200
) -> HttpResponse:
    """The whole page for a browser, its `part` for htmx: the same template, the same context."""
    name = f"{template}#{part}" if part and wants_part(request) else template
    response = render(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Boosted", "HX-History-Restore-Request"])
    return response


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a swap rather than a whole page."""
    return bool(request.htmx) and not request.htmx.boosted and not request.htmx.history_restore_request


def show_again(request: HttpRequest, view: Callable[..., HttpResponse], *args: object) -> HttpResponse:
    """After a POST, redirect a browser; answer htmx at once, as if it had followed."""
    if not request.htmx:
        return redirect(request.path)
    fresh = copy(request)
    fresh.method, fresh.POST = "GET", QueryDict()
    return view(fresh, *args)
