"""Who reads: families, or the staff."""

from enum import StrEnum

from django.db.models import QuerySet

from apps.grades.models import Assessment


class Audience(StrEnum):
    """Families read what is published, and class figures made of it alone; the staff reads drafts too."""

    FAMILY = "family"
    STAFF = "staff"


def readable(audience: Audience) -> QuerySet[Assessment]:
    """The assessments that this audience may read."""
    everything = Assessment.objects.all()
    return everything if audience == Audience.STAFF else everything.published()
