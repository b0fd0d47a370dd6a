"""The board of the day: who is missing, what their families were told, what waits."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localtime

from apps.attendance import api as attendance
from apps.notifications import api as notifications


@dataclass(frozen=True, slots=True)
class MissingLine:
    """A pupil who is absent now, with what became of her family's alerts."""

    pupil: attendance.MissingPupil
    told: notifications.Told | None


@dataclass(frozen=True, slots=True)
class BoardPage:
    """Nothing on it says what time it is: it stays the same until something happens."""

    day: attendance.DayBoard
    missing: list[MissingLine]
    alerts: list[notifications.FateCount]

    @property
    def failed(self) -> int:
        return sum(one.count for one in self.alerts if one.fate == "failed")

    @property
    def away(self) -> list[tuple[str, int]]:
        """By kind, how many."""
        return sorted(Counter(one.kind for one in self.day.away).items())


def board_page(at: datetime) -> BoardPage:
    """Twenty queries at most, whatever the number of pupils."""
    moment = localtime(at)
    day = attendance.day_board(moment.date(), moment.time())
    told = notifications.told_of_absences([one.absence_id for one in day.missing])
    return BoardPage(
        day=day,
        missing=[MissingLine(one, told.get(one.absence_id)) for one in day.missing],
        alerts=notifications.alerts_of_day(moment.date()),
    )
