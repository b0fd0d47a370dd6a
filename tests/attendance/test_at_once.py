"""All that a day's absences go through, in any order and at once: they stay what its roll calls found.

A thousand steps by hand: EDUCONNECT_CAMPAIGN=1000 ./deploy/test -s tests/attendance/test_at_once.py
"""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.models import QuerySet

from apps.accounts.models import Member
from apps.attendance import services
from apps.attendance.models import (
    Absence,
    AbsenceReason,
    Excusal,
    Justification,
    LateArrival,
    RollEntry,
    WholeClassAbsence,
)
from apps.attendance.rules import Hour, Period, Seen, Span, reconcile
from apps.attendance.services import Excuse, Said, WholeClasses, span_of
from apps.core.clock import now, today
from apps.core.tenancy import in_school
from tests.factories.accounts import MemberFactory
from tests.factories.attendance import ReasonFactory
from tests.faults.results import seed_of, size

from .conftest import SLOTS, Classroom
from .test_races import room  # noqa: F401 a fixture

WRITERS = 4
HOURS = 5
EXPECTED = (
    services.AbsenceIsCancelled, services.HasBeenDecided, services.NobodyIsAbsent, services.TooManyToday,
)  # fmt: skip


class Writer:
    """Somebody who does whatever may be done to the day of a class."""

    def __init__(self, room: Classroom, rng: random.Random) -> None:  # noqa: F811 the fixture
        self.room, self.rng, self.by = room, rng, MemberFactory()
        self.verbs: list[Callable[[], object]] = [
            self.call, self.call, self.call, self.justify, self.take_the_reason_back, self.cancel,
            self.excuse, self.withdraw_the_excusal, self.give, self.decide, self.write_whole_classes,
            self.undo,
        ]  # fmt: skip

    def step(self) -> None:
        """One thing, in a transaction of its own; a refusal is one."""
        try:
            with in_school(self.room.school_id):
                self.rng.choice(self.verbs)()
        except EXPECTED:
            pass

    def one_of(self, rows: QuerySet) -> Iterator:
        """One of these, if there are any."""
        found = list(rows.order_by("pk"))
        return iter([self.rng.choice(found)] if found else [])

    def some_hours(self) -> Span:
        first = self.rng.randrange(HOURS)
        return Span(SLOTS[first].starts_at, SLOTS[self.rng.randrange(first, HOURS)].ends_at)

    @property
    def signed(self) -> dict[str, Member | object]:
        return {"by": self.by, "at": now()}

    def reason(self, *, justifies: bool = True) -> AbsenceReason:
        return AbsenceReason.objects.get(justifies=justifies)

    def call(self) -> None:
        states = "".join(self.rng.choice("paal") for _ in self.room.pupils)
        seen = self.rng.choice([None, Seen(), Seen(is_taken=True)])
        self.room.call(states, self.rng.randrange(HOURS), seen=seen, **self.signed)

    def justify(self) -> None:
        listed = self.reason(justifies=self.rng.random() < 0.5)
        for absence in self.one_of(Absence.objects.standing()):
            services.justify_absence(absence_id=absence.pk, listed=listed, **self.signed)

    def take_the_reason_back(self) -> None:
        for absence in self.one_of(Absence.objects.standing()):
            services.withdraw_justification(absence_id=absence.pk, **self.signed)

    def cancel(self) -> None:
        for absence in self.one_of(Absence.objects.standing()):
            services.cancel_absence(absence_id=absence.pk, **self.signed)

    def excuse(self) -> None:
        why = Excuse(Excusal.Kind.INFIRMARY, today(), today(), self.some_hours())
        services.excuse(student_id=self.rng.choice(self.room.pupils).pk, why=why, **self.signed)

    def withdraw_the_excusal(self) -> None:
        for excusal in self.one_of(Excusal.objects.standing()):
            services.withdraw_excusal(excusal_id=excusal.pk, **self.signed)

    def give(self) -> None:
        hours = self.some_hours()
        said = Said(Period(today(), today(), hours.starts_at, hours.ends_at), self.reason())
        services.give_justification(student_id=self.rng.choice(self.room.pupils).pk, said=said, **self.signed)

    def decide(self) -> None:
        for given in self.one_of(Justification.objects.all()):
            about = {"justification_id": given.pk, "seen": given.state} | self.signed
            if self.rng.random() < 0.5:
                services.accept_justification(**about)
            else:
                services.refuse_justification(**about, answer="Illisible")

    def write_whole_classes(self) -> None:
        what = WholeClasses(
            (self.room.group.pk,), "6e 1", today(), self.some_hours(), self.reason(),
            is_justified=self.rng.random() < 0.5,
        )  # fmt: skip
        services.write_whole_classes(what=what, **self.signed)

    def undo(self) -> None:
        for entry in self.one_of(WholeClassAbsence.objects.filter(cancelled_at=None)):
            services.undo_whole_classes(entry_id=entry.pk, **self.signed)


@pytest.fixture
def writers(room, request) -> list[Writer]:  # noqa: F811
    with in_school(room.school_id):
        ReasonFactory()
        ReasonFactory(label="Sans motif valable", justifies=False)
        return [Writer(room, random.Random(seed_of(request) + place)) for place in range(WRITERS)]


def check(room: Classroom) -> None:  # noqa: F811
    """Each pupil's day says the same in its lines, its absences, its late arrivals and its reasons."""
    for pupil in room.pupils:
        lines = RollEntry.objects.filter(student=pupil).select_related("roll_call").order_by("pk")
        hours = [Hour(span_of(one.roll_call), one.state == RollEntry.State.ABSENT) for one in lines]
        standing = list(Absence.objects.standing().filter(student=pupil).select_related("justification"))
        written = {one.pk: span_of(one) for one in standing if not one.whole_classes_id}
        apart = [span_of(one) for one in standing if one.whole_classes_id]
        todo = reconcile(written, hours, apart)
        assert (todo.moved, todo.cancelled, todo.found) == ({}, [], [])
        late = {one.roll_call_id for one in lines if one.state == RollEntry.State.LATE}
        assert late == set(LateArrival.objects.filter(student=pupil).values_list("roll_call", flat=True))
        for one in standing:
            if by := one.justification:
                assert (one.is_justified, by.state) == (True, Justification.State.ACCEPTED)
                assert by.period.covers(one.held_on, span_of(one))


def test_one_after_the_other(room, writers):  # noqa: F811
    for step in range(size(40)):
        writers[step % WRITERS].step()
        with in_school(room.school_id):
            check(room)


def test_all_at_once(room, writers):  # noqa: F811
    def write(writer: Writer) -> None:
        try:
            for _ in range(size(40) // WRITERS):
                writer.step()
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as threads:
        list(threads.map(write, writers))
    with in_school(room.school_id):
        check(room)
