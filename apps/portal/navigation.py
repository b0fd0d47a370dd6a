"""The menu of a page, by role."""

from django.http import HttpRequest


def navigation(request: HttpRequest) -> dict:
    """Template context: `nav`, the entries that this person's roles open."""
    return {"nav": []}
