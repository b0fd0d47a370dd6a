"""A school's rules: which facts are told, whom, by which channels in turn, and when nobody is disturbed."""

from datetime import UTC, datetime, time, timedelta

import pytest

from apps.attendance.models import Absence, LateArrival
from apps.core.clock import now
from apps.gateways.api import Refused
from apps.notifications import services
from apps.notifications.models import Alert, AlertRule, AlertSettings, BadNumber, Delivery, Rung
from apps.notifications.rules import NotAWording, check_wording, quiet_ends
from tests.factories.accounts import MemberFactory
from tests.factories.notifications import AlertFactory
from tests.factories.people import GuardianshipFactory
from tests.notifications.test_services import prepare, tell

MINUTE = timedelta(minutes=1)
NO_SILENCE = {"quiet_from": time(0), "quiet_until": time(0)}


@pytest.fixture(autouse=True)
def mail(settings):
    settings.EMAIL_HOST = "127.0.0.1"


def due(**guardian) -> Alert:
    values = {"email": "mere@example.ci"} | guardian
    return AlertFactory(**{f"guardian__{name}": value for name, value in values.items()})


def channels(alert) -> list[str]:
    return list(alert.deliveries.order_by("pk").values_list("channel", flat=True))


def prepare_after(minutes: float) -> None:
    services.prepare(now() + minutes * MINUTE, limit=100)


def test_a_school_gets_its_rules_once(school):
    services.set_up()
    services.set_up()
    assert set(AlertRule.objects.values_list("kind", flat=True)) == set(Alert.Kind.values)
    assert AlertSettings.objects.count() == 1
    assert Rung.objects.filter(rule__kind="absence").get().channel == "sms"


def test_the_rows_say_what_a_school_without_rows_does(school):
    before = services.rules_of_school()
    services.set_up()
    assert services.rules_of_school() == before


def test_without_confirmation_the_next_channel_follows(school, ladder):
    ladder("absence", ("sms", 0), ("email", 10))
    alert = due()
    prepare_after(0)
    assert channels(alert) == ["sms"]
    prepare_after(9)
    assert channels(alert) == ["sms"]
    prepare_after(11)
    assert channels(alert) == ["sms", "email"]
    mail = alert.deliveries.get(channel="email")
    assert (mail.recipient, mail.segments) == ("mere@example.ci", 0)
    prepare_after(60)
    assert channels(alert) == ["sms", "email"]


@pytest.mark.parametrize("confirms", ["received", "read"])
def test_confirmed_nothing_follows(school, ladder, confirms):
    ladder("absence", ("sms", 0), ("email", 10))
    alert = due()
    prepare_after(0)
    if confirms == "received":
        Delivery.objects.update(state="delivered")
    else:
        Alert.objects.update(read_at=now())
    prepare_after(11)
    assert channels(alert) == ["sms"]
    alert.refresh_from_db()
    assert alert.climbs_at is None


def test_a_channel_that_failed_is_followed_at_once(school, ladder, peer):
    ladder("absence", ("sms", 0), ("email", 120))
    alert = due()
    prepare_after(0)
    peer.answers = [422]
    [leased] = services.lease([alert.deliveries.get().pk], now(), limit=1)
    services.record([(leased, Refused("no"))], now())
    prepare_after(0.1)
    assert channels(alert) == ["sms", "email"]


def test_who_reads_the_portal_costs_no_sms(school, ladder):
    ladder("absence", ("sms", 10))
    alert = due(member=MemberFactory())
    stranger = due()
    prepare_after(0)
    alert.refresh_from_db()
    assert (alert.state, channels(alert), channels(stranger)) == ("online", [], ["sms"])
    assert "absente" in alert.text
    Alert.objects.filter(pk=alert.pk).update(read_at=now())
    prepare_after(11)
    assert channels(alert) == []


def test_who_does_not_read_it_gets_the_sms(school, ladder):
    ladder("absence", ("sms", 10))
    alert = due(member=MemberFactory())
    prepare_after(0)
    prepare_after(11)
    alert.refresh_from_db()
    assert (alert.state, channels(alert)) == ("sent", ["sms"])


def test_a_channel_that_a_guardian_has_not_is_skipped(school, ladder):
    ladder("absence", ("email", 0), ("sms", 30))
    alert = due(email="")
    prepare_after(0)
    assert channels(alert) == ["sms"]


@pytest.mark.parametrize(
    ("guardian", "why"), [({"email": "", "phone": ""}, "no_email"), ({"phone": ""}, "no_mobile")]
)
def test_without_any_channel_vie_scolaire_reads_why(school, ladder, guardian, why):
    ladder("absence", *([("email", 0), ("sms", 0)] if why == "no_email" else [("sms", 0)]))
    alert = due(**guardian)
    prepare_after(0)
    alert.refresh_from_db()
    assert (alert.state, alert.why) == ("unsent", why)


def test_a_fact_without_channels_is_read_on_the_portal_only(school, ladder):
    ladder("absence")
    alert = due()
    prepare_after(0)
    alert.refresh_from_db()
    assert (alert.state, alert.why, channels(alert)) == ("online", "", [])


def test_sent_and_stale_it_climbs_no_more(school, ladder):
    ladder("absence", ("sms", 0), ("email", 10))
    alert = due()
    prepare_after(0)
    prepare_after(241)
    alert.refresh_from_db()
    assert (alert.state, channels(alert)) == ("sent", ["sms"])


def test_corrected_it_climbs_no_more(school, ladder):
    ladder("absence", ("sms", 0), ("email", 10))
    alert = due()
    prepare_after(0)
    Absence.objects.update(cancelled_at=now())
    prepare_after(11)
    assert channels(alert) == ["sms"]


def test_stale_and_unread_on_the_portal_it_is_listed_for_vie_scolaire(school, ladder):
    ladder("absence", ("sms", 10))
    alert, read = due(member=MemberFactory()), due(member=MemberFactory())
    prepare_after(0)
    Alert.objects.filter(pk=read.pk).update(read_at=now())
    prepare_after(241)
    alert.refresh_from_db()
    assert (alert.state, alert.why, channels(alert)) == ("unsent", "too_late", [])
    assert Alert.objects.failed().get() == alert


SHARED = "+2250700000001"


def both(minutes: float = 0) -> tuple[Alert, Alert]:
    """The two guardians of a child who share a phone, told of one absence in two passes."""
    first = due(member=MemberFactory(), phone=SHARED)
    prepare_after(0)
    second = due(member=MemberFactory(), phone=SHARED)
    Alert.objects.filter(pk=second.pk).update(key=first.key)
    prepare_after(minutes)
    return first, second


def test_unread_by_two_guardians_of_one_phone_it_is_sent_there_once(school, ladder):
    ladder("absence", ("sms", 10))
    first, second = both(minutes=0.2)
    prepare_after(12)
    assert (channels(first), channels(second)) == (["sms"], [])
    second.refresh_from_db()
    assert (second.state, second.why) == ("online", "same_number")
    assert second.text


def test_the_second_of_them_gets_the_e_mail_that_follows(school, ladder):
    ladder("absence", ("sms", 10), ("email", 10))
    first, second = both(minutes=0.2)
    prepare_after(12)
    assert (channels(first), channels(second)) == (["sms"], ["email"])


def test_what_went_by_e_mail_was_told_to_no_number(school, ladder):
    ladder("absence", ("email", 0), ("sms", 10))
    first = due(phone=SHARED)
    second = due(phone=SHARED, email="")
    Alert.objects.filter(pk=second.pk).update(key=first.key)
    prepare_after(0)
    assert (channels(first), channels(second)) == (["email"], ["sms"])


def test_a_number_that_nobody_has_is_written_to_no_more(school, ladder):
    alert = due(email="")
    BadNumber.objects.create(number=alert.guardian.phone, found_at=now())
    prepare_after(0)
    alert.refresh_from_db()
    assert (alert.state, alert.why) == ("unsent", "bad_number")


def test_a_fact_that_the_school_does_not_tell_tells_nobody(classroom, care, ladder):
    ladder("absence", ("sms", 0), is_on=False)
    classroom.call("a")
    tell()
    assert not Alert.objects.exists()


def test_a_rule_put_out_after_the_fact_cancels_what_waits(classroom, care, ladder):
    classroom.call("a")
    tell()
    ladder("absence", ("sms", 0), is_on=False)
    prepare()
    assert (Alert.objects.get().state, Alert.objects.get().why) == ("cancelled", "rule_off")


def test_only_the_first_who_has_a_mobile_is_told_where_the_school_says_so(classroom, ladder):
    ladder("absence", ("sms", 0), audience="first")
    GuardianshipFactory(student=classroom.pupils[0], guardian__phone="+2252722405060")
    wrong = GuardianshipFactory(student=classroom.pupils[0]).guardian
    BadNumber.objects.create(number=wrong.phone, found_at=now())
    right = GuardianshipFactory(student=classroom.pupils[0]).guardian
    GuardianshipFactory(student=classroom.pupils[0])
    classroom.call("a")
    tell()
    assert Alert.objects.get().guardian == right


def test_a_late_arrival_is_read_on_the_portal_and_by_sms_where_the_school_pays_for_it(
    classroom, care, ladder
):
    AlertSettings.objects.create(**NO_SILENCE)
    ladder("late", ("sms", 0))
    classroom.call("l")
    late = LateArrival.objects.get()
    for _ in range(2):
        services.tell_of_late_arrival(late_arrival_id=late.pk, recorded_at=now(), now=now())
    prepare()
    assert "Aya" in Delivery.objects.get().text
    assert "est arrivée en retard" in Delivery.objects.get().text
    assert "(10 min)" in Delivery.objects.get().text


def test_a_late_arrival_that_was_a_mistake_tells_nobody(classroom, care, ladder):
    ladder("late", ("sms", 0))
    classroom.call("l")
    late = LateArrival.objects.get()
    services.tell_of_late_arrival(late_arrival_id=late.pk, recorded_at=now(), now=now())
    classroom.call("p")
    prepare()
    assert Alert.objects.get().why == "not_true"
    services.tell_of_late_arrival(late_arrival_id=late.pk, recorded_at=now(), now=now())
    assert Alert.objects.count() == 1


# Silence

EVENING, NIGHT, MORNING, NOON = (
    datetime(2026, 11, 24, *clock, tzinfo=UTC) for clock in ((21, 0), (2, 0), (6, 30), (12, 0))
)


@pytest.mark.parametrize(
    ("instant", "ends"),
    [
        (EVENING, datetime(2026, 11, 25, 6, 30, tzinfo=UTC)),
        (NIGHT, datetime(2026, 11, 24, 6, 30, tzinfo=UTC)),
        (MORNING, None),
        (NOON, None),
    ],
)
def test_silence_spans_the_night(instant, ends):
    assert quiet_ends(instant, time(20), time(6, 30)) == ends


def test_silence_may_be_at_noon_or_never():
    assert quiet_ends(NOON, time(11), time(13)) == NOON.replace(hour=13)
    assert quiet_ends(NIGHT, time(11), time(13)) is None
    assert quiet_ends(NIGHT, time(8), time(8)) is None


@pytest.mark.parametrize(("kind", "state"), [("absence", "sent"), ("mailing", "waiting")])
def test_absences_alone_break_the_silence(school, kind, state):
    AlertSettings.objects.create()
    alert = AlertFactory(kind=kind, text="Bonjour", due_at=EVENING, created_at=EVENING)
    services.prepare(EVENING, limit=10)
    alert.refresh_from_db()
    assert alert.state == state
    if state == "waiting":
        assert alert.due_at == datetime(2026, 11, 25, 6, 30, tzinfo=UTC)


def test_the_next_channel_respects_the_silence_too_and_is_not_late_for_it(school, ladder):
    AlertSettings.objects.create()
    ladder("mailing", ("sms", 60), ignores_quiet=False)
    told = datetime(2026, 11, 24, 19, 30, tzinfo=UTC)
    alert = AlertFactory(
        kind="mailing", text="Bonjour", due_at=told, created_at=told, guardian__member=MemberFactory()
    )
    for at in (told, told + 61 * MINUTE):
        services.prepare(at, limit=10)
    alert.refresh_from_db()
    morning = datetime(2026, 11, 25, 6, 30, tzinfo=UTC)
    assert (alert.state, alert.climbs_at, channels(alert)) == ("online", morning, [])
    services.prepare(morning, limit=10)
    assert channels(alert) == ["sms"]
    assert services.lease([alert.deliveries.get().pk], morning, limit=1)


# Templates


def test_a_school_s_own_words_are_used(classroom, care, ladder):
    ladder(
        "absence", ("sms", 0), wording="{etablissement} : {prenom} {classe} {absent} le {jour}, {debut}-{fin}"
    )
    classroom.call("a")
    tell()
    prepare()
    text = Delivery.objects.get().text
    assert text.startswith(f"{classroom.group.school.name} : Aya {classroom.group.name} absente le ")
    assert text.endswith("7h30-8h25")


@pytest.mark.parametrize(
    ("wording", "said"),
    [
        ("{motif}", "« {motif} » n’existe pas"),
        ("{eleve.pk}", "n’existe pas"),
        ("{eleve!r}", "n’existe pas"),
        ("{eleve:>999999}", "n’existe pas"),
        ("{}", "n’existe pas"),
        ("{eleve", "accolade"),
    ],
)
def test_a_template_says_nothing_that_does_not_exist(wording, said):
    with pytest.raises(NotAWording, match=said):
        check_wording(wording)


def test_braces_may_be_left_out():
    check_wording("Absence de {eleve}")
    check_wording("")
