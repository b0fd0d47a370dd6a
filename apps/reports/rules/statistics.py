"""What a class's averages come to: their spread, who passes, how many stand where. Plain Python."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

HUNDREDTH = Decimal("0.01")
STEPS = (Decimal(5), Decimal("8.5"), Decimal(10), Decimal(12), Decimal(14), Decimal(16))  # out of 20
TWENTY = Decimal(20)


@dataclass(frozen=True, slots=True)
class Spread:
    """Some averages: `passed` of them reach half of the scale. Of none, the others are None."""

    count: int
    passed: int
    mean: Decimal | None
    lowest: Decimal | None
    highest: Decimal | None

    @property
    def share(self) -> int | None:
        """Of those who pass, in a hundred, rounded half-up."""
        return percent(self.passed, self.count)


def spread_of(averages: Iterable[Decimal | None], scale: Decimal) -> Spread:
    """Who has none is left out."""
    known = [one for one in averages if one is not None]
    if not known:
        return Spread(0, 0, None, None, None)
    mean = (sum(known, Decimal(0)) / len(known)).quantize(HUNDREDTH, ROUND_HALF_UP)
    passed = sum(one >= scale / 2 for one in known)
    return Spread(len(known), passed, mean, min(known), max(known))


def bands_of(scale: Decimal) -> list[tuple[Decimal, Decimal | None]]:
    """From which average to below which: together, all there may be. None: to the end."""
    lows = [Decimal(0), *(step * scale / TWENTY for step in STEPS)]
    return list(zip(lows, [*lows[1:], None], strict=True))


def count_within(averages: Iterable[Decimal | None], low: Decimal, below: Decimal | None) -> int:
    """How many of them stand there."""
    return sum(one is not None and one >= low and (below is None or one < below) for one in averages)


def percent(part: int, whole: int) -> int | None:
    """Rounded half-up; None of nothing."""
    return int((Decimal(100 * part) / whole).quantize(Decimal(1), ROUND_HALF_UP)) if whole else None
