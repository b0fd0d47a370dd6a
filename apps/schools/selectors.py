"""What pages show of a school."""

from django.db.models import QuerySet

from apps.core.prepared import prepared_shared

from .models import Imprint, Logo, School


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
    """What the papers of the school in scope may show, by digest: its logo, its signatures and stamps, past
    ones too. Two queries.
    """
    kept = (model.objects.order_by().values_list("digest", "content") for model in (Logo, Imprint))
    return {digest: bytes(content) for rows in kept for digest, content in rows}


def printed_imprints() -> dict[str, str]:
    """The digests of the signature and of the stamp that papers show from now on, by kind. One query."""
    printed = Imprint.objects.filter(is_printed=True).order_by("kind")
    return dict(printed.values_list("kind", "digest"))
