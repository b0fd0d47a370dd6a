"""What pages show of a school."""

from .models import Logo


def logo_of_the_school() -> Logo | None:
    """The logo of the school in scope. One query."""
    return Logo.objects.first()


def logo_digest() -> str:
    """Changes with the logo; empty without one. One query."""
    return Logo.objects.values_list("digest", flat=True).first() or ""
