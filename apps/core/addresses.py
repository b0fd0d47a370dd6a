"""Addresses across a school's boundary: its pages from outside, pages of no school from inside."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from django.conf import settings
from django.urls import get_script_prefix, reverse, set_script_prefix

URLS_OF_A_SCHOOL = "educonnect.urls_school"


def outside(name: str, *args: object) -> str:
    """The address of a page of no school, from any page."""
    return _address("/", settings.ROOT_URLCONF, name, args)


def inside(slug: str, name: str, *args: object) -> str:
    """The address of a page of that school, from any page."""
    return _address(f"/{slug}/", URLS_OF_A_SCHOOL, name, args)


@lru_cache(maxsize=10_000)  # a page writes ten of them, and they never change while a process lives
def _address(prefix: str, urlconf: str, name: str, args: tuple) -> str:
    with _prefix(prefix):
        return reverse(name, urlconf=urlconf, args=args)


@contextmanager
def _prefix(prefix: str) -> Iterator[None]:
    outer = get_script_prefix()
    set_script_prefix(prefix)
    try:
        yield
    finally:
        set_script_prefix(outer)
