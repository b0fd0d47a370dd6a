"""Two teachers on one sheet, at the same instant: neither loses anything unsaid.

Each protection is also taken away, and the races must then find what it prevents: ones that cannot prove
nothing. 10,000 of them by hand: EDUCONNECT_CAMPAIGN=10000 ./deploy/test tests/grades/test_races.py
"""

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from threading import Barrier, Event

import pytest
from django.db import connection

from apps.classes.models import ClassTerm, GradingScheme
from apps.classes.selectors import terms as classes
from apps.classes.services import SchemeWasRevised, go_on, revise_scheme
from apps.core.tenancy import in_school
from apps.grades import services
from apps.grades.models import Assessment, Mark, marks_of
from apps.grades.rules import MarkValue
from tests.factories.accounts import MemberFactory
from tests.factories.grades import AssessmentFactory
from tests.factories.schools import SchoolFactory
from tests.faults.results import keep, seed_of, size
from tests.processes import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
RACES = size(80)
UNPROTECTED_RACES = 60
PATIENCE = 30
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def school():
    return SchoolFactory()


@pytest.fixture
def assessment(school):
    with in_school(school.pk):
        return AssessmentFactory(pupils=3, published=True)


class Racer:
    """A teacher on a connection of her own, who types in the shared cell and in one of hers."""

    def __init__(self, school, assessment, shared: int, own: int, *, first: bool, blind: bool) -> None:
        self.school, self.assessment, self.shared, self.own = school, assessment, shared, own
        self.half, self.blind = Decimal(0 if first else "0.5"), blind
        with in_school(school.pk):
            self.member = MemberFactory()

    def mark(self, race: int) -> MarkValue:
        """Another than the one before, and never the other's."""
        return MarkValue(race % 19 + self.half)

    def run(self, gate: Barrier, races: int) -> list[services.Saved]:
        """What each of her savings was told. All see the shared cell as it stands, then save at once."""
        try:
            return [self._race(gate, race) for race in range(races)]
        except BaseException:
            gate.abort()
            raise
        finally:
            connection.close()

    def _race(self, gate: Barrier, race: int) -> services.Saved:
        gate.wait(PATIENCE)
        with in_school(self.school.pk):
            there = Mark.objects.filter(assessment=self.assessment, student=self.shared).order_by("pk")
            before = [MarkValue(value) for value in there.values_list("value", flat=True)]
        gate.wait(PATIENCE)
        with in_school(self.school.pk):
            return services.save_marks(
                assessment_id=self.assessment.pk,
                marks={self.shared: self.mark(race), self.own: self.mark(race)},
                seen={} if self.blind else {self.shared: before[0] if before else None},
                by=self.member,
                at=NOON,
            )


def race(school, assessment, races: int, *, blind: bool = False) -> dict[str, int]:
    """Two write the same cell at once, so many times; how often it went wrong.

    `blind`, they do not say what they saw.
    """
    with in_school(school.pk):
        pupils = assessment.course.group.class_group.enrolments.order_by("pk")
        shared, *own = pupils.values_list("student", flat=True)
    pair = [
        Racer(school, assessment, shared, student, first=student == own[0], blind=blind) for student in own
    ]
    gate = Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        hers, his = pool.map(lambda racer: racer.run(gate, races), pair)
    counts, kept = {"races": races, "silent": 0, "untold": 0}, []
    for number, both in enumerate(zip(hers, his, strict=True)):
        named = list(zip(pair, both, strict=True))
        winners = [racer.mark(number) for racer, saved in named if shared in saved.changed]
        heard = [saved.conflicts[shared] for saved in both if shared in saved.conflicts]
        counts["silent"] += len(winners) != 1
        counts["untold"] += heard != winners
        kept += winners
    with in_school(school.pk):
        wanted = [(pair[n].own, [pair[n].mark(number) for number in range(races)]) for n in (0, 1)]
        counts["lost"] = sum(history(assessment, pk) != marks for pk, marks in [(shared, kept), *wanted])
    return counts


def history(assessment, student: int) -> list[MarkValue]:
    """All that was ever written in that cell."""
    written = Mark.pgh_event_model.objects.filter(assessment=assessment, student=student).order_by("pgh_id")
    return [MarkValue(value) for value in written.values_list("value", flat=True)]


def told(what: str, request, counts: dict[str, int]) -> dict[str, int]:
    """The same counts, kept and printed."""
    print(f"{what}: {counts}")  # noqa: T201
    keep(what, seed=seed_of(request), **counts)
    return counts


def test_of_two_marks_typed_at_once_one_is_kept_and_the_other_is_told(school, assessment, request):
    counts = told("races", request, race(school, assessment, RACES))
    assert counts == {"races": RACES, "silent": 0, "untold": 0, "lost": 0}


def test_without_the_lock_the_races_find_silent_overwrites(school, assessment, request, monkeypatch):
    unlocked = lambda pk: (Assessment.objects.get(pk=pk), marks_of(pk))  # noqa: E731
    monkeypatch.setattr(services, "column_for_writing", unlocked)
    counts = told("races-without-lock", request, race(school, assessment, UNPROTECTED_RACES))
    assert counts["silent"] > 0


def test_without_what_was_seen_the_races_find_silent_overwrites(school, assessment, request):
    counts = told("races-blind", request, race(school, assessment, UNPROTECTED_RACES, blind=True))
    assert counts["silent"] > 0


# A term that closes while marks are saved


@pytest.fixture
def others():
    """A thread, and a connection of its own."""
    with ThreadPoolExecutor(1) as pool:
        yield pool
        pool.submit(lambda: connection.close()).result()


def save_one(school, assessment) -> None:
    with in_school(school.pk):
        student = assessment.course.group.class_group.enrolments.order_by("pk").first().student_id
        by = assessment.course.teacher
        services.save_marks(assessment_id=assessment.pk, marks={student: MarkValue(12)}, by=by, at=NOON)


def close(school, assessment) -> None:
    with in_school(school.pk):
        terms = ClassTerm.objects.values_list("pk", flat=True)
        go_on(class_term_ids=terms, to=ClassTerm.State.LOCKED, by=assessment.course.teacher, at=NOON)


def meanwhile(school, assessment, first, second, others) -> Future:
    """`second` starts before `first` is over, and has met it, or is done, when that ends."""

    def run() -> None:
        started.set()
        second(school, assessment)

    started = Event()
    with in_school(school.pk):
        first(school, assessment)
        told = others.submit(run)
        started.wait(PATIENCE)
        wait_until(lambda: told.done() or is_somebody_waiting())
    wait_until(told.done)
    return told


def is_somebody_waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0


def test_marks_being_saved_are_in_before_their_term_closes(school, assessment, others):
    told = meanwhile(school, assessment, save_one, close, others)
    assert told.exception() is None
    with in_school(school.pk):
        assert Mark.objects.count() == 1
        assert ClassTerm.objects.get().is_locked


def test_marks_sent_while_their_term_closes_are_refused(school, assessment, others):
    told = meanwhile(school, assessment, close, save_one, others)
    assert isinstance(told.exception(), services.TermIsLocked)
    with in_school(school.pk):
        assert Mark.objects.count() == 0


def test_without_holding_the_term_such_marks_slip_in(school, assessment, others, monkeypatch):
    monkeypatch.setattr(classes, "_held_in_term", classes._in_term)
    told = meanwhile(school, assessment, close, save_one, others)
    assert told.exception() is None
    with in_school(school.pk):
        assert Mark.objects.count() == 1


# Rules of grading that change meanwhile


def revise(school, assessment) -> None:
    """From the version that whoever asks has read."""
    with in_school(school.pk):
        read = GradingScheme.objects.get(version=1)
        revise_scheme(scheme=read, settings={"weighting": "bareme"}, by=None, at=NOON)


def test_of_two_heads_who_change_the_rules_at_once_the_second_is_told(school, assessment, others):
    told = meanwhile(school, assessment, revise, revise, others)
    assert isinstance(told.exception(), SchemeWasRevised)
    with in_school(school.pk):
        assert GradingScheme.objects.count() == 2


def test_a_term_that_closes_while_the_rules_change_keeps_those_it_closed_with(school, assessment, others):
    assert meanwhile(school, assessment, close, revise, others).exception() is None
    with in_school(school.pk):
        assert ClassTerm.objects.select_related("grading_scheme").get().grading_scheme.version == 1


def test_a_term_closes_although_the_rules_are_changing_with_those_that_are_new(school, assessment, others):
    assert meanwhile(school, assessment, revise, close, others).exception() is None
    with in_school(school.pk):
        closed = ClassTerm.objects.select_related("grading_scheme").get()
        assert (closed.state, closed.grading_scheme.version) == ("locked", 2)


def test_marks_saved_while_the_rules_change_are_kept(school, assessment, others):
    assert meanwhile(school, assessment, save_one, revise, others).exception() is None
    with in_school(school.pk):
        assert Mark.objects.count() == 1
        assert ClassTerm.objects.select_related("grading_scheme").get().grading_scheme.version == 2
