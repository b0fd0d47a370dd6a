"""Bulletins issued, corrected, cancelled: numbered, signed, and never changed."""

from dataclasses import asdict, replace

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from apps.classes.models import ClassTerm
from apps.core.clock import now
from apps.core.models import RecordedEvent
from apps.gateways.api import unseal
from apps.reports import services
from apps.reports.models import Cancellation, ReportCard, SealingKey
from apps.reports.rules import public_part, read_facts, read_seal
from tests.factories.reports import facts


def test_each_pupil_has_a_number_of_her_own_and_a_code_that_says_who_she_is(locked, school):
    issued = locked.issue()
    cards = list(ReportCard.objects.in_register_order())
    assert [card.number for card in cards] == [1, 2, 3]
    assert (len(issued.new), issued.unchanged) == (3, 0)
    public = bytes.fromhex(SealingKey.objects.get().public)
    for card in cards:
        said = read_seal(card.code, public)
        assert (said.school, said.number, said.version) == (school.slug, f"{card.number:06}", 1)
        assert said.pupil == read_facts(card.facts).pupil.name
    fact = RecordedEvent.objects.get(name="reports.ReportCardsIssued")
    assert fact.payload["report_card_ids"] == [card.pk for card in issued.new]


def test_issued_again_what_says_the_same_stays_and_what_changed_is_a_new_version(locked):
    locked.issue()
    first, *_ = locked.facts
    better = replace(locked.facts[first], average="15,02", made="Fait à Abidjan, le 14 décembre 2026")
    others = {pk: replace(said, made=better.made) for pk, said in locked.facts.items()}
    issued = locked.issue(facts=others | {first: better})
    [card] = issued.new
    assert (card.student_id, card.version, issued.unchanged) == (first, 2, 2)
    assert card.printed_number == f"{card.number:06}, version 2 (remplace la version 1)"
    assert read_facts(ReportCard.objects.get(student=first, version=1).facts) == locked.facts[first]
    assert {one.version for one in ReportCard.objects.standing()} == {1, 2}
    assert ReportCard.objects.standing().count() == 3


def test_another_signature_makes_no_other_bulletin(locked):
    locked.issue()
    signed = {pk: replace(said, signature="abc", stamp="def") for pk, said in locked.facts.items()}
    assert locked.issue(facts=signed).unchanged == 3


@pytest.mark.parametrize("state", ["open", "locked", "remarks"])
def test_nothing_is_issued_before_the_council(locked, state):
    ClassTerm.objects.update(state=state)
    with pytest.raises(services.CouncilHasNotSat):
        locked.issue()
    assert not ReportCard.objects.exists()


def test_what_is_issued_can_be_neither_changed_nor_removed(locked):
    locked.issue()
    for change in (
        lambda: ReportCard.objects.update(facts={}),
        lambda: ReportCard.objects.all().delete(),
        lambda: SealingKey.objects.update(public="00"),
    ):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change()
    copy = ReportCard.objects.first()
    copy.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save()


def test_a_cancelled_bulletin_stands_no_more_until_another_is_issued(locked):
    card = locked.issue().new[0]
    for _ in range(2):
        services.cancel(report_card_id=card.pk, reason="Nom mal écrit", by=locked.head, at=now())
    assert Cancellation.objects.count() == 1
    assert RecordedEvent.objects.filter(name="reports.ReportCardCancelled").count() == 1
    assert ReportCard.objects.standing().count() == 2
    [again] = locked.issue().new
    assert (again.student_id, again.number, again.version) == (card.student_id, card.number, 2)


def test_a_replaced_bulletin_is_not_cancelled_its_successor_is(locked):
    card = locked.issue().new[0]
    locked.issue(facts={card.student_id: facts(50)})
    with pytest.raises(services.IsReplaced):
        services.cancel(report_card_id=card.pk, reason="Trop tard", by=locked.head, at=now())


def test_the_private_key_is_readable_with_the_platforms_secret_alone(locked):
    locked.issue()
    key = SealingKey.objects.get()
    private = bytes.fromhex(unseal(key.sealed_private))
    assert private.hex() not in key.sealed_private
    assert public_part(private).hex() == key.public


def test_facts_stay_as_they_were_written(locked):
    locked.issue()
    for card in ReportCard.objects.all():
        assert asdict(read_facts(card.facts)) == asdict(locked.facts[card.student_id])
