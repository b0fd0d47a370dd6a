"""What became of the alerts of a day: in all, and for each absence that was told."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from apps.notifications.models import Alert, Delivery
from apps.notifications.rules import absence_key

from .alerts import DECIDED, Fate, fate_of, row_of, tries_latest_first, why_of

BEST = (Fate.LEFT, Fate.WAITING, Fate.FAILED, Fate.CANCELLED)  # of several guardians', the one to show


@dataclass(frozen=True, slots=True)
class FateCount:
    """How many alerts came to that, and why, most often first."""

    fate: str
    count: int
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """The best that became of an absence's alerts; `at` is when it was so, or when it leaves."""

    alert_id: int
    fate: str
    word: str
    why: str
    at: datetime


def alerts_of_day(on: date) -> list[FateCount]:
    """Those created that day, what is sent in number aside, in the order of BEST. One query."""
    details = Delivery.objects.filter(alert=OuterRef("teller")).order_by("-pk").values("detail")[:1]
    rows = (
        Alert.objects.of_day(on).exclude(kind__in=[Alert.Kind.MAILING, Alert.Kind.BULLETIN]).with_its_latest()
    )
    rows = rows.annotate(detail=Coalesce(Subquery(details), Value("")))
    counts: dict[Fate, Counter[str]] = {fate: Counter() for fate in BEST}
    grouped = rows.order_by().values_list("state", "latest", "why", "detail").annotate(Count("pk"))
    for state, latest, why, detail, count in grouped:
        counts[fate_of(state, latest)][why_of(why, detail if state in DECIDED else "")] += count
    return [
        FateCount(fate.value, found.total(), tuple((why, n) for why, n in found.most_common() if why))
        for fate, found in counts.items()
        if found
    ]


def told_of_absences(absence_ids: Iterable[int]) -> dict[int, Told]:
    """By absence id; of some nothing was told. Three queries."""
    keys = {absence_key(pk): pk for pk in absence_ids}
    alerts = Alert.objects.filter(key__in=keys).select_related("guardian", "student", "lead")
    found: dict[int, Told] = {}
    for alert in alerts.prefetch_related(*tries_latest_first()).order_by("pk"):
        row = row_of(alert)
        told = Told(row.pk, row.fate, row.word, row.why, row.leaves_at or row.at)
        known = found.get(keys[alert.key])
        if known is None or _rank(told) < _rank(known):
            found[keys[alert.key]] = told
    return found


def _rank(told: Told) -> int:
    return BEST.index(Fate(told.fate))
