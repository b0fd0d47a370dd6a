"""Two who decide of one pupil at once: one is kept, the other is told; a council closes in turn."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection

from apps.classes.models import ClassTerm, Enrolment
from apps.classes.services import go_back
from apps.core.tenancy import in_school
from apps.reports.models import Remark, Verdict
from apps.reports.rules import Ruling
from apps.reports.services import CouncilIsClosed, DecidedMeanwhile, decide
from tests.factories.accounts import MemberFactory
from tests.factories.classes import ClassGroupFactory
from tests.factories.schools import SchoolFactory
from tests.grades.test_races import meanwhile

pytestmark = pytest.mark.django_db(transaction=True)
RACES = 12
NOON = datetime(2026, 12, 14, 12, tzinfo=UTC)
COUNCIL = ClassTerm.State.COUNCIL


@pytest.fixture
def school():
    return SchoolFactory()


@pytest.fixture
def class_term(school):
    with in_school(school.pk):
        group = ClassGroupFactory(pupils=1)
        group.class_terms.update(state=COUNCIL)
        return group.class_terms.get()


@pytest.fixture
def people(school):
    with in_school(school.pk):
        return [MemberFactory(), MemberFactory()]


@pytest.fixture
def at_once(school):
    """Two calls, each on a connection of its own; the refusal of each, or None."""
    gate = Barrier(2, timeout=30)

    def run(call: Callable[[], object]) -> Exception | None:
        try:
            with in_school(school.pk):
                gate.wait()
                call()
        except (CouncilIsClosed, DecidedMeanwhile) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        yield lambda *calls: list(pool.map(run, calls))


def verdict(class_term, by, remark: str) -> Callable[[], object]:
    """Of the class's only pupil, on a page without one."""
    return lambda: decide(
        class_term_id=class_term.pk, student_id=Enrolment.objects.get().student_id, ruling=Ruling(),
        proposed="", remark=remark, seen=None, by=by, at=NOON,
    )  # fmt: skip


def test_of_two_verdicts_at_once_one_is_kept_whole_and_the_other_told(school, class_term, people, at_once):
    for race in range(RACES):
        texts = [f"Bien, {race}.", f"Mal, {race}."]
        refusals = at_once(*(verdict(class_term, *one) for one in zip(people, texts, strict=True)))
        with in_school(school.pk):
            kept, said = Verdict.objects.get(), Remark.objects.get()
            won = people.index(kept.decided_by)
            assert (refusals[won], said.text, said.author) == (None, texts[won], people[won])
            assert refusals[1 - won].remark == said.text
            Verdict.objects.all().delete()
            Remark.objects.all().delete()


def test_a_verdict_sent_while_its_council_closes_is_refused(school, class_term, people):
    def close(*_) -> None:
        done = {"reason": "Une note oubliée", "by": people[1], "at": NOON}
        assert go_back(class_term_ids=[class_term.pk], seen=COUNCIL, **done)

    def late(*_) -> None:
        try:
            with in_school(school.pk):
                verdict(class_term, people[0], "Bien.")()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as others:
        told = meanwhile(school, class_term, close, late, others)
    assert isinstance(told.exception(), CouncilIsClosed)
    with in_school(school.pk):
        assert not Verdict.objects.exists()
