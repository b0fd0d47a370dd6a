"""The reasons that a school starts from."""

import tomllib
from pathlib import Path

from apps.attendance.models import AbsenceReason

FILE = Path(__file__).parents[1] / "reasons.toml"


def set_up_reasons() -> None:
    """Give the school in scope the usual list, where it has none: what it has edited stays as it is."""
    if AbsenceReason.objects.exists():
        return
    listed = tomllib.loads(FILE.read_text(encoding="utf-8"))["reasons"]
    AbsenceReason.objects.bulk_create(
        AbsenceReason(position=place, **one) for place, one in enumerate(listed, start=1)
    )
