"""What the lines of a roll call were before, who changed them, and what was sent but set aside."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from apps.accounts.models import Member
from apps.attendance.models import SET_ASIDE, RollCall, RollEntry
from apps.attendance.rules import Line


@dataclass(frozen=True, slots=True)
class RollChange:
    """A line of a roll that became another; or, set aside, one that somebody sent and that did not count.

    `by` is "" where the change was made by no page of ours.
    """

    student: str
    at: datetime
    by: str
    device: str
    before: Line
    after: Line
    is_set_aside: bool


def roll_changes(roll_call: RollCall) -> list[RollChange]:
    """All of them, latest first. Three queries."""
    entries = RollEntry.objects.filter(roll_call=roll_call).select_related("student")
    stands = {one.student_id: (str(one.student), _line(one)) for one in entries}
    kept = list(RollEntry.pgh_event_model.objects.filter(roll_call=roll_call).order_by("-pgh_id"))
    names = _names_of((one.pgh_context or {}).get("member") for one in kept)
    changes = []
    for one in kept:
        if one.student_id not in stands:
            continue
        student, after = stands[one.student_id]
        who, is_aside = one.pgh_context or {}, one.pgh_label == SET_ASIDE
        by, device = names.get(who.get("member"), ""), who.get("device", "")
        before, after = (after, _line(one)) if is_aside else (_line(one), after)
        changes.append(RollChange(student, one.pgh_created_at, by, device, before, after, is_aside))
        if not is_aside:
            stands[one.student_id] = (student, before)
    return changes


def _line(row: RollEntry) -> Line:
    return Line(row.state, row.minutes_late, row.note)


def _names_of(member_ids: Iterable[int | None]) -> dict[int, str]:
    members = Member.objects.filter(pk__in={pk for pk in member_ids if pk}).select_related("user")
    return {one.pk: str(one) for one in members}
