"""What families were told these last weeks, and what became of it; a class sent home by the rain."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import cycle
from random import Random

from apps.attendance.api import Span, WholeClasses, all_reasons, default_slots, past_absences
from apps.notifications.api import PastAlert

from .school import DemoSchool

LATELY = timedelta(days=24)
OFTEN = {"delivered": 88, "accepted": 3, "undelivered": 6, "doubtful": 2, "refused": 1}
THIS_MORNING = ("delivered", "undelivered", "delivered", "doubtful", "delivered", "accepted", "delivered")


def past_alerts(school: DemoSchool, today: date) -> Iterator[PastAlert]:
    """Most SMS were received. This morning's show each state."""
    rng = Random(f"{school.script.slug}: alerts")  # noqa: S311 (a demo, not a secret)
    morning = cycle(THIS_MORNING)
    for absence_id, held_on, recorded_at in past_absences(today - LATELY, today):
        (usual,) = rng.choices(list(OFTEN), OFTEN.values())
        fate = next(morning) if held_on == today else usual
        yield PastAlert(absence_id=absence_id, recorded_at=recorded_at, fate=fate)


def flooded_class(school: DemoSchool, day: date) -> WholeClasses:
    """The last class of the school, at home for two hours."""
    group = school.classes[-1].group
    *_, before, last = default_slots()
    return WholeClasses(
        group_ids=(group.whole_group.pk,),
        audience=group.name,
        held_on=day,
        hours=Span(before.starts_at, last.ends_at),
        reason=next(one for one in all_reasons() if one.label == "Intempéries"),
        line="Rues inondées",
        is_justified=True,
    )
