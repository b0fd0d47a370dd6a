"""Addresses across a school's boundary: its pages from outside, pages of no school from inside."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.urls import get_script_prefix, reverse, set_script_prefix

URLS_OF_A_SCHOOL = "educonnect.urls_school"


def outside(name: str, *args: object) -> str:
    """The address of a page of no school, from any page."""
    with _prefix("/"):
        return reverse(name, urlconf=settings.ROOT_URLCONF, args=args)


def inside(slug: str, name: str, *args: object) -> str:
    """The address of a page of that school, from any page."""
    with _prefix(f"/{slug}/"):
        return reverse(name, urlconf=URLS_OF_A_SCHOOL, args=args)


@contextmanager
def _prefix(prefix: str) -> Iterator[None]:
    outer = get_script_prefix()
    set_script_prefix(prefix)
    try:
        yield
    finally:
        set_script_prefix(outer)
