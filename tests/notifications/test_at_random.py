"""Whatever happens to a morning's absences and to what tells of them: no silence, no lie left, no double.

Simulated time, an operator that fails in every way, facts told twice and in any order. A hundred mornings by
hand: EDUCONNECT_CAMPAIGN=100 ./deploy/test tests/notifications/test_at_random.py
"""

import random
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from django.db import transaction

from apps.attendance import services as attendance
from apps.attendance.api import Outcome, facts_of
from apps.attendance.models import Absence, Excusal
from apps.core.clock import today
from apps.core.models import RecordedEvent
from apps.gateways.api import Accepted, Ambiguous, Refused, Unreachable
from apps.gateways.api import Receipt as Brought
from apps.notifications import services
from apps.notifications.models import Alert, AlertSettings, Delivery
from apps.notifications.rules import FAILED, LEFT
from apps.notifications.services import Lapsed, Leased, NeverLeft, Result
from tests.attendance.conftest import SLOTS, classroom_of
from tests.factories.accounts import MemberFactory
from tests.factories.notifications import SmsGatewayFactory
from tests.factories.people import GuardianFactory, GuardianshipFactory
from tests.faults.results import seed_of, size

NAMES = ("Awa", "Binta", "Doria", "Esther")
HERE = "http://127.0.0.1:9/"
OPERATORS = (
    {"kind": "orange", "url": HERE},  # only receipts tell
    {"kind": "http", "url": HERE, "status_url": HERE},  # it answers
    {"kind": "http", "url": HERE, "knows_references": True},
)
SINS = ("", "", "", "silent after", "silent before", "refuses", "away", "dead before", "dead after", "lapsed")
FACTS = ("attendance.AbsenceRecorded", "attendance.AbsenceAmended")


class Operator:
    """What it took, and what it will say of it."""

    def __init__(self, rng: random.Random, *, knows_references: bool) -> None:
        self.rng, self.knows_references = rng, knows_references
        self.took: list[Leased] = []
        self.numbers: dict = {}
        self.to_say: list[Brought] = []

    def take(self, message: Leased) -> Accepted:
        known = self.numbers.get(message.reference)
        if known and self.knows_references:
            return Accepted(known)
        number = f"op-{len(self.took)}"
        self.took.append(message)
        self.numbers.setdefault(message.reference, number)
        if self.rng.random() < 0.6:
            word = self.rng.choice(["delivered", "delivered", "undelivered"])
            self.to_say.append(Brought(word, provider_reference=number, recipient=message.recipient))
        return Accepted(number)

    def answer(self, message: Leased, sin: str) -> Result | None:
        """None when whoever asked is dead by then."""
        if message.asks_first and message.reference in self.numbers:
            return Accepted(self.numbers[message.reference])
        if message.asks_first and not message.may_send:
            return NeverLeft()
        taken = self.take(message) if sin in ("", "silent after", "dead after") else None
        away = Ambiguous("503") if message.doubt_stays else Unreachable("503")
        return {
            "": taken, "silent after": Ambiguous("silence"), "silent before": Ambiguous("silence"),
            "refuses": Refused("no"), "away": away, "lapsed": Lapsed(),
        }.get(sin)  # fmt: skip

    def texts_to(self, phone: str, name: str) -> list[str]:
        return [one.text for one in self.took if one.recipient == phone and name in one.text]


class Morning:
    """A class of four, three guardians of whom two share a number, and all that may happen."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.room = classroom_of(len(NAMES))
        for pupil, name in zip(self.room.pupils, NAMES, strict=True):
            pupil.first_name = name
            pupil.save()
        one, two, three = GuardianFactory.create_batch(3)
        three.phone = one.phone
        three.save()
        self.told = dict(zip(self.room.pupils, [[one], [one, two], [two, three], [three, one]], strict=True))
        for pupil, guardians in self.told.items():
            for guardian in guardians:
                GuardianshipFactory(student=pupil, guardian=guardian)
        self.gateway = SmsGatewayFactory(**rng.choice(OPERATORS))
        self.operator = Operator(rng, knows_references=self.gateway.knows_references)
        AlertSettings.objects.create(digest_minutes=rng.choice([0, 5]))
        self.by, self.now = MemberFactory(), datetime.combine(today(), time(8), tzinfo=UTC)
        self.heard: set[int] = set()
        school = [self.call, self.justify, self.take_the_reason_back, self.cancel, self.excuse, self.expect]
        sending = [self.relay, self.prepare, self.carry, self.wait] * 4 + [self.hear] * 2 + [self.again]
        self.verbs: list[Callable[[], None]] = school + sending

    def step(self) -> None:
        self.rng.choice(self.verbs)()

    @property
    def signed(self) -> dict:
        return {"by": self.by, "at": self.now}

    def some_absence(self) -> list[int]:
        found = list(Absence.objects.standing().order_by("pk").values_list("pk", flat=True))
        return [self.rng.choice(found)] if found else []

    def call(self) -> None:
        self.room.call("".join(self.rng.choice("ppaaal") for _ in NAMES), self.rng.randrange(4), at=self.now)

    def justify(self) -> None:
        for pk in self.some_absence():
            attendance.justify_absence(absence_id=pk, reason="Vu", **self.signed)

    def take_the_reason_back(self) -> None:
        for pk in self.some_absence():
            attendance.withdraw_justification(absence_id=pk, **self.signed)

    def cancel(self) -> None:
        for pk in self.some_absence():
            attendance.cancel_absence(absence_id=pk, **self.signed)

    def excuse(self) -> None:
        hours, pupil = self.rng.choice(SLOTS[:4]), self.rng.choice(self.room.pupils)
        why = attendance.Excuse(Excusal.Kind.INFIRMARY, today(), today(), hours)
        attendance.excuse(student_id=pupil.pk, why=why, **self.signed)

    def expect(self) -> None:
        for excusal in Excusal.objects.standing().order_by("pk")[:1]:
            attendance.withdraw_excusal(excusal_id=excusal.pk, **self.signed)

    def relay(self, share: float = 0.5) -> None:
        """Some of the facts that wait, in any order, and some that were told before."""
        for fact in sorted(RecordedEvent.objects.filter(name__in=FACTS), key=lambda _: self.rng.random()):
            if self.rng.random() < (0.1 if fact.pk in self.heard else share):
                self.heard.add(fact.pk)
                self.tell(fact)

    def tell(self, fact: RecordedEvent) -> None:
        about = {"absence_id": fact.payload["absence_id"], "now": self.now}
        if at := fact.payload.get("recorded_at"):
            services.tell_of_absence(recorded_at=datetime.fromisoformat(at), **about)
        else:
            services.correct(**about)

    def prepare(self) -> None:
        services.settle_receipts(self.now)
        services.prepare(self.now, limit=self.rng.choice([1, 2, 100]))

    def carry(self, sins: tuple[str, ...] = SINS) -> None:
        waiting = list(Delivery.objects.unfinished(self.now).values_list("pk", flat=True))
        leased = services.lease(waiting, self.now, limit=self.rng.choice([1, 2, 50]))
        answers = [(one, self.operator.answer(one, self.rng.choice(sins))) for one in leased]
        self.now += timedelta(seconds=self.rng.randrange(15))
        services.record([(one, answer) for one, answer in answers if answer], self.now)

    def hear(self) -> None:
        if self.operator.to_say:
            said = self.operator.to_say.pop(self.rng.randrange(len(self.operator.to_say)))
            services.hear(gateway=self.gateway, receipts=[said], now=self.now)

    def wait(self) -> None:
        self.now += timedelta(seconds=self.rng.choice([5, 30, 60, 200, 400]))

    def again(self) -> None:
        for alert in Alert.objects.failed().order_by("pk")[:1]:
            services.send_again(alert_ids=[alert.pk], by=self.by, now=self.now)

    def end(self) -> None:
        """Everything is told, tried, heard, until nothing waits any more."""
        for _ in range(15):
            self.relay(share=1)
            services.settle_receipts(self.now)
            services.prepare(self.now, limit=100)
            self.carry(sins=("",))
            while self.operator.to_say:
                self.hear()
            self.now += timedelta(minutes=20)

    def check(self) -> None:
        assert not Delivery.objects.filter(state__in=["created", "sending"]).exists()
        taken: dict = defaultdict(int)
        for one in self.operator.took:
            taken[one.reference] += 1
        doubled = [reference for reference, times in taken.items() if times > 1]
        assert not Delivery.objects.filter(reference__in=doubled, may_be_double=False).exists()
        facts = facts_of(Absence.objects.order_by("pk").values_list("pk", flat=True))
        for pupil, guardians in self.told.items():
            for fact in (one for one in facts.values() if one.student_id == pupil.pk):
                for guardian in guardians:
                    if fact.outcome is Outcome.STANDING:
                        self.is_told(fact.pk, guardian, pupil.first_name)
                    elif not fact.outcome.is_an_absence:
                        self.is_put_right(fact.pk, guardian)

    def is_told(self, absence_id: int, guardian, name: str) -> None:
        """By a message, or vie scolaire reads that she was not."""
        key = f"absence:{absence_id}"
        assert Alert.objects.get(guardian=guardian, key=key).state not in ("waiting", "cancelled")
        of_the_number = Alert.objects.failed().filter(key=key, guardian__phone=guardian.phone)
        assert self.operator.texts_to(guardian.phone, name) or of_the_number.exists()

    def is_put_right(self, absence_id: int, guardian) -> None:
        """If she was told what is not so."""
        alert = Alert.objects.filter(guardian=guardian, key=f"absence:{absence_id}").first()
        if alert and Delivery.objects.filter(alert=alert.lead_id or alert.pk, state__in=LEFT).exists():
            corrections = Alert.objects.with_its_latest().filter(guardian=guardian)
            correction = corrections.get(key=f"correction:{absence_id}")
            is_listed = correction.state == "unsent" or correction.why == "same_number"
            assert is_listed or correction.latest in LEFT | FAILED


def test_families_know_what_is_so(school, request):
    rng = random.Random(seed_of(request))
    for _ in range(size(1)):
        with transaction.atomic():
            morning = Morning(rng)
            for _ in range(60):
                morning.step()
            morning.end()
            morning.check()
            transaction.set_rollback(True)
