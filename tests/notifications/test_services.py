"""Whom an absence is told to, when, in which words; and what a correction cancels or corrects."""

from datetime import timedelta

import pytest

from apps.attendance import services as attendance
from apps.attendance.models import Absence
from apps.core.clock import now, today
from apps.notifications import services
from apps.notifications.models import Alert, AlertSettings, Delivery, DeliveryChange
from apps.people.models import Guardianship
from tests.factories.notifications import AlertFactory, DeliveryFactory, in_the_midst_of_moves
from tests.factories.people import GuardianFactory, GuardianshipFactory, StudentFactory


def tell(**kwargs) -> None:
    absence = Absence.objects.latest("pk")
    values = {"absence_id": absence.pk, "recorded_at": absence.recorded_at, "now": now()}
    services.tell_of_absence(**values | kwargs)


def amended() -> None:
    services.correct(absence_id=Absence.objects.latest("pk").pk, now=now())


def prepare(after: timedelta = timedelta(minutes=6)) -> int:
    return services.prepare(now() + after, limit=100)


def test_each_informed_guardian_is_told_once_after_the_grace_delay(classroom, care):
    GuardianshipFactory(student=classroom.pupils[0])
    GuardianshipFactory(student=classroom.pupils[0], is_informed=False)
    GuardianshipFactory(student=classroom.pupils[0], until=today() - timedelta(days=1))
    GuardianshipFactory(student=classroom.pupils[1])
    classroom.call("a")
    tell()
    tell()
    assert Alert.objects.count() == 2
    alert = Alert.objects.get(guardian=care.guardian)
    absence = Absence.objects.get()
    assert (alert.state, alert.key) == ("waiting", f"absence:{absence.pk}")
    assert alert.due_at == absence.recorded_at + timedelta(minutes=5)


def test_a_guardian_with_two_links_to_the_child_is_told_once(classroom, care):
    Guardianship.objects.filter(pk=care.pk).update(until=today())
    GuardianshipFactory(student=care.student, guardian=care.guardian)
    classroom.call("a")
    tell()
    assert Alert.objects.count() == 1


def test_the_school_chooses_its_grace(classroom, care):
    AlertSettings.objects.create(grace_minutes=30)
    classroom.call("a")
    tell()
    assert Alert.objects.get().due_at == Absence.objects.get().recorded_at + timedelta(minutes=30)


def test_a_pupil_nobody_answers_for_leaves_a_line_for_vie_scolaire(classroom):
    classroom.call("a")
    tell()
    tell()
    alert = Alert.objects.get()
    assert (alert.guardian, alert.state, alert.why) == (None, "unsent", "no_guardian")


@pytest.mark.parametrize("late", [timedelta(days=1, minutes=1), timedelta(days=30)], ids=["a day", "a month"])
def test_a_fact_of_the_past_alarms_nobody(classroom, care, late):
    classroom.call("a")
    tell(now=now() + late)
    assert not Alert.objects.exists()


def test_a_roll_taken_for_another_day_alarms_nobody(classroom, care):
    classroom.call("a", held_on=today() - timedelta(days=1))
    tell()
    assert not Alert.objects.exists()


def test_an_absence_corrected_before_it_is_told_is_not(classroom, care):
    classroom.call("a")
    classroom.call("p")
    tell()
    assert not Alert.objects.exists()


def test_before_its_time_nothing_is_prepared(classroom, care):
    classroom.call("a")
    tell()
    assert prepare(timedelta(minutes=4)) == 0
    assert not Delivery.objects.exists()


def test_a_due_alert_becomes_one_sms(classroom, care):
    classroom.call("a")
    tell()
    assert prepare() == 1
    assert prepare() == 0
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.recipient, delivery.segments) == ("created", care.guardian.phone, 1)
    assert delivery.text == (
        f"{classroom.group.school.name}: Aya ({classroom.group.name}) est absente ce "
        f"{today():%d/%m} de 7h30 à 8h25. Contact: 27 22 40 10 36"
    )
    assert [change.state for change in delivery.changes.all()] == ["created"]


def test_the_sms_says_the_hours_known_when_it_leaves(classroom, care):
    classroom.call("a")
    tell()
    classroom.call("a", hour=1)
    prepare()
    assert "de 7h30 à 9h20" in Delivery.objects.get().text


def test_an_sms_never_says_a_reason(classroom, care, educator):
    classroom.call("a")
    tell()
    Absence.objects.update(reason="Paludisme")
    prepare()
    assert "Paludisme" not in Delivery.objects.get().text


@pytest.mark.parametrize("phone", ["", "+2252722405060"])
def test_a_guardian_without_a_mobile_is_a_line_not_a_silence(classroom, care, phone):
    care.guardian.phone = phone
    care.guardian.save()
    classroom.call("a")
    tell()
    prepare()
    assert not Delivery.objects.exists()
    assert (Alert.objects.get().state, Alert.objects.get().why) == ("unsent", "no_mobile")


def test_a_mobile_given_meanwhile_is_used(classroom, care):
    care.guardian.phone = ""
    care.guardian.save()
    classroom.call("a")
    tell()
    care.guardian.phone = "+2250101020304"
    care.guardian.save()
    prepare()
    assert Delivery.objects.get().recipient == "+2250101020304"


def test_two_guardians_of_one_phone_get_one_sms(classroom, care):
    GuardianshipFactory(student=care.student, guardian=GuardianFactory(phone=care.guardian.phone))
    classroom.call("a")
    tell()
    prepare()
    assert Delivery.objects.count() == 1
    assert sorted(Alert.objects.values_list("state", "why")) == [("online", "same_number"), ("sent", "")]


def test_one_phone_that_answers_for_two_children_gets_two_sms_where_there_is_no_digest(classroom, care):
    AlertSettings.objects.create(digest_minutes=0)
    GuardianshipFactory(student=classroom.pupils[1], guardian=care.guardian)
    classroom.call("aa")
    for absence in Absence.objects.all():
        tell(absence_id=absence.pk)
    prepare()
    assert Delivery.objects.filter(recipient=care.guardian.phone).count() == 2


def test_a_school_without_sms_sees_what_was_not_sent(classroom, care):
    AlertSettings.objects.create(sends_sms=False)
    classroom.call("a")
    tell()
    prepare()
    assert (Alert.objects.get().state, Alert.objects.get().why) == ("unsent", "sms_off")


def test_a_stale_alert_is_listed_and_not_sent(classroom, care):
    classroom.call("a")
    tell(now=now() + timedelta(hours=5))
    prepare(timedelta(hours=5))
    assert not Delivery.objects.exists()
    assert (Alert.objects.get().state, Alert.objects.get().why) == ("unsent", "too_late")


@pytest.mark.parametrize("states", ["p", "l"])
def test_a_correction_in_the_grace_delay_alarms_nobody(classroom, care, states):
    classroom.call("a")
    tell()
    classroom.call(states)
    amended()
    prepare()
    assert (Alert.objects.get().state, Alert.objects.get().why) == ("cancelled", "not_true")
    assert not Delivery.objects.exists()


def test_a_correction_that_the_relay_did_not_tell_yet_is_seen_all_the_same(classroom, care):
    classroom.call("a")
    tell()
    classroom.call("p")
    prepare()
    assert not Delivery.objects.exists()
    assert Alert.objects.get().state == "cancelled"


def test_a_justified_absence_is_not_told(classroom, care, educator):
    classroom.call("a")
    tell()
    attendance.justify_absence(absence_id=Absence.objects.get().pk, reason="Malade", by=educator, at=now())
    amended()
    prepare()
    assert Alert.objects.get().state == "cancelled"


@pytest.mark.parametrize(("first", "messages"), [(None, 1), ("accepted", 1), ("refused", 2)])
def test_one_justified_by_mistake_is_told_all_the_same_and_once(
    classroom, care, educator, relay, first, messages
):
    classroom.call("a")
    relay()
    if first:
        prepare()
        Delivery.objects.update(state=first)
    change = {"absence_id": Absence.objects.get().pk, "by": educator, "at": now()}
    attendance.justify_absence(**change, reason="Malade")
    relay()
    attendance.withdraw_justification(**change)
    relay()
    prepare()
    assert Alert.objects.get().state == "sent"
    assert Delivery.objects.count() == messages


def test_what_is_ready_but_has_not_left_is_cancelled(classroom, care):
    classroom.call("a")
    tell()
    prepare()
    classroom.call("p")
    amended()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.alert.state) == ("cancelled", "cancelled")
    assert [change.state for change in delivery.changes.order_by("pk")] == ["created", "cancelled"]
    assert Alert.objects.count() == 1


def sent(classroom, state: str = "accepted", *, in_doubt: bool = False) -> None:
    """The alert of the first pupil's absence has left, or may have."""
    classroom.call("a")
    tell()
    prepare()
    Delivery.objects.update(state=state, in_doubt=in_doubt)


@pytest.mark.parametrize(("states", "said"), [("p", "était bien présente"), ("l", "est arrivée en retard")])
def test_what_has_left_is_corrected_once(classroom, care, states, said):
    sent(classroom)
    classroom.call(states)
    amended()
    amended()
    prepare()
    prepare()
    correction = Delivery.objects.get(alert__kind="correction")
    assert correction.recipient == care.guardian.phone
    assert said in correction.text
    assert Alert.objects.count() == 2


def test_a_justification_after_the_alert_sends_nothing_more(classroom, care, educator):
    sent(classroom)
    attendance.justify_absence(absence_id=Absence.objects.get().pk, reason="Malade", by=educator, at=now())
    amended()
    assert Alert.objects.get().state == "sent"


def test_two_absences_that_become_one_are_corrected_by_no_sms(classroom, care):
    for hour, states in enumerate("apa"):
        classroom.call(states, hour=hour)
    second = Absence.objects.latest("pk")
    told = AlertFactory(guardian=care.guardian, student=care.student, absence=second, state="sent")
    DeliveryFactory(alert=told, state="delivered")
    classroom.call("a", hour=1)
    services.correct(absence_id=second.pk, now=now())
    assert not Alert.objects.filter(kind="correction").exists()


def test_a_correction_waits_until_the_doubt_is_gone(classroom, care):
    sent(classroom, "sending", in_doubt=True)
    classroom.call("p")
    amended()
    prepare()
    assert Alert.objects.get(kind="correction").state == "waiting"
    assert Alert.objects.get(kind="absence").state == "cancelled"
    Delivery.objects.update(state="accepted", in_doubt=False)
    prepare(timedelta(minutes=7))
    assert Delivery.objects.filter(alert__kind="correction").count() == 1


@pytest.mark.parametrize("state", ["cancelled", "refused"])
def test_what_never_left_needs_no_correction(classroom, care, state):
    sent(classroom, "sending", in_doubt=True)
    classroom.call("p")
    amended()
    Delivery.objects.update(state=state, in_doubt=False)
    prepare()
    assert (Alert.objects.get(kind="correction").state, Delivery.objects.count()) == ("cancelled", 1)


def test_an_absence_found_again_before_its_correction_left_is_not_corrected(classroom, care):
    sent(classroom)
    first = Absence.objects.get()
    classroom.call("p")
    amended()
    classroom.call("a")
    Absence.objects.filter(pk=first.pk).update(cancelled_at=now())
    prepare()
    assert Alert.objects.get(kind="correction").state == "cancelled"


def test_there_absent_again_and_there_what_had_left_is_corrected_after_all(classroom, care):
    sent(classroom)
    classroom.call("p")
    amended()
    classroom.call("a")
    prepare()
    assert Alert.objects.get(kind="correction").state == "cancelled"
    classroom.call("p")
    amended()  # the second absence, that nobody was told of
    prepare()
    assert Delivery.objects.get(alert__kind="correction").recipient == care.guardian.phone


def test_every_change_of_an_alert_leaves_a_row_of_history(classroom, care):
    classroom.call("a")
    tell()
    prepare()
    history = Alert.pgh_event_model.objects.order_by("pgh_id").values_list("pgh_label", "state")
    assert list(history) == [("insert", "waiting"), ("update", "sent")]


def test_preparing_sixty_alerts_costs_no_more_statements_than_three(school, count_queries):
    def cost(alerts: int) -> int:
        AlertFactory.create_batch(alerts)
        return count_queries(services.prepare, now(), limit=100)

    in_the_midst_of_moves()
    assert cost(3) == cost(60)
    assert DeliveryChange.objects.count() == 63


def test_a_pupil_of_no_class_is_named_without_one(classroom, care):
    alert = AlertFactory(student=StudentFactory(first_name="Yao", sex="M"))
    services.prepare(now(), limit=10)
    assert f"{classroom.group.school.name}: Yao est absent ce" in Delivery.objects.get(alert=alert).text
