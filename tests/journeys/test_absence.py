"""A roll call taken on a phone becomes an SMS to the parent, and a line on her page."""

import time
from contextlib import ExitStack
from datetime import timedelta

import pytest

from apps.accounts.models import Role
from apps.attendance.models import Absence
from apps.core.clock import now, today
from apps.core.tenancy import in_school
from apps.notifications.models import AlertSettings
from tests.gateways.peer import TOKEN, running_peer
from tests.journeys.conftest import sign_in
from tests.processes import running, wait_until

pytestmark = pytest.mark.browser


def test_a_pupil_found_absent_is_announced_within_ten_seconds(school, world, web, phone, tmp_path):
    with in_school(school.pk):
        AlertSettings.objects.create(grace_minutes=0)
        Absence.objects.all().delete()
    hour = f"/{school.slug}/appel/{world.course.group_id}/{today()}/1000-1055/"
    with running_peer() as gateway:
        sms = {"SMS_GATEWAY": "http", "SMS_HTTP_URL": gateway.url, "SMS_HTTP_TOKEN": TOKEN}
        with ExitStack() as stack:
            for command in (["rqworker", "alerts", "default", "bulk"], ["relay"], ["sweep"]):
                log = tmp_path / f"{command[0]}.log"
                stack.enter_context(running("manage.py", *command, log=log, **sms))
            sign_in(phone, web, world.members[Role.TEACHER].user.username, hour)
            phone.get_by_role("button", name=world.student.last_name, exact=False).first.click()
            phone.get_by_role("button", name="Terminer l’appel").click()
            phone.get_by_role("button", name="Corriger l’appel").wait_for()
            began = time.perf_counter()
            wait_until(lambda: told_absent(gateway))
            print(f"from the acknowledged roll to the gateway: {time.perf_counter() - began:.1f} s")  # noqa: T201
            time.sleep(1)
    [message] = told_absent(gateway)
    assert message["to"] == world.guardian.phone
    assert world.student.first_name in message["text"]
    with in_school(school.pk):
        absence = Absence.objects.get(student=world.student)
        assert now() - absence.recorded_at < timedelta(minutes=2)


def told_absent(gateway) -> list[dict]:
    """Not what else this school has to tell: a bulletin is published too."""
    return [message for message in gateway.received if "absente" in message["text"]]
