"""What becomes of an alert when a reason is given, outlasted, or the pupil was not expected at all."""

from datetime import time

import pytest

from apps.accounts.models import Role
from apps.attendance import services as attendance
from apps.attendance.api import Outcome, facts_of
from apps.attendance.models import Absence, Excusal
from apps.attendance.rules import Period, Span
from apps.attendance.services import Excuse, Said
from apps.core.clock import now, today
from apps.notifications.models import Alert, Delivery
from tests.attendance.conftest import SLOTS
from tests.conftest import soup
from tests.factories.accounts import MemberFactory
from tests.factories.attendance import JustificationFactory, ReasonFactory

from .test_services import amended, prepare, tell


@pytest.fixture
def justify(classroom, educator):
    """The first pupil is justified for these hours of today; None for the whole day."""

    def justified(hours: Span | None = None) -> None:
        times = (hours.starts_at, hours.ends_at) if hours else ()
        attendance.write_justification(
            student_id=classroom.pupils[0].pk,
            said=Said(Period(today(), today(), *times), ReasonFactory()),
            by=educator,
            at=now(),
        )

    return justified


def test_an_absence_justified_before_it_is_due_alarms_nobody(classroom, care, justify):
    classroom.call("a")
    tell()
    justify()
    amended()
    prepare()
    assert Alert.objects.get().state == "cancelled"
    assert not Delivery.objects.exists()


def test_an_absence_that_was_announced_alarms_nobody(classroom, care, justify):
    justify()
    classroom.call("a")
    tell()
    assert not Alert.objects.exists()


def test_an_absence_that_outlasts_its_reason_is_told_after_all(classroom, care, justify):
    classroom.call("a")
    tell()
    justify(SLOTS[0])
    amended()
    assert Alert.objects.get().state == "cancelled"
    classroom.call("a", hour=1)
    tell(recorded_at=now())
    tell(recorded_at=now())
    assert Alert.objects.get().state == "waiting"
    prepare()
    assert "8h25" not in Delivery.objects.get().text
    assert "9h20" in Delivery.objects.get().text


def test_what_was_told_before_is_not_told_again(classroom, care, justify):
    classroom.call("a")
    tell()
    prepare()
    Delivery.objects.update(state="accepted")
    justify(SLOTS[0])
    amended()
    classroom.call("a", hour=1)
    tell(recorded_at=now())
    prepare()
    assert Delivery.objects.count() == 1


def test_who_was_not_expected_is_said_not_to_have_been(classroom, care, educator):
    classroom.call("a")
    tell()
    prepare()
    Delivery.objects.update(state="accepted")
    why = Excuse(Excusal.Kind.LEFT_EARLY, today(), today(), Span(time(7), time(20)))
    attendance.excuse(student_id=care.student_id, why=why, by=educator, at=now())
    absence = Absence.objects.get()
    assert facts_of([absence.pk])[absence.pk].outcome is Outcome.EXCUSED
    amended()
    prepare()
    assert "pas attendue en cours" in Delivery.objects.latest("pk").text


def test_a_guardian_justifies_from_the_alert_while_there_is_something_to_say(
    client, classroom, care, path_to, guardian_of
):
    client.force_login(guardian_of(care))
    classroom.call("a")
    tell()
    prepare()
    page = path_to("notifications:received")
    form = f"{path_to('attendance:justify', care.student_id)}?absence={Absence.objects.get().pk}"
    assert soup(client.get(page)).find("a", href=form)
    assert client.get(form).status_code == 200
    given = JustificationFactory(student=care.student)
    assert not soup(client.get(page)).find("a", href=form)
    given.delete()
    care.may_justify = False
    care.save()
    assert not soup(client.get(page)).find("a", href=form)


@pytest.fixture
def guardian_of():
    """The user of a guardian, who may sign in from now on."""

    def user_of(care):
        care.guardian.member = MemberFactory(roles=[Role.GUARDIAN])
        care.guardian.save()
        return care.guardian.member.user

    return user_of
