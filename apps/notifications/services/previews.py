"""What a message would cost and look like before anybody sends it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from apps.gateways.api import Cost, cost_of, is_mobile
from apps.notifications.models import Alert
from apps.notifications.rules import (
    absence_texts,
    bulletin_texts,
    correction_texts,
    late_texts,
    wording_texts,
)
from apps.people.models import Guardian
from apps.schools.models import School

from .mailing import recipients
from .money import Spent, spent
from .routes import Routes
from .sending import alert_settings
from .wordings import as_sms, sample


@dataclass(frozen=True, slots=True)
class MailingPreview:
    """As it will be read, to how many, for how much, of what is left of the month's budget."""

    text: str
    cost: Cost
    guardians: int
    numbers: int
    price: int
    spent: Spent

    @property
    def francs(self) -> int:
        return self.numbers * self.cost.segments * self.price

    @property
    def is_too_dear(self) -> bool:
        return self.spent.left is not None and self.francs > self.spent.left


def price_of_sms(now: datetime) -> int:
    """Of a segment, by the school's first gateway, in francs. Two queries."""
    return Routes.of_school(now).price(alert_settings())


def mailing_preview(text: str, groups: Iterable[int], now: datetime) -> MailingPreview:
    """Six queries."""
    told = [guardian for guardian, _ in recipients(groups, now)]
    phones = Guardian.objects.filter(pk__in=told).values_list("phone", flat=True).order_by("pk")
    settings = alert_settings()
    return MailingPreview(
        text=as_sms([text]),
        cost=cost_of(as_sms([text])),
        guardians=len(told),
        numbers=len({phone for phone in phones if is_mobile(phone)}),
        price=Routes.of_school(now).price(settings),
        spent=spent(settings, now),
    )


@dataclass(frozen=True, slots=True)
class WordingPreview:
    """What a template gives of a pupil who does not exist."""

    text: str
    cost: Cost
    price: int

    @property
    def francs(self) -> int:
        return self.cost.segments * self.price


def wording_preview(kind: str, wording: str, school: School, now: datetime) -> WordingPreview:
    """Two queries. An empty template gives our own words."""
    told = sample(school)
    text = as_sms(wording_texts(wording, told) if wording else _OURS[kind](told))
    return WordingPreview(text, cost_of(text), Routes.of_school(now).price(alert_settings()))


_OURS = {
    Alert.Kind.ABSENCE: absence_texts,
    Alert.Kind.LATE: late_texts,
    Alert.Kind.BULLETIN: bulletin_texts,
    Alert.Kind.CORRECTION: lambda told: correction_texts(told, is_late=False),
}
WORDED = tuple(_OURS)
