"""By which gateway a delivery goes: the school's first, its second when that is down, or the platform's."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from apps.core.tenancy import current_school_id
from apps.gateways.api import Account, CannotUnseal, Doubt, doubt_of, mail_account, platform_account
from apps.notifications.models import AlertSettings, Delivery, SmsGateway
from apps.schools.models import School

DOWN = timedelta(minutes=1)  # a gateway that could not be reached is not tried first again before
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Route:
    """An account, whose row it is (None: the platform's), and how its doubts are lifted."""

    gateway: SmsGateway | None
    account: Account
    doubt: Doubt

    def price(self, settings: AlertSettings) -> int:
        """Of a segment, in francs."""
        return self.gateway.price if self.gateway else settings.sms_price


class Routes:
    """Those of the school in scope, in their order. One query."""

    def __init__(self, gateways: list[SmsGateway], now: datetime) -> None:
        self.now = now
        self.known = {one.pk: route for one in gateways if (route := _route(one))}
        self.chain = [route for route in self.known.values() if route.gateway.is_active]
        self.changed: dict[int, SmsGateway] = {}

    @classmethod
    def of_school(cls, now: datetime) -> "Routes":
        return cls(list(SmsGateway.objects.order_by("rank")), now)

    def of(self, delivery: Delivery) -> Route | None:
        """The one it is with already, if it may be there; else the first that is up, else the first.

        None for a doubt that no other could lift: the secret of the gateway that may have it is lost.
        """
        if delivery.channel == Delivery.Channel.EMAIL:
            return self._by_mail
        known = self.known.get(delivery.gateway_id)
        if known and (delivery.in_doubt or known.gateway.is_active):
            return known
        if delivery.in_doubt:
            return None if delivery.gateway_id else _platform_route()
        if not self.chain:
            return _platform_route()
        return next((route for route in self.chain if self._is_up(route.gateway)), self.chain[0])

    def price(self, settings: AlertSettings) -> int:
        """Of a segment by the first of them, in francs."""
        return (self.chain[0] if self.chain else _platform_route()).price(settings)

    @cached_property
    def _by_mail(self) -> Route:
        account = mail_account(School.objects.get(pk=current_school_id()).name)
        return Route(None, account, doubt_of(account))

    def after(self, delivery: Delivery) -> SmsGateway | None:
        """The gateway that a delivery falls over to."""
        places = [route.gateway.pk for route in self.chain]
        if delivery.gateway_id not in places[:-1]:
            return None
        return self.chain[places.index(delivery.gateway_id) + 1].gateway

    def is_down(self, delivery: Delivery) -> None:
        """It could not be reached: for a minute, the other one is tried first."""
        if route := self.known.get(delivery.gateway_id):
            route.gateway.down_until = self.now + DOWN
            self.changed[route.gateway.pk] = route.gateway

    def save(self) -> None:
        for gateway in self.changed.values():
            gateway.save(update_fields=["down_until"])

    def _is_up(self, gateway: SmsGateway) -> bool:
        return not gateway.down_until or gateway.down_until <= self.now


def _route(gateway: SmsGateway) -> Route | None:
    try:
        account = gateway.account()
    except CannotUnseal:
        logger.error("The secret of gateway %s is to be typed again", gateway.pk)
        return None
    return Route(gateway, account, doubt_of(account))


def _platform_route() -> Route:
    account = platform_account()
    return Route(None, account, doubt_of(account))
