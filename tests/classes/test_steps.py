"""A class's term goes on a step at a time, and back with a reason; each step is written down for good."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from django.db import ProgrammingError, transaction

from apps.classes import services
from apps.classes.models import ClassTerm, ClassTermStep
from apps.core.models import RecordedEvent
from tests.factories.accounts import MemberFactory
from tests.factories.classes import ClassGroupFactory

NOON = datetime(2026, 12, 14, 12, tzinfo=UTC)
State = ClassTerm.State
ORDER = [State.OPEN, State.LOCKED, State.REMARKS, State.COUNCIL, State.PUBLISHED]


@pytest.fixture
def class_term(school):
    return ClassGroupFactory().class_terms.get()


@pytest.fixture
def head(school):
    return MemberFactory()


def go_on(class_term, to, head) -> bool:
    return bool(services.go_on(class_term_ids=[class_term.pk], to=to, by=head, at=NOON))


def go_back(class_term, seen, head, reason="Erreur en SVT") -> bool:
    ids = [class_term.pk]
    return bool(services.go_back(class_term_ids=ids, seen=seen, reason=reason, by=head, at=NOON))


def test_only_the_next_step_is_taken_from_wherever_it_is(class_term, head):
    taken = []
    for there in ORDER:
        for to in ORDER[1:]:
            ClassTerm.objects.filter(pk=class_term.pk).update(state=there)
            if go_on(class_term, to, head):
                taken.append((there, to))
    assert taken == list(pairwise(ORDER))


def test_only_what_was_seen_is_undone_a_step_at_a_time(class_term, head):
    for to in ORDER[1:]:
        go_on(class_term, to, head)
    undone = []
    while class_term.state != State.OPEN or not undone:
        class_term.refresh_from_db()
        undone += [seen for seen in ORDER[1:] if seen == class_term.state and go_back(class_term, seen, head)]
        class_term.refresh_from_db()
    assert undone == ORDER[:0:-1]
    assert (class_term.marks_lock_at, class_term.published_at) == (None, None)
    assert not go_back(class_term, State.LOCKED, head), "it is no longer as it was seen"


def test_marks_keep_the_day_they_were_closed_until_they_are_opened_again(class_term, head):
    for to in ORDER[1:]:
        go_on(class_term, to, head)
    go_back(class_term, State.PUBLISHED, head)
    class_term.refresh_from_db()
    assert (class_term.state, class_term.marks_lock_at, class_term.published_at) == ("council", NOON, None)


def test_every_step_is_written_down_and_none_is_changed(class_term, head):
    for to in ORDER[1:]:
        go_on(class_term, to, head)
    go_back(class_term, State.PUBLISHED, head, reason="Une note oubliée")
    steps = list(ClassTermStep.objects.order_by("pk").values_list("before", "after", "reason"))
    assert steps[-2:] == [("council", "published", ""), ("published", "council", "Une note oubliée")]
    assert len(steps) == 5
    for change in (ClassTermStep.objects.all().delete, lambda: ClassTermStep.objects.update(reason="")):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change()
    told = RecordedEvent.objects.filter(name__startswith="classes.").order_by("pk")
    assert list(told.values_list("name", flat=True)) == ["classes.MarksClosed", "classes.TermPublished"]
