"""A class council sits: who is there, what it says of each pupil."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction

from apps.accounts.models import Member
from apps.classes.models import ClassTerm
from apps.reports.models import ClassCouncil, Remark, Verdict
from apps.reports.rules import Ruling


class CouncilIsClosed(Exception):
    """It has not begun, or its bulletins are published: verdicts no longer change."""


class DecidedMeanwhile(Exception):
    """Somebody entered another verdict, or another general remark, on that pupil since this one was seen."""

    def __init__(self, verdict: Verdict, remark: str) -> None:
        super().__init__(verdict.pk)
        self.verdict, self.remark = verdict, remark


@transaction.atomic
def hold_council(
    *,
    class_term_id: int,
    held_on: date,
    chair: str,
    seats: Sequence[dict[str, str]],
    observations: str,
) -> ClassCouncil:
    """Write down who sits, and what was said of the class. Raises CouncilIsClosed."""
    _hold_open(class_term_id)
    council, _ = ClassCouncil.objects.update_or_create(
        class_term_id=class_term_id,
        defaults={
            "held_on": held_on,
            "chair": chair,
            "seats": list(seats),
            "observations": observations,
        },
    )
    return council


@transaction.atomic
def decide(
    *,
    class_term_id: int,
    student_id: int,
    ruling: Ruling,
    proposed: str,
    remark: str,
    seen: datetime | None,
    by: Member,
    at: datetime,
) -> Verdict:
    """Enter a council's verdict and its general remark ("" for none) on a pupil.

    `seen`: when the verdict on the page was entered, None without one. One that is there already, word for
    word, stays: a try whose answer was lost is sent again.
    Raises CouncilIsClosed, DecidedMeanwhile.
    """
    _hold_open(class_term_id)
    of_pupil = {"class_term_id": class_term_id, "student_id": student_id}
    there = Verdict.objects.filter(**of_pupil).select_related("decided_by__user").first()
    if there and there.decided_at != seen:
        said = Remark.objects.filter(**of_pupil, subject=None).values_list("text", flat=True).first() or ""
        if (there.ruling, said) != (ruling, remark):
            raise DecidedMeanwhile(there, said)
        return there
    about = asdict(ruling) | {"proposed": proposed, "decided_by": by, "decided_at": at}
    verdict, _ = Verdict.objects.update_or_create(**of_pupil, defaults=about)
    _say(of_pupil, remark, by, at)
    return verdict


def _say(of_pupil: dict[str, int], text: str, by: Member, at: datetime) -> None:
    """The general remark, when it is another."""
    there = Remark.objects.filter(**of_pupil, subject=None)
    if not text:
        there.delete()
    elif not there.filter(text=text).exists():
        about = {"text": text, "author": by, "written_at": at}
        Remark.objects.update_or_create(**of_pupil, subject=None, defaults=about)


def _hold_open(class_term_id: int) -> None:
    """Nobody closes the council until the transaction ends, and two verdicts are entered in turn."""
    row = ClassTerm.objects.select_for_update(of=["self"], no_key=True).get(pk=class_term_id)
    if row.state != ClassTerm.State.COUNCIL:
        raise CouncilIsClosed
