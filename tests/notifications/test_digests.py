"""Several children of a family, or several of one's hours: one message; and what a correction does to it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import time, timedelta

import pytest
from django.db import connection

from apps.accounts.models import Role
from apps.attendance.models import Absence
from apps.core.clock import now, today
from apps.core.tenancy import in_school
from apps.gateways.api import Accepted, Refused, cost_of, fold
from apps.notifications import services
from apps.notifications.models import Alert, AlertSettings, Delivery
from apps.notifications.rules import digest_texts
from tests.conftest import soup
from tests.factories.accounts import MemberFactory
from tests.factories.attendance import LateArrivalFactory
from tests.factories.notifications import AlertFactory, in_the_midst_of_moves
from tests.factories.people import GuardianFactory, GuardianshipFactory
from tests.factories.schools import SchoolFactory
from tests.notifications.test_rules import AYA
from tests.notifications.test_services import prepare, tell

MINUTE = timedelta(minutes=1)


@pytest.fixture
def family(classroom, care):
    """The mother of the first two pupils, both absent."""
    GuardianshipFactory(student=classroom.pupils[1], guardian=care.guardian)
    classroom.call("aa")
    for absence in Absence.objects.order_by("pk"):
        tell(absence_id=absence.pk)
    return care.guardian


def states() -> list[tuple]:
    return list(Alert.objects.order_by("pk").values_list("kind", "state"))


def amend(absence) -> None:
    services.correct(absence_id=absence.pk, now=now())


def test_two_children_make_one_message(family, classroom):
    prepare()
    text = Delivery.objects.get().text
    assert text.startswith(f"{classroom.group.school.name}: absences ce ")
    assert text.count("Aya") == 2
    lead, other = Alert.objects.order_by("pk")
    assert (lead.state, other.state, other.lead) == ("sent", "sent", lead)
    assert {alert.latest for alert in Alert.objects.with_its_latest()} == {"created"}


def test_a_school_s_own_words_are_of_one_child_and_its_page_says_so(family, ladder, client, path_to):
    ladder("absence", ("sms", 0), wording="{prenom} {absent} le {jour}")
    prepare()
    assert "absences ce" in Delivery.objects.get().text
    client.force_login(MemberFactory(roles=[Role.PRINCIPAL]).user)
    page = client.get(path_to("notifications:wording", "absence")).text
    assert "Un message qui regroupe plusieurs enfants garde les mots d’EduConnect." in page


def test_the_first_waits_a_little_for_the_second(classroom, care):
    GuardianshipFactory(student=classroom.pupils[1], guardian=care.guardian)
    classroom.call("aa")
    first, second = Absence.objects.order_by("pk")
    tell(absence_id=first.pk)
    tell(absence_id=second.pk, recorded_at=second.recorded_at + 3 * MINUTE)
    prepare(6 * MINUTE)
    assert not Delivery.objects.exists()
    prepare(9 * MINUTE)
    assert Delivery.objects.count() == 1
    assert Alert.objects.filter(state="sent").count() == 2


@pytest.mark.parametrize("coming", ["late", "of another day", "corrected"])
def test_nor_for_what_could_not_be_told_with_it(school, coming):
    alert = AlertFactory()
    values = {"guardian": alert.guardian, "due_at": now() + 4 * MINUTE}
    match coming:
        case "late":
            AlertFactory(kind="late", key=f"late:{LateArrivalFactory().pk}", **values)
        case "of another day":
            AlertFactory(absence__held_on=today() - timedelta(days=1), **values)
        case _:
            AlertFactory(absence__cancelled_at=now(), **values)
    prepare(timedelta())
    alert.refresh_from_db()
    assert alert.state == "sent"


def test_a_family_that_a_turn_of_the_sweep_would_split_is_told_whole(family):
    services.prepare(now() + 6 * MINUTE, limit=1)
    assert Delivery.objects.get().text.count("Aya") == 2


def test_but_never_longer_than_the_school_says(classroom, care):
    AlertSettings.objects.create(digest_minutes=2)
    GuardianshipFactory(student=classroom.pupils[1], guardian=care.guardian)
    classroom.call("aa")
    first, second = Absence.objects.order_by("pk")
    tell(absence_id=first.pk)
    tell(absence_id=second.pk, recorded_at=second.recorded_at + 3 * MINUTE)
    prepare(6 * MINUTE)
    assert Delivery.objects.count() == 1


def test_the_child_who_was_there_is_taken_out_before_it_leaves(family, classroom):
    prepare()
    classroom.call("pa")
    amend(Absence.objects.order_by("pk").first())
    prepare()
    assert states() == [("absence", "cancelled"), ("absence", "sent")]
    left = Delivery.objects.exclude(state="cancelled").get()
    assert "absente" in left.text
    assert "absences" not in left.text


def test_the_second_child_too(family, classroom):
    prepare()
    classroom.call("ap")
    amend(Absence.objects.order_by("pk").last())
    prepare()
    assert states() == [("absence", "sent"), ("absence", "cancelled")]
    assert Delivery.objects.exclude(state="cancelled").count() == 1


def test_who_was_taken_out_is_not_corrected_when_the_others_have_been_told(family, classroom):
    prepare()
    classroom.call("ap")
    second = Absence.objects.latest("pk")
    amend(second)
    prepare()
    Delivery.objects.filter(state="created").update(state="delivered")
    amend(second)  # told twice, as facts may be
    assert not Alert.objects.filter(kind="correction").exists()
    assert not Alert.objects.filter(state="waiting").exists()


@pytest.mark.parametrize("place", [0, 1])
def test_once_it_has_left_the_wrong_one_alone_is_corrected(family, classroom, place):
    prepare()
    Delivery.objects.update(state="accepted")
    classroom.call("pa" if place == 0 else "ap")
    amend(Absence.objects.order_by("pk")[place])
    prepare()
    correction = Delivery.objects.get(alert__kind="correction")
    assert "rectificatif" in correction.text
    assert Alert.objects.filter(kind="absence", state="sent").count() == 2


def test_in_the_hands_of_a_worker_that_died_it_is_still_owed_to_the_other_child(family, classroom):
    prepare()
    services.lease([Delivery.objects.get().pk], now(), limit=1)
    classroom.call("pa")
    amend(Absence.objects.order_by("pk").first())
    again = now() + 10 * MINUTE
    [leased] = services.lease([Delivery.objects.get().pk], again, limit=1)
    assert leased.may_send
    services.record([(leased, Accepted("op"))], again)
    prepare(20 * MINUTE)
    assert Delivery.objects.filter(alert__kind="correction").count() == 1


@pytest.fixture
def then_mail(family, ladder, settings):
    """An e-mail follows the SMS that nothing confirmed."""
    settings.EMAIL_HOST = "127.0.0.1"
    type(family).objects.update(email="mere@example.ci")
    ladder("absence", ("sms", 0), ("email", 10))
    ladder("correction")


@pytest.mark.parametrize("place", [0, 1])
def test_the_next_channel_tells_of_the_child_who_is_absent_and_no_more_of_the_other(
    family, classroom, then_mail, place
):
    prepare()
    Delivery.objects.update(state="accepted")
    classroom.call("pa" if place == 0 else "ap")
    amend(Absence.objects.order_by("pk")[place])
    Delivery.objects.update(state="undelivered")
    prepare(20 * MINUTE)
    mail = Delivery.objects.get(channel="email")
    assert "est absente" in mail.text
    assert "absences" not in mail.text


def test_nor_is_it_lost_when_the_other_was_corrected_in_the_hands_of_the_operator(
    family, classroom, then_mail
):
    prepare()
    [leased] = services.lease([Delivery.objects.get().pk], now(), limit=1)
    classroom.call("pa")
    amend(Absence.objects.order_by("pk").first())
    services.record([(leased, Refused("no"))], now())
    prepare(7 * MINUTE)
    assert "est absente" in Delivery.objects.get(channel="email").text
    assert states() == [("absence", "cancelled"), ("absence", "sent"), ("correction", "cancelled")]


def test_nor_when_the_message_had_failed_before(family, classroom, then_mail):
    prepare()
    [leased] = services.lease([Delivery.objects.get().pk], now(), limit=1)
    services.record([(leased, Refused("no"))], now())
    classroom.call("pa")
    amend(Absence.objects.order_by("pk").first())
    prepare(7 * MINUTE)
    assert "est absente" in Delivery.objects.get(channel="email").text


def test_nor_when_it_was_only_to_be_read_on_the_portal(family, classroom, ladder):
    family.member = MemberFactory()
    family.save()
    ladder("absence", ("sms", 10))
    prepare()
    classroom.call("pa")
    amend(Absence.objects.order_by("pk").first())
    prepare(20 * MINUTE)
    assert "est absente" in Delivery.objects.get().text
    assert states() == [("absence", "cancelled"), ("absence", "sent")]


def test_when_all_were_corrected_nothing_follows(family, classroom, then_mail):
    prepare()
    Delivery.objects.update(state="accepted")
    classroom.call("pp")
    for absence in Absence.objects.all():
        amend(absence)
    prepare(20 * MINUTE)
    assert not Delivery.objects.filter(channel="email").exists()


def test_unread_on_the_portal_both_are_sent_and_seen_to_fail(family, ladder):
    family.member = MemberFactory()
    family.save()
    ladder("absence", ("sms", 10))
    prepare()
    assert states() == [("absence", "online")] * 2
    prepare(20 * MINUTE)
    assert states() == [("absence", "sent")] * 2
    Delivery.objects.update(state="undelivered")
    assert Alert.objects.failed().count() == 2


def test_what_was_read_of_it_is_sent_no_more(family, ladder):
    family.member = MemberFactory()
    family.save()
    ladder("absence", ("sms", 10))
    prepare()
    Alert.objects.filter(lead=None).update(read_at=now())
    prepare(20 * MINUTE)
    assert "est absente" in Delivery.objects.get().text
    assert sorted(states()) == [("absence", "online"), ("absence", "sent")]


def test_what_failed_is_sent_again_whole(family, educator):
    prepare()
    Delivery.objects.update(state="refused")
    assert Alert.objects.failed().count() == 2
    services.send_again(
        alert_ids=list(Alert.objects.order_by("pk").values_list("pk", flat=True)), by=educator, now=now()
    )
    prepare()
    assert Delivery.objects.filter(state="created").count() == 1


def test_sent_again_by_one_of_them_the_others_of_the_message_go_too(family, educator, client, path_to):
    prepare()
    Delivery.objects.update(state="refused")
    lead, other = Alert.objects.order_by("pk")
    client.force_login(educator.user)
    asked = soup(client.get(path_to("notifications:send_again"), {"alerte": lead.pk}))
    assert [box["value"] for box in asked.select("[name=alerte]")] == [str(other.pk), str(lead.pk)]
    assert "1 SMS repartira, pour 15 F" in " ".join(asked.text.split())
    services.send_again(alert_ids=[lead.pk], by=educator, now=now())
    prepare()
    fresh = Delivery.objects.get(state="created")
    assert fresh.text.count("Aya") == 2
    assert {alert.latest for alert in Alert.objects.with_its_latest()} == {"created"}


def test_sent_again_by_another_than_the_first_it_goes_alone(family, educator):
    prepare()
    Delivery.objects.update(state="refused")
    lead, other = Alert.objects.order_by("pk")
    services.send_again(alert_ids=[other.pk], by=educator, now=now())
    prepare()
    assert "est absente" in Delivery.objects.get(state="created").text
    assert Alert.objects.failed().get() == lead


def test_two_guardians_of_one_phone_get_one_digest(family, classroom):
    for pupil in classroom.pupils[:2]:
        GuardianshipFactory(student=pupil, guardian__phone=family.phone)
    Alert.objects.all().delete()
    for absence in Absence.objects.order_by("pk"):
        tell(absence_id=absence.pk)
    prepare()
    assert Delivery.objects.count() == 1


def test_of_a_digest_the_second_guardian_of_a_phone_is_told_what_the_first_was_not(family, classroom):
    other = GuardianshipFactory(student=classroom.pupils[1], guardian__phone=family.phone).guardian
    GuardianshipFactory(student=classroom.pupils[2], guardian=other)
    classroom.call("aaa")
    for absence in Absence.objects.order_by("pk"):
        tell(absence_id=absence.pk)
    prepare()
    whole, rest = Delivery.objects.order_by("pk")
    assert whole.text.count("Aya") == 2
    assert "est absente" in rest.text
    told, alone = Alert.objects.filter(guardian=other).order_by("pk")
    assert (told.state, told.why, told.lead) == ("online", "same_number", None)
    assert (alone.state, rest.alert) == ("sent", alone)


@pytest.mark.parametrize("children", [2, 3, 4, 9])
def test_the_shortest_digest_is_one_cheap_sms(children):
    family = [replace(AYA, first_names=f"Marie{n} Emmanuelle", ends_at=time(12)) for n in range(children)]
    assert cost_of(fold(digest_texts(family)[-1])).segments == 1
    assert len({len(text) for text in digest_texts(family)}) > 2


def test_twenty_families_cost_no_more_statements_than_two(school, count_queries):
    def cost(families: int) -> int:
        for _ in range(families):
            guardian = GuardianFactory()
            AlertFactory.create_batch(2, guardian=guardian)
        return count_queries(services.prepare, now(), limit=200)

    in_the_midst_of_moves()
    assert cost(2) == cost(20)


def test_two_sweeps_at_once_tell_each_family_once(transactional_db):
    school = SchoolFactory()
    with in_school(school.pk):
        for _ in range(6):
            AlertFactory.create_batch(2, guardian=GuardianFactory())
    start = threading.Barrier(2)

    def sweep() -> None:
        start.wait()
        try:
            for _ in range(8):
                with in_school(school.pk):
                    services.prepare(now(), limit=1)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(sweep) for _ in range(2)]:
            done.result()
    with in_school(school.pk):
        assert Delivery.objects.count() == 6
        assert Alert.objects.filter(state="sent").count() == 12
