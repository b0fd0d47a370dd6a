"""Bulletins printed by a worker, a few at a time: each file is a row before the next ones are made."""

import time

from apps.core.clock import now
from apps.core.jobs import enqueue
from apps.core.tenancy import in_school

from . import services

AT_ONCE = 10  # files; what a killed worker loses
JOB_SECONDS = 60  # it then makes room for other jobs, and goes on after them


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
    enqueue(print_run, school_id, run_id, queue=services.QUEUE)
