"""A worker killed while it prints a class: what it made stays, the next one makes the rest, once."""

import signal
from pathlib import Path

import pypdfium2
import pytest

from apps.core.clock import now
from apps.core.tenancy import in_school
from apps.reports import services
from apps.reports.models import PrintedCard, PrintRun
from tests.faults.results import keep, seed_of, size
from tests.processes import running, wait_until
from tests.reports.conftest import locked_class

PUPILS = size(60)
KILLS = 3
WORK = """
import django
django.setup()
from apps.reports import tasks
tasks.AT_ONCE = {at_once}
tasks.print_run({school}, {run})
"""


@pytest.fixture
def run(school) -> PrintRun:
    with in_school(school.pk):
        locked = locked_class(PUPILS)
        locked.issue()
        return services.print_class(class_term_id=locked.class_term.pk, by=locked.head, at=now())


def made(run: PrintRun) -> int:
    with in_school(run.school_id):
        return PrintedCard.objects.count()


def work(run: PrintRun, log: Path, *, at_once: int):
    code = WORK.format(at_once=at_once, school=run.school_id, run=run.pk)
    return running("-c", code, log=log)


def kill_while_printing(run: PrintRun, log: Path, *, at_once: int) -> list[int]:
    """Each worker is killed once it has made some files; how many were kept after each."""
    kept = []
    for _ in range(KILLS):
        before = made(run)
        with work(run, log, at_once=at_once) as process:
            wait_until(
                lambda before=before, process=process: made(run) > before or process.poll() is not None
            )
            process.send_signal(signal.SIGKILL)
            process.wait()
        kept.append(made(run))
    return kept


@pytest.mark.long
def test_a_class_is_printed_whole_and_once_though_its_worker_is_killed_thrice(run, tmp_path, request):
    kept = kill_while_printing(run, tmp_path / "worker.log", at_once=4)
    assert kept == sorted(set(kept)), "each made some"
    assert kept[-1] < PUPILS, "and none made all"
    with work(run, tmp_path / "last.log", at_once=4) as process:
        assert process.wait(60) == 0
    with in_school(run.school_id):
        run.refresh_from_db()
        files = PrintedCard.objects.order_by("report_card__student__sort_key", "report_card__student")
        names = list(files.values_list("report_card__facts__pupil__name", flat=True))
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(bytes(run.content))]
    assert len(names) == len(set(names)) == len(pages) == PUPILS
    assert all(name in page for name, page in zip(names, pages, strict=True))
    counts = {"pupils": PUPILS, "kills": KILLS, "files": len(names), "pages": len(pages)}
    print(f"printing-killed: {counts}, kept after each kill: {kept}")  # noqa: T201
    keep("printing-killed", seed=seed_of(request), **counts)


@pytest.mark.long
def test_a_worker_that_keeps_its_files_at_the_end_leaves_nothing_when_killed(run, tmp_path):
    """The twin: it is killed as long after its start as the others made files in."""
    with work(run, tmp_path / "worker.log", at_once=PUPILS) as process:
        wait_until(lambda: seen(run), process)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert made(run) == 0


def seen(run: PrintRun) -> bool:
    """A worker has begun."""
    with in_school(run.school_id):
        return PrintRun.objects.get(pk=run.pk).seen_at is not None
