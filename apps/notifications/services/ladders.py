"""The rule of each kind of fact in the school in scope: told or not, to whom, by which channels in turn."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from apps.accounts.models import Member
from apps.core.events import publish
from apps.notifications.events import WordingChanged
from apps.notifications.models import Alert, AlertRule, AlertSettings, Delivery, Rung

Kind, Channel = Alert.Kind, Delivery.Channel
Audience = AlertRule.Audience


@dataclass(frozen=True, slots=True)
class Step:
    """A channel, and how long what came before it has to be confirmed."""

    channel: str
    after: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Rule:
    """What a school does of a kind of fact."""

    is_on: bool = True
    audience: str = Audience.ALL
    ignores_quiet: bool = False
    wording: str = ""
    steps: tuple[Step, ...] = ()


BY_SMS = (Step(Channel.SMS),)
PRESETS = {
    Kind.ABSENCE: Rule(ignores_quiet=True, steps=BY_SMS),
    Kind.CORRECTION: Rule(ignores_quiet=True, steps=BY_SMS),
    Kind.LATE: Rule(),
    Kind.MAILING: Rule(steps=BY_SMS),
    Kind.BULLETIN: Rule(steps=BY_SMS),
}


def rules_of_school() -> dict[str, Rule]:
    """By kind; of what the school has no row, the preset. Two queries."""
    rungs = defaultdict(list)
    for rung in Rung.objects.order_by("position", "pk"):
        rungs[rung.rule_id].append(Step(rung.channel, timedelta(minutes=rung.after_minutes)))
    own = {
        row.kind: Rule(row.is_on, row.audience, row.ignores_quiet, row.wording, tuple(rungs[row.pk]))
        for row in AlertRule.objects.order_by("pk")
    }
    return PRESETS | own


@transaction.atomic
def set_up() -> None:
    """The rows that a school changes in its admin: its settings, a rule of each kind. Twice is once."""
    AlertSettings.objects.get_or_create()
    for kind, rule in PRESETS.items():
        row, is_new = AlertRule.objects.get_or_create(
            kind=kind, defaults={"ignores_quiet": rule.ignores_quiet, "audience": rule.audience}
        )
        if is_new:
            Rung.objects.bulk_create(
                Rung(rule=row, position=place, channel=step.channel)
                for place, step in enumerate(rule.steps, start=1)
            )


@transaction.atomic
def choose_wording(*, kind: str, wording: str, by: Member) -> None:
    """The school's own words for that kind; "" for ours."""
    set_up()
    AlertRule.objects.filter(kind=kind).update(wording=wording)
    publish(WordingChanged(kind=kind, by_id=by.pk))
