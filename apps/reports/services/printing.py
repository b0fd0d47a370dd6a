"""Bulletins are printed by a worker, a few at a time; what is left to print is read from what is there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from apps.accounts.models import Member
from apps.core.jobs import enqueue, nudge
from apps.core.tenancy import all_schools
from apps.reports.models import PrintedCard, PrintRun, ReportCard
from apps.reports.rules import Sheet, read_facts
from apps.schools.selectors import paper_images

QUEUE = "bulk"
TASK = "apps.reports.tasks.print_run"  # by name: it calls these verbs
FORGOTTEN = timedelta(seconds=90)  # without a sign of a worker


class NothingIsIssued(Exception):
    """No bulletin stands in that term of the class."""


@transaction.atomic
def print_class(*, class_term_id: int, by: Member, at: datetime) -> PrintRun:
    """Have a class's bulletins printed by a worker; where they are being printed already, that is the run.

    Raises NothingIsIssued.
    """
    if not ReportCard.objects.of_term(class_term_id).standing().exists():
        raise NothingIsIssued
    run, is_new = PrintRun.objects.open().get_or_create(
        class_term_id=class_term_id, defaults={"asked_by": by, "asked_at": at}
    )
    if is_new:
        nudge(TASK, run.pk, queue=QUEUE)
    return run


def resume_forgotten(at: datetime) -> int:
    """Ask workers again for the runs that none works at: Redis forgot, a worker died. Return how many."""
    with all_schools(reason="the sweep serves every school", read_only=True):
        forgotten = PrintRun.objects.open().unseen_since(at - FORGOTTEN).order_by("pk")
        found = list(forgotten.values_list("school_id", "pk"))
    return sum(enqueue(TASK, *ids, queue=QUEUE) for ids in found)


def stop_printing(*, run_id: int, at: datetime) -> None:
    """The files that are made stay; the worker stops before the next ones."""
    PrintRun.objects.open().filter(pk=run_id).update(cancelled_at=at)


@dataclass(frozen=True, slots=True)
class PrintJob:
    """What a worker makes next: files by report card id, or else the printer's, of all sheets."""

    title: str
    sheets: Mapping[int, Sheet]
    all_sheets: Sequence[Sheet]
    images: Mapping[str, bytes]


@transaction.atomic
def next_to_print(run_id: int, *, limit: int, at: datetime) -> PrintJob | None:
    """The files still missing, so many at once; then the printer's. None once the run is ended."""
    run = PrintRun.objects.open().select_for_update(of=["self"]).filter(pk=run_id).first()
    if run is None:
        return None
    cards = ReportCard.objects.of_term(run.class_term_id).standing().in_register_order()
    missing = list(cards.filter(printed=None)[:limit])
    every = [] if missing else list(cards)
    run.seen_at = at
    run.cancelled_at = None if missing or every else at  # all were cancelled meanwhile
    run.save(update_fields=["seen_at", "cancelled_at"])
    if run.cancelled_at:
        return None
    one = (missing or every)[0]
    title = f"Bulletins de {one.facts['pupil']['class_name']}, {one.facts['term']} {one.facts['year']}"
    return PrintJob(title, {card.pk: _sheet(card) for card in missing}, [*map(_sheet, every)], paper_images())


def _sheet(card: ReportCard) -> Sheet:
    return Sheet(read_facts(card.facts), card.printed_number, f"{settings.PUBLIC_URL}/v/{card.code}")


def keep_files(files: Mapping[int, bytes]) -> None:
    """Keep pupils' files, by report card id; one that another worker made meanwhile stays."""
    PrintedCard.objects.bulk_create(
        [PrintedCard(report_card_id=pk, content=content) for pk, content in files.items()],
        ignore_conflicts=True,
    )


def keep_whole(run_id: int, content: bytes) -> None:
    """Keep the printer's file: the run is done, unless it was stopped meanwhile."""
    PrintRun.objects.open().filter(pk=run_id).update(content=content)
