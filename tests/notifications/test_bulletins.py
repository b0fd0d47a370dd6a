"""Families are told once that bulletins may be read, and never what is in them."""

from dataclasses import replace
from datetime import time

import pytest

from apps.accounts.models import Role
from apps.classes.events import TermPublished
from apps.classes.models import ClassTerm
from apps.core.clock import now
from apps.core.events import publish
from apps.gateways.api import cost_of, fold
from apps.notifications import services
from apps.notifications.models import Alert, AlertRule, AlertSettings, Delivery
from apps.notifications.rules import bulletin_texts, bulletins_texts
from apps.reports.models import Cancellation, ReportCard
from tests.factories.accounts import MemberFactory
from tests.factories.attendance import AbsenceFactory
from tests.factories.classes import ClassGroupFactory, EnrolmentFactory
from tests.factories.notifications import AlertFactory
from tests.factories.people import GuardianshipFactory
from tests.notifications.test_rules import AYA
from tests.notifications.test_services import prepare


class Published:
    """A class whose two pupils have their bulletins, published; and the mother of the first."""

    def __init__(self) -> None:
        self.head = MemberFactory(roles=[Role.PRINCIPAL])
        class_group = ClassGroupFactory()
        self.pupils = [EnrolmentFactory(class_group=class_group).student for _ in range(2)]
        self.class_term = class_group.class_terms.get()
        self.cards = [self.issue(pupil, number) for number, pupil in enumerate(self.pupils, start=1)]
        self.care = GuardianshipFactory(student=self.pupils[0])
        self.become(ClassTerm.State.PUBLISHED)

    def issue(self, pupil, number, version=1) -> ReportCard:
        return ReportCard.objects.create(
            class_term=self.class_term,
            student=pupil,
            number=number,
            version=version,
            facts={"average": "13,83"},
            code=f"{number}.{version}",
            issued_by=self.head,
            issued_at=now(),
        )

    def become(self, state: str) -> None:
        ClassTerm.objects.filter(pk=self.class_term.pk).update(state=state)

    def tell(self) -> None:
        services.tell_of_bulletins(class_term_id=self.class_term.pk, now=now())


@pytest.fixture(autouse=True)
def at_once(school) -> AlertSettings:
    return AlertSettings.objects.create(grace_minutes=0, quiet_from=time(0), quiet_until=time(0))


@pytest.fixture
def published(school) -> Published:
    return Published()


def prepare_bulk() -> int:
    return services.prepare(now(), limit=100, bulk=True)


def states() -> list[tuple]:
    return list(Alert.objects.order_by("pk").values_list("guardian", "state", "why"))


def test_a_publication_tells_each_guardian_of_her_child_and_no_mark(published, relay):
    publish(TermPublished(class_term_id=published.class_term.pk))
    relay()
    prepare_bulk()
    [delivery] = Delivery.objects.all()
    term, child = published.class_term.term.name, published.pupils[0].first_name
    assert fold(f"bulletin {term} publié pour {child}") in delivery.text
    assert "13,83" not in delivery.text
    assert delivery.is_bulk
    assert cost_of(delivery.text).segments == 1


def test_a_publication_again_or_a_new_version_tells_nobody_twice(published):
    published.tell()
    prepare_bulk()
    published.issue(published.pupils[0], 1, version=2)
    published.tell()
    prepare_bulk()
    assert Delivery.objects.count() == Alert.objects.count() == 1


def test_a_publication_undone_in_time_is_not_told_until_it_is_done_again(published):
    published.tell()
    published.become(ClassTerm.State.COUNCIL)
    prepare_bulk()
    assert states() == [(published.care.guardian_id, "cancelled", "withdrawn")]
    published.become(ClassTerm.State.PUBLISHED)
    published.tell()
    prepare_bulk()
    assert states() == [(published.care.guardian_id, "sent", "")]


def test_of_a_bulletin_that_was_taken_back_nobody_is_told(published):
    Cancellation.objects.create(
        report_card=published.cards[0], reason="Erreur", cancelled_by=published.head, cancelled_at=now()
    )
    GuardianshipFactory(student=published.pupils[1], guardian=published.care.guardian)
    published.tell()
    assert list(Alert.objects.values_list("student", flat=True)) == [published.pupils[1].pk]


@pytest.mark.parametrize("right", ["may_see_marks", "is_informed"])
def test_who_may_not_see_marks_or_wants_no_alert_is_not_told(published, right):
    type(published.care).objects.update(**{right: False})
    published.tell()
    assert not Alert.objects.exists()


def test_two_children_make_one_message(published):
    GuardianshipFactory(student=published.pupils[1], guardian=published.care.guardian)
    published.tell()
    prepare_bulk()
    [delivery] = Delivery.objects.all()
    assert fold("publiés pour") in delivery.text
    assert Alert.objects.filter(state=Alert.State.SENT).count() == 2


def test_a_school_may_tell_nobody_or_say_it_in_its_own_words(published, ladder):
    rule = ladder("bulletin", ("sms", 0), is_on=False)
    published.tell()
    assert not Alert.objects.exists()
    AlertRule.objects.filter(pk=rule.pk).update(is_on=True, wording="{prenom}: bulletin, {periode}. {debut}")
    published.tell()
    prepare_bulk()
    first_name = published.pupils[0].first_name.split()[0]
    assert Delivery.objects.get().text == fold(f"{first_name}: bulletin, {published.class_term.term.name}.")


def test_an_absence_overtakes_bulletins(published):
    published.tell()
    AlertFactory(absence=AbsenceFactory(student=published.pupils[1], held_on=now().date()))
    prepare()
    assert Alert.objects.get(kind=Alert.Kind.BULLETIN).state == Alert.State.WAITING
    assert Alert.objects.get(kind=Alert.Kind.ABSENCE).state != Alert.State.WAITING


def test_words_are_shortened_before_a_second_message_is_paid():
    aya = replace(AYA, term="{Trimestre} 1")
    assert "bulletin {Trimestre} 1 publié pour" in bulletin_texts(aya)[0]
    assert len(bulletin_texts(aya)[-1]) < len(bulletin_texts(aya)[0])
    assert len(bulletins_texts([aya] * 6)[-1]) < 160
