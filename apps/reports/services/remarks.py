"""Teachers write remarks of pupils, and keep sentences of their own."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from apps.accounts.models import Member
from apps.classes.models import ClassTerm
from apps.reports.models import WRITABLE, Remark, RemarkPhrase

MOST_PHRASES = 100


class BankIsFull(Exception):
    """Nobody finds a sentence among more than MOST_PHRASES."""


@dataclass(frozen=True, slots=True)
class SavedRemarks:
    """What became of remarks, by student id: which changed, what somebody else had meanwhile written instead
    (None: cleared), and those of a term in which nobody writes any more.
    """

    changed: list[int]
    conflicts: dict[int, Remark | None]
    closed: frozenset[int]


@transaction.atomic
def save_remarks(
    *,
    subject_id: int | None,
    class_terms: Mapping[int, int],
    texts: Mapping[int, str],
    seen: Mapping[int, str],
    by: Member,
    at: datetime,
) -> SavedRemarks:
    """Save these tidy texts by student id ("" clears), each in the class term of its pupil; of no subject,
    the general ones.

    Where `seen` is no longer what is there, that remark is left alone and reported.
    """
    open_ones = _open_among({class_terms[pk] for pk in texts})
    there = _there(subject_id, class_terms, texts)
    stood = {pk: there[pk].text if pk in there else "" for pk in texts}
    changes = {pk: text for pk, text in texts.items() if text != stood[pk]}
    closed = frozenset(pk for pk in changes if class_terms[pk] not in open_ones)
    conflicts = {
        pk: there.get(pk) for pk in changes if pk not in closed and seen.get(pk, stood[pk]) != stood[pk]
    }
    written = {pk: text for pk, text in changes.items() if pk not in closed and pk not in conflicts}
    cleared = [there[pk].pk for pk, text in written.items() if not text]
    if cleared:
        Remark.objects.filter(pk__in=cleared).delete()
    Remark.objects.bulk_create(
        [
            Remark(
                class_term_id=class_terms[pk],
                student_id=pk,
                subject_id=subject_id,
                text=text,
                author=by,
                written_at=at,
            )
            for pk, text in written.items()
            if text
        ],
        update_conflicts=True,
        unique_fields=["class_term", "student", "subject"],
        update_fields=["text", "author", "written_at"],
    )
    return SavedRemarks(sorted(written), conflicts, closed)


def _open_among(class_term_ids: set[int]) -> set[int]:
    """Those in which remarks are written; held until the transaction ends, in the order of their keys."""
    rows = ClassTerm.objects.filter(pk__in=class_term_ids).order_by("pk")
    held = rows.select_for_update(of=["self"], no_key=True)
    return {row.pk for row in held if row.state in WRITABLE}


def _there(
    subject_id: int | None, class_terms: Mapping[int, int], texts: Mapping[int, str]
) -> dict[int, Remark]:
    rows = Remark.objects.of_subject(subject_id).filter(
        student__in=list(texts), class_term__in=set(class_terms.values())
    )
    rows = rows.select_related("author__user")
    return {row.student_id: row for row in rows if row.class_term_id == class_terms[row.student_id]}


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRemark:
    """A remark of the past; `subject_id` None: the general one."""

    class_term_id: int
    student_id: int
    subject_id: int | None
    text: str
    author_id: int
    written_at: datetime


def load_past_remarks(remarks: Iterable[PastRemark], phrases: Mapping[int, Iterable[str]]) -> int:
    """Take remarks in bulk, and members' own sentences; return how many remarks. What is there stays."""
    rows = Remark.objects.bulk_create(
        [Remark(**asdict(one)) for one in remarks], batch_size=2000, ignore_conflicts=True
    )
    RemarkPhrase.objects.bulk_create(
        [RemarkPhrase(member_id=pk, text=text) for pk, texts in phrases.items() for text in texts],
        ignore_conflicts=True,
    )
    return len(rows)


@transaction.atomic
def keep_phrase(*, text: str, by: Member) -> None:
    """Add a sentence to a member's own; one that is there already stays. Raises BankIsFull."""
    hers = RemarkPhrase.objects.filter(member=by)
    if hers.filter(text=text).exists():
        return
    if hers.count() >= MOST_PHRASES:
        raise BankIsFull
    hers.get_or_create(member=by, text=text)


def forget_phrase(*, phrase_id: int) -> None:
    """The remarks begun with it stay."""
    RemarkPhrase.objects.filter(pk=phrase_id).delete()
