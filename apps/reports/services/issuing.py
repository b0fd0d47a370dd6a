"""Bulletins are issued, corrected by another version, taken back."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from apps.accounts.models import Member
from apps.classes.models import ClassTerm
from apps.core.events import publish
from apps.core.tenancy import current_school_id
from apps.gateways.api import seal as keep_secret
from apps.gateways.api import unseal as secret_of
from apps.reports.events import ReportCardCancelled, ReportCardsIssued
from apps.reports.models import Cancellation, ReportCard, SealingKey
from apps.reports.rules import ReportCardFacts, Seal, new_key, public_part, read_facts, seal
from apps.schools.models import School

ISSUABLE = frozenset({ClassTerm.State.COUNCIL, ClassTerm.State.PUBLISHED})


class CouncilHasNotSat(Exception):
    """Marks, remarks or verdicts are still to come: nothing is issued before the council."""


class IsReplaced(Exception):
    """A later version stands in its place: that one is to be cancelled."""


@dataclass(frozen=True, slots=True)
class Issued:
    """What became of a class's bulletins: the new ones, and how many stand as they were."""

    new: list[ReportCard]
    unchanged: int


@transaction.atomic
def issue(*, class_term_id: int, facts: Mapping[int, ReportCardFacts], by: Member, at: datetime) -> Issued:
    """Issue the bulletins of a class's term, by student id: numbered, signed, never to change.

    Issued again, a bulletin that says the same stays; one that says otherwise is a new version, and so is one
    that was cancelled. Raises CouncilHasNotSat.
    """
    class_term = ClassTerm.objects.select_for_update(of=["self"]).get(pk=class_term_id)
    if class_term.state not in ISSUABLE:
        raise CouncilHasNotSat
    key = key_for_writing(at)
    latest = {
        card.student_id: card
        for card in ReportCard.objects.of_term(class_term_id).latest().select_related("cancellation")
    }
    changed = {pk: said for pk, said in facts.items() if not _stands(latest.get(pk), said)}
    new = ReportCard.objects.bulk_create(_numbered(class_term, changed, latest, key, by, at), batch_size=200)
    if new:
        ids = [card.pk for card in new]
        publish(ReportCardsIssued(class_term_id=class_term_id, report_card_ids=ids, by_id=by.pk))
    return Issued(new, len(facts) - len(new))


def _stands(card: ReportCard | None, said: ReportCardFacts) -> bool:
    """Whether a bulletin says that already."""
    return card is not None and not hasattr(card, "cancellation") and read_facts(card.facts).says_what(said)


def _numbered(
    class_term: ClassTerm,
    changed: Mapping[int, ReportCardFacts],
    latest: Mapping[int, ReportCard],
    key: bytes,
    by: Member,
    at: datetime,
) -> Iterable[ReportCard]:
    """A correction keeps the number of what it corrects."""
    school = School.objects.get(pk=class_term.school_id)
    number = ReportCard.objects.aggregate(last=Max("number"))["last"] or 0
    for student_id, said in changed.items():
        before = latest.get(student_id)
        number += before is None
        card = ReportCard(
            class_term=class_term,
            student_id=student_id,
            number=before.number if before else number,
            version=before.version + 1 if before else 1,
            facts=asdict(said),
            issued_by=by,
            issued_at=at,
        )
        card.code = seal(_sealed(school.slug, card, said), key)
        yield card


def _sealed(school: str, card: ReportCard, said: ReportCardFacts) -> Seal:
    term = f"{said.term} {said.year}"
    return Seal(
        school,
        f"{card.number:06}",
        card.version,
        said.pupil.name,
        said.pupil.class_name,
        term,
        said.average,
        said.rank,
    )


def key_for_writing(at: datetime) -> bytes:
    """The school's key, made when it first needs one. The school is locked: two classes number in turn."""
    School.objects.select_for_update(no_key=True).get(pk=current_school_id())
    known = SealingKey.objects.order_by("-pk").first()
    if known is None:
        private = new_key()
        known = SealingKey.objects.create(
            sealed_private=keep_secret(private.hex()), public=public_part(private).hex(), made_at=at
        )
    return bytes.fromhex(secret_of(known.sealed_private))


@transaction.atomic
def cancel(*, report_card_id: int, reason: str, by: Member, at: datetime) -> None:
    """Take a bulletin back; cancelled twice, it is once. Raises IsReplaced."""
    card = ReportCard.objects.get(pk=report_card_id)
    if not ReportCard.objects.latest().filter(pk=card.pk).exists():
        raise IsReplaced
    said = {"reason": reason, "cancelled_by": by, "cancelled_at": at}
    _, is_new = Cancellation.objects.get_or_create(report_card=card, defaults=said)
    if is_new:
        publish(ReportCardCancelled(report_card_id=card.pk, by_id=by.pk))
