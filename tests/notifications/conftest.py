"""A class whose roll is taken, its guardians, a gateway on the loopback, and a worker."""

from collections.abc import Callable

import django_rq
import pytest
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from apps.accounts.models import Role
from apps.core import events
from apps.notifications.models import AlertRule, AlertSettings, Rung
from tests.attendance.conftest import classroom, educator  # noqa: F401 fixtures
from tests.conftest import Browser, outside_any_school
from tests.factories.accounts import MemberFactory
from tests.factories.people import GuardianshipFactory
from tests.gateways.conftest import peer  # noqa: F401 a fixture


@pytest.fixture
def no_grace(school) -> AlertSettings:
    """This school's alerts are due at once."""
    return AlertSettings.objects.create(grace_minutes=0)


@pytest.fixture
def ladder(school) -> Callable[..., AlertRule]:
    """`ladder("absence", ("sms", 0), ("email", 10))`: that kind's channels, each after so many minutes."""

    def build(kind: str, *rungs: tuple[str, int], **values) -> AlertRule:
        rule = AlertRule.objects.create(kind=kind, **{"ignores_quiet": True} | values)
        for position, (channel, minutes) in enumerate(rungs):
            Rung.objects.create(rule=rule, position=position, channel=channel, after_minutes=minutes)
        return rule

    return build


@pytest.fixture
def as_(client) -> Callable[[Role], Browser]:
    """`as_(Role.PRINCIPAL)`: a browser where such a member has signed in."""

    def sign_in(role: Role) -> Browser:
        client.force_login(MemberFactory(roles=[role]).user)
        return client

    return sign_in


@pytest.fixture
def care(classroom):  # noqa: F811 the fixture
    """The mother of the first pupil."""
    return GuardianshipFactory(student=classroom.pupils[0])


@pytest.fixture
def relay() -> Callable[[], int]:
    def run() -> int:
        with outside_any_school():
            return events.relay()

    return run


@pytest.fixture
def queue():
    queue = django_rq.get_queue("alerts")
    queue.empty()
    yield queue
    queue.empty()


@pytest.fixture
def work(queue) -> Callable[..., None]:
    """A worker does all that is queued: of the alerts, or of another queue by its name."""

    def run(name: str = "alerts") -> None:
        with outside_any_school():
            served = django_rq.get_queue(name)
            SimpleWorker([served], connection=served.connection, serializer=JSONSerializer).work(burst=True)

    return run
