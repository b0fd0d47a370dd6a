"""What a visit costs our machine: processor time to print beside its aim, statements to assert."""

import time
from collections.abc import Callable
from statistics import quantiles

from django.db import connection
from django.test.utils import CaptureQueriesContext

from .conftest import statements_of

TIMES = 4
AS_BROWSERS_SEND = "application/x-www-form-urlencoded"  # a test client's parts cost three times more to read


def cpu(visit: Callable, *, before: Callable = lambda: None) -> float:
    """Milliseconds of this thread for a visit, the least of many: what a busy machine adds is not ours."""
    spent = []
    for _ in range(TIMES):
        before()
        start = time.thread_time()
        visit()
        spent.append(time.thread_time() - start)
    return min(spent) * 1000


def percentiles(visit: Callable, times: int = 200) -> str:
    """How long a visit takes in wall time, PostgreSQL's part included, for a person to read."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        visit()
        taken.append((time.perf_counter() - start) * 1000)
    cuts = quantiles(taken, n=20)
    return f"p50 {cuts[9]:.0f} ms, p95 {cuts[18]:.0f} ms of {times}"


def show(costs: dict[str, float], nothing: float) -> None:
    """For a person to read: a shared machine decides them too."""
    print(f"an empty view: {nothing:.1f} ms of CPU")  # noqa: T201
    for name, cost in costs.items():
        print(f"{name}: {cost:.1f} ms, {cost / nothing:.1f} times the empty view")  # noqa: T201


def statements(visit: Callable) -> list[str]:
    """Those that it sends, transaction bookkeeping left out."""
    with CaptureQueriesContext(connection) as captured:
        visit()
    return statements_of(captured)
