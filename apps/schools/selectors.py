"""What pages show of a school."""

from .models import Logo


def logo_of_the_school(digest: str) -> Logo | None:
    """The logo of the school in scope, if that is still its digest. One query."""
    return Logo.objects.filter(digest=digest).first()
