"""What a paper's code is worth: anybody may ask, signed in or not, and learns what the paper shows."""

from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from apps.core.tenancy import in_school
from apps.reports.models import Certificate, ReportCard, SealingKey
from apps.reports.rules import NotASeal, Seal, read_seal, sealed_part
from apps.schools.models import School


class Worth(StrEnum):
    """What the school says of a paper that it signed."""

    GENUINE = "genuine"
    REPLACED = "replaced"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"  # well signed, and in no register: lost with a disk, or the key was stolen


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper whose signature is the school's."""

    school: str
    said: Seal
    worth: Worth
    latest: int  # version


def paper_of(code: str) -> Paper | None:
    """What a code is worth; None when no school here signed it."""
    try:
        said = sealed_part(code)
    except NotASeal:
        return None
    school = School.objects.filter(slug=said.school).first()
    if school is None:
        return None
    with in_school(school.pk, read_only=True):
        return _paper(school, code) if _is_signed(code) else None


def _is_signed(code: str) -> bool:
    for public in SealingKey.objects.values_list("public", flat=True):
        with suppress(NotASeal):
            read_seal(code, bytes.fromhex(public))
            return True
    return False


def _paper(school: School, code: str) -> Paper:
    said = sealed_part(code)
    return _certificate(school, said, code) if said.is_certificate else _card(school, said, code)


def _certificate(school: School, said: Seal, code: str) -> Paper:
    its_own = Certificate.objects.filter(number=int(said.number[1:])).select_related("cancellation").first()
    worth = Worth.GENUINE
    if its_own is None or its_own.code != code:
        worth = Worth.UNKNOWN
    elif hasattr(its_own, "cancellation"):
        worth = Worth.CANCELLED
    return Paper(school.name, said, worth, said.version)


def _card(school: School, said: Seal, code: str) -> Paper:
    versions = list(
        ReportCard.objects.filter(number=int(said.number)).select_related("cancellation").order_by("version")
    )
    its_own = [card for card in versions if card.version == said.version and card.code == code]
    if not its_own:
        return Paper(school.name, said, Worth.UNKNOWN, said.version)
    latest = versions[-1]
    if latest.version > said.version:
        worth = Worth.REPLACED
    else:
        worth = Worth.CANCELLED if hasattr(latest, "cancellation") else Worth.GENUINE
    return Paper(school.name, said, worth, latest.version)
