"""Teachers whose browsers save cells over real HTTP, and what they were told: the database must agree."""

import itertools
import random
import secrets
import socket
import socketserver
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from urllib.parse import urlsplit

import requests

from apps.core.tenancy import in_school
from apps.grades.models import Assessment, Mark
from tests.faults.conftest import Visitor

HIGHEST = 999  # the scale: a mark is typed once
PATIENCE = 60  # seconds, for one batch
CELLS = 5  # of a batch
ANSWERED, UNHEARD = "answered", "unheard"  # cut once the server has answered; before it has
_numbers = itertools.count(1)


@dataclass
class Column:
    """An assessment's cells, and what was acknowledged of them, batch by batch."""

    school: object
    assessment: Assessment
    slots: list[str]
    acknowledged: list[dict[str, Decimal]] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)
    refused: int = 0

    def compare(self) -> Counter:
        """Acknowledged changes that are not there, batches half there, changes written twice."""
        with in_school(self.school.pk):
            history, there = self._history(), self._marks()
        changes = Counter((slot, value) for batch in self.acknowledged for slot, value in batch.items())
        found = Counter((slot, value) for slot, values in history.items() for value in values)
        missing = changes - found
        lost = [sum(pair in missing for pair in batch.items()) for batch in self.acknowledged]
        return Counter(
            acknowledged=changes.total(),
            lost=missing.total() + sum(there.get(slot) != values[-1] for slot, values in history.items()),
            half_saved=sum(0 < n < len(batch) for n, batch in zip(lost, self.acknowledged, strict=True)),
            doubled=(found - changes).total(),
            refused=self.refused,
        )

    def _history(self) -> dict[str, list[Decimal]]:
        written = Mark.pgh_event_model.objects.filter(assessment=self.assessment.pk).order_by("pgh_id")
        history = defaultdict(list)
        for student, value in written.values_list("student", "value"):
            history[self._slot(student)].append(value)
        return history

    def _marks(self) -> dict[str, Decimal]:
        marks = Mark.objects.filter(assessment=self.assessment.pk).order_by("pk")
        return {self._slot(student): value for student, value in marks.values_list("student", "value")}

    def _slot(self, student: int) -> str:
        return f"{self.assessment.pk}.{student}"


class Queue:
    """One teacher's queue, as static/js/queue.js: a batch is sent under one key until it is answered.

    A `careless` one takes another key for each try, and says of no cell what it showed.
    """

    def __init__(self, teacher: Visitor, column: Column, *, careless: bool = False) -> None:
        self.teacher, self.column, self.careless = teacher, column, careless
        self.path = f"/{column.school.slug}/notes/cases/"
        teacher.headers["Connection"] = "close"  # a proxy gives back one answer
        sheet = f"/{column.school.slug}/notes/evaluations/{column.assessment.pk}/"
        assert teacher.see(sheet).ok  # with its CSRF token

    def fill(self, slots: list[str], *, cut: str = "", meanwhile: Callable[[], None] | None = None) -> None:
        """Type a new mark in these cells. The first try may be cut, and something happen before the next."""
        value = Decimal(next(_numbers) % (100 * HIGHEST)) / 100
        typed = f"{value:.2f}".replace(".", ",")
        shown = self.column.shown
        cells = {slot: ["?" if self.careless else shown.get(slot, ""), typed] for slot in slots}
        fates = self._send(cells, cut, lambda: self._cut(slots, typed, meanwhile))
        self.column.acknowledged.append(
            {slot: value for slot, fate in fates.items() if fate["state"] == "saved"}
        )
        self.column.refused += sum(fate["state"] != "saved" for fate in fates.values())
        if not meanwhile:
            shown.update((slot, fate.get("there", typed)) for slot, fate in fates.items())

    def _cut(self, slots: list[str], typed: str, meanwhile: Callable[[], None] | None) -> None:
        if meanwhile:
            self.column.shown.update(dict.fromkeys(slots, typed))
            meanwhile()

    def _send(self, cells: dict, cut: str, after_a_cut: Callable[[], None]) -> dict[str, dict]:
        key, deadline = secrets.token_hex(8), time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            headers = {"Idempotency-Key": key} | ({"X-Cut": cut} if cut else {})
            try:
                answer = self._post(cells, headers)
            except requests.RequestException:
                if cut:
                    after_a_cut()
                cut = ""
            else:
                if answer.ok:
                    return answer.json()["cells"]
                assert answer.status_code >= 500, answer.text
                time.sleep(0.02)
            key = secrets.token_hex(8) if self.careless else key
        raise AssertionError("a batch was never answered")

    def _post(self, cells: dict, headers: dict[str, str]) -> requests.Response:
        headers |= {"X-CSRFToken": self.teacher.cookies.get("csrftoken", ""), "HX-Request": "true"}
        return self.teacher.post(self.teacher.address + self.path, json=cells, headers=headers, timeout=20)


class _Cutter(socketserver.StreamRequestHandler):
    """One request through, and its answer back unless the request asks for a cut."""

    def handle(self) -> None:
        head = b"".join(iter(self.rfile.readline, b"\r\n"))
        headers = dict(line.lower().split(": ", 1) for line in head.decode().splitlines()[1:])
        body = self.rfile.read(int(headers.get("content-length", 0)))
        with socket.create_connection(self.server.upstream) as there:
            there.sendall(head + b"\r\n" + body)
            if headers.get("x-cut") == UNHEARD:
                time.sleep(random.uniform(0, 0.03))  # anywhere in the server's work
                return
            answer = there.makefile("rb").read()
        if headers.get("x-cut") != ANSWERED:
            self.wfile.write(answer)


@contextmanager
def cutting_proxy(address: str) -> Iterator[str]:
    """A proxy on the loopback before that web; its address."""
    place = urlsplit(address)
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Cutter) as server:
        server.daemon_threads = True
        server.upstream = (place.hostname, place.port)
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def cut_connections(hers: Queue, colleague: Queue, count: int, rng: random.Random) -> None:
    """Cut so many sendings. What the server had answered, a colleague corrects before the second try."""
    for _ in range(count):
        slots = rng.sample(hers.column.slots, CELLS)
        cut = rng.choice([ANSWERED, ANSWERED, UNHEARD])
        correct = partial(colleague.fill, slots[:1]) if cut == ANSWERED else None
        hers.fill(slots, cut=cut, meanwhile=correct)


@contextmanager
def saving(queues: list[Queue], rng: random.Random) -> Iterator[None]:
    """They all save, each its own column, for the length of the block; then each batch gets its answer."""
    over, failures = threading.Event(), []

    def save(queue: Queue, mine: random.Random) -> None:
        try:
            while not over.is_set():
                queue.fill(mine.sample(queue.column.slots, CELLS))
        except Exception as failure:
            failures.append(failure)

    threads = [threading.Thread(target=save, args=(queue, random.Random(rng.random()))) for queue in queues]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert failures == []
