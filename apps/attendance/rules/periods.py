"""Days and hours that a reason may cover. Plain Python."""

from dataclasses import dataclass
from datetime import date, time

from .spans import Span


@dataclass(frozen=True, slots=True)
class Period:
    """Some days, from an hour of the first to an hour of the last; None is the morning, and the evening."""

    starts_on: date
    ends_on: date
    starts_at: time | None = None
    ends_at: time | None = None

    def covers(self, day: date, span: Span) -> bool:
        """Whether all these hours of that day are within it."""
        begins = (self.starts_on, self.starts_at or time.min)
        ends = (self.ends_on, self.ends_at or time.max)
        return begins <= (day, span.starts_at) and (day, span.ends_at) <= ends
