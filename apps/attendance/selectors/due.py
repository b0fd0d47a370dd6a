"""The roll calls that a day should see. Without a timetable, habit says: the same weekday's last three."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta

from apps.accounts.models import Member
from apps.attendance.models import RollCall
from apps.attendance.rules import Span, usual
from apps.schools.models import Holiday

WEEKS = (7, 14, 21)


@dataclass(frozen=True, slots=True)
class ExpectedRoll:
    """An hour that a group usually has that day, who called it last, and whether somebody did today."""

    group_id: int
    group: str
    hours: Span
    subject: str
    caller_id: int
    caller: str
    is_taken: bool

    def is_due(self, moment: time) -> bool:
        """Its hour has begun and nobody has called."""
        return not self.is_taken and self.hours.starts_at <= moment


def expected_rolls(on: date, member: Member | None = None) -> list[ExpectedRoll]:
    """Those of the whole school, or of one who calls, in order of hours. Three queries; none on holidays."""
    if Holiday.objects.filter(last_class_day__lt=on, resumes_on__gt=on).exists():
        return []
    past = _past_rolls(on, member)
    taken = _taken_hours(on)
    expected = [
        ExpectedRoll(
            roll.group_id,
            roll.group.name,
            hours,
            roll.course.subject.name if roll.course else "",
            roll.taken_by_id,
            str(roll.taken_by),
            is_taken=any(hours.overlaps(other) for other in taken.get(roll.group_id, ())),
        )
        for (_, hours), roll in past.items()
    ]
    return sorted(expected, key=lambda one: (one.hours, one.group))


def _past_rolls(on: date, member: Member | None) -> dict[tuple[int, Span], RollCall]:
    """The usual hours of groups, each with its last roll call."""
    days = [on - timedelta(days=back) for back in WEEKS]
    rolls = RollCall.objects.filter(held_on__in=days).exclude(closed_at=None)
    if member:
        rolls = rolls.filter(taken_by=member)
    weeks: dict[date, dict[tuple[int, Span], RollCall]] = defaultdict(dict)
    for roll in rolls.select_related("group", "course__subject", "taken_by__user").order_by("pk"):
        weeks[roll.held_on][roll.group_id, Span(roll.starts_at, roll.ends_at)] = roll
    last: dict[tuple[int, Span], RollCall] = {}
    for day in reversed(days):
        last |= weeks[day]
    habits = usual(weeks[day].keys() for day in days)
    return {hour: roll for hour, roll in last.items() if hour in habits}


def _taken_hours(on: date) -> dict[int, list[Span]]:
    taken: dict[int, list[Span]] = defaultdict(list)
    rolls = RollCall.objects.filter(held_on=on).exclude(closed_at=None)
    for group_id, *times in rolls.order_by("pk").values_list("group", "starts_at", "ends_at"):
        taken[group_id].append(Span(*times))
    return taken


def due_rolls(on: date, moment: time, member: Member | None = None) -> Iterable[ExpectedRoll]:
    """Those whose hour has begun and that nobody took."""
    return [one for one in expected_rolls(on, member) if one.is_due(moment)]
