from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from apps.core import events
from apps.core.clock import now, today
from apps.gateways.api import seal
from apps.notifications.events import AlertsMoved
from apps.notifications.models import Alert, Delivery, SmsGateway
from apps.notifications.services import new_receipts_key

from .attendance import AbsenceFactory
from .people import GuardianFactory, StudentFactory


class AlertFactory(DjangoModelFactory):
    """An alert that is due, for an absence of today that stands."""

    class Meta:
        model = Alert

    class Params:
        absence = factory.SubFactory(
            AbsenceFactory, student=factory.SelfAttribute("..student"), held_on=factory.LazyFunction(today)
        )

    guardian = factory.SubFactory(GuardianFactory)
    student = factory.SubFactory(StudentFactory)
    kind = Alert.Kind.ABSENCE
    key = factory.LazyAttribute(lambda alert: f"absence:{alert.absence.pk}")
    due_at = factory.LazyFunction(lambda: now() - timedelta(seconds=1))
    created_at = factory.LazyFunction(now)


class DeliveryFactory(DjangoModelFactory):
    """A delivery that waits for a worker."""

    class Meta:
        model = Delivery

    alert = factory.SubFactory(AlertFactory, state=Alert.State.SENT)
    recipient = factory.SelfAttribute("alert.guardian.phone")
    text = "Aya est absente ce 24/11 de 7h30 à 8h25."
    next_try_at = factory.LazyFunction(now)
    created_at = factory.LazyFunction(now)
    updated_at = factory.LazyFunction(now)


class SmsGatewayFactory(DjangoModelFactory):
    """An operator of a school's own: Orange's, at the address that a test gives."""

    class Meta:
        model = SmsGateway
        exclude = ["secret", "signing_key"]

    secret, signing_key = "edu-secret", ""
    rank = SmsGateway.Rank.FIRST
    kind = SmsGateway.Kind.ORANGE
    client_id = "edu-client"
    sender = "SteAnne"
    sender_number = "+2250700000000"
    receipts_at = factory.LazyFunction(lambda: f"https://portail.ci/alertes/accuses/{new_receipts_key()}/")
    sealed_secret = factory.LazyAttribute(lambda gateway: seal(gateway.secret))
    sealed_signing_key = factory.LazyAttribute(
        lambda gateway: seal(gateway.signing_key) if gateway.signing_key else ""
    )


def in_the_midst_of_moves() -> None:
    """Boards are about to hear that alerts moved: whoever moves others has nothing to announce."""
    events.publish(AlertsMoved(), due_at=now() + timedelta(hours=1))
