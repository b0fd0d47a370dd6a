"""What pages show of a school."""

from django.db.models import QuerySet

from apps.core.prepared import prepared_shared

from .models import Logo, School


@prepared_shared
def _schools_at(slug: str) -> QuerySet[School]:
    return School.objects.filter(slug=slug)


def school_at(slug: str) -> School | None:
    """The school of that address. One query."""
    return next(iter(_schools_at(slug)), None)


def logo_of_the_school(digest: str) -> Logo | None:
    """The logo of the school in scope, if that is still its digest. One query."""
    return Logo.objects.filter(digest=digest).first()


def paper_images() -> dict[str, bytes]:
    """What the papers of the school in scope may show, by digest. One query."""
    return {digest: bytes(content) for digest, content in Logo.objects.values_list("digest", "content")}
