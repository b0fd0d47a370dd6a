"""What vie scolaire wrote of whole classes, to be read again and taken back."""

from apps.attendance.models import WholeClassAbsence

LATEST = 10


def latest_whole_classes() -> list[WholeClassAbsence]:
    """Latest first. One query."""
    entries = WholeClassAbsence.objects.select_related("listed_reason", "recorded_by__user")
    return list(entries.order_by("-recorded_at", "-pk")[:LATEST])
