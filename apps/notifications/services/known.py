"""What is known of due alerts before anything is decided: read at once, in a constant number of queries."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.timezone import localdate

from apps.attendance.api import facts_of, late_facts_of
from apps.notifications.models import Alert, AlertSettings, BadNumber, Delivery
from apps.notifications.rules import FAILED
from apps.people.models import Guardian
from apps.reports.api import terms_of_bulletins

from .ladders import rules_of_school
from .sending import alert_settings
from .telling import absence_key
from .wordings import BulletinFact, Fact, Words

OF_AN_ABSENCE = {Alert.Kind.ABSENCE, Alert.Kind.CORRECTION}
GATHERED = {Alert.Kind.ABSENCE, Alert.Kind.LATE, Alert.Kind.BULLETIN}  # several make a digest


@dataclass
class Known:
    """The school's rules and words, and of these alerts: their facts, and what was sent of them already."""

    alerts: list[Alert]
    now: datetime

    def __post_init__(self) -> None:
        self.settings: AlertSettings = alert_settings()
        self.rules = rules_of_school()
        self.followers = self._read_followers()
        self.soon = self._read_soon()
        self.facts = self._read_facts([*self.known, *self.soon])
        self.words = Words.about((fact for fact in self.facts.values() if fact), self.rules)
        self.tries, self.told = self._read_tries()

    def _read_followers(self) -> dict[int, list[Alert]]:
        """Those that a climbing alert speaks for too, locked as it is."""
        leads = [alert.pk for alert in self.alerts if alert.climbs_at]
        found: dict[int, list[Alert]] = defaultdict(list)
        if leads:
            rows = Alert.objects.filter(lead__in=leads).select_related("guardian", "student").order_by("pk")
            for follower in rows.select_for_update(of=["self"]):
                found[follower.lead_id].append(follower)
        return found

    @property
    def known(self) -> list[Alert]:
        """All that may change: those looked at, and those that they speak for."""
        return [*self.alerts, *(one for some in self.followers.values() for one in some)]

    def _read_soon(self) -> list[Alert]:
        """Those of the same guardians that are due within the time of a digest."""
        waiting = {alert.guardian_id for alert in self.alerts if alert.kind in GATHERED}
        if not waiting or not self.settings.digest_minutes:
            return []
        soon = Alert.objects.filter(
            state=Alert.State.WAITING, kind__in=GATHERED, guardian__in=waiting,
            due_at__gt=self.now, due_at__lte=self.now + self.settings.digest,
        )  # fmt: skip
        return list(soon.order_by("due_at", "pk"))

    def _read_facts(self, alerts: list[Alert]) -> dict[str, Fact | None]:
        """By key."""
        absences = facts_of({alert.subject_id for alert in alerts if alert.kind in OF_AN_ABSENCE})
        late = late_facts_of({alert.subject_id for alert in alerts if alert.kind == Alert.Kind.LATE})
        bulletins = _bulletins([alert for alert in alerts if alert.kind == Alert.Kind.BULLETIN])
        return bulletins | {
            alert.key: (late if alert.kind == Alert.Kind.LATE else absences).get(alert.subject_id)
            for alert in alerts
            if alert.kind != Alert.Kind.BULLETIN
        }

    def _read_tries(self) -> tuple[dict[tuple, list[Delivery]], set[tuple]]:
        """The deliveries of each guardian about each fact; and which number was told of which."""
        keys = {alert.key for alert in self.known}
        keys |= {absence_key(alert.subject_id) for alert in self.alerts if alert.kind in OF_AN_ABSENCE}
        phones = {alert.guardian.phone for alert in self.alerts} - {""}
        sharing = set(Guardian.objects.filter(phone__in=phones).values_list("pk", flat=True))
        guardians = sharing | {alert.guardian_id for alert in self.alerts}
        related = list(Alert.objects.filter(key__in=keys, guardian__in=guardians).order_by("pk"))
        made: dict[int, list[Delivery]] = defaultdict(list)
        tellers = {alert.lead_id or alert.pk for alert in related}
        for delivery in Delivery.objects.filter(alert__in=tellers).order_by("pk"):
            made[delivery.alert_id].append(delivery)
        tries = {(alert.guardian_id, alert.key): made[alert.lead_id or alert.pk] for alert in related}
        told = {
            (alert.key, delivery.recipient)
            for alert in related
            for delivery in made[alert.lead_id or alert.pk]
            if delivery.state not in FAILED | {Delivery.State.CANCELLED}
        }
        return tries, told

    @cached_property
    def bad_numbers(self) -> set[str]:
        phones = {alert.guardian.phone for alert in self.alerts if alert.guardian}
        return set(BadNumber.objects.filter(number__in=phones).values_list("number", flat=True))


def _bulletins(alerts: list[Alert]) -> dict[str, BulletinFact | None]:
    """By key; None of one that families read no more."""
    terms = terms_of_bulletins({alert.subject_id for alert in alerts})
    found: dict[str, BulletinFact | None] = {}
    for alert in alerts:
        term = terms.get((alert.subject_id, alert.student_id))
        found[alert.key] = term and BulletinFact(alert.student_id, localdate(alert.created_at), term)
    return found
