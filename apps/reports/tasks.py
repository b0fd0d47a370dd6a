"""Bulletins printed by a worker, a few at a time: each file is a row before the next ones are made."""

import time
from datetime import datetime, timedelta

from apps.core.clock import now
from apps.core.jobs import enqueue
from apps.core.tenancy import all_schools, in_school

from . import services
from .models import PrintRun

AT_ONCE = 10  # files; what a killed worker loses
JOB_SECONDS = 60  # it then makes room for other jobs, and goes on after them
FORGOTTEN = timedelta(seconds=90)  # without a sign of a worker
QUEUE = "bulk"


def print_run(school_id: int, run_id: int) -> None:
    """Make the files that are still missing. Run twice or at once, each is kept once."""
    from . import press  # forty megabytes that the web never needs

    ends_at = time.monotonic() + JOB_SECONDS
    while time.monotonic() < ends_at:
        with in_school(school_id):
            job = services.next_to_print(run_id, limit=AT_ONCE, at=now())
        if job is None:
            return
        if job.sheets:
            files = {pk: press.report_card(sheet, job.images) for pk, sheet in job.sheets.items()}
            with in_school(school_id):
                services.keep_files(files)
        else:
            whole = press.for_the_printer(job.title, job.all_sheets, job.images)
            with in_school(school_id):
                services.keep_whole(run_id, whole)
            return
    enqueue(print_run, school_id, run_id, queue=QUEUE)


def resume_forgotten(at: datetime) -> int:
    """Ask workers again for the runs that nobody works at: Redis forgot, a worker died. Return how many."""
    with all_schools(reason="the sweep serves every school"):
        forgotten = PrintRun.objects.open().unseen_since(at - FORGOTTEN).order_by("pk")
        found = list(forgotten.values_list("school_id", "pk"))
    return sum(enqueue(print_run, *ids, queue=QUEUE) for ids in found)
