"""The class: places and figures."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple, TypeVar

from .numbers import EXACT, rounded

K = TypeVar("K")
_AVERAGE = itemgetter(1)


class Rank(NamedTuple):
    """A place among those who have an average; `None` in its stead is "non classé"."""

    place: int
    is_shared: bool = False

    def __str__(self) -> str:
        """ "1er", "2e ex"."""
        return f"{self.place}{'er' if self.place == 1 else 'e'}{' ex' if self.is_shared else ''}"


def ranks(averages: Mapping[K, Decimal | None]) -> dict[K, Rank | None]:
    """Best first, on the rounded averages. Equals share a rank and the next is skipped: 1, 2, 2, 4."""
    having = [(key, value) for key, value in averages.items() if value is not None]
    found: dict[K, Rank | None] = dict.fromkeys(averages)
    place = 1
    for _, equals in groupby(sorted(having, key=_AVERAGE, reverse=True), key=_AVERAGE):
        keys = [key for key, _ in equals]
        rank = Rank(place, len(keys) > 1)
        for key in keys:
            found[key] = rank
        place += len(keys)
    return found


class ClassFigures(NamedTuple):
    """Over those who have a mark or an average; whoever has none is left out."""

    count: int
    lowest: Decimal
    highest: Decimal
    mean: Decimal


def class_figures(values: Iterable[Decimal | None]) -> ClassFigures | None:
    """The class's lowest, highest and mean (rounded half-up); None when nobody has any."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    mean = rounded(sum(known, Decimal(0)) / len(known))
    return ClassFigures(len(known), min(known), max(known), mean)


def spread(values: Iterable[Decimal]) -> Decimal | None:
    """The écart type: how far from their mean these values usually are; None without any.

    The square root of the mean of the squared distances to the mean, over all of them, rounded half-up.
    """
    known = list(values)
    if not known:
        return None
    n, total = len(known), sum(known, Decimal(0))
    squares = n * sum(value * value for value in known) - total * total  # exact: n² times the variance
    return rounded(EXACT.divide(EXACT.sqrt(squares), Decimal(n)))


class Fifth(NamedTuple):
    """A fifth of the scale, and how many marks are in it."""

    low: Decimal
    high: Decimal
    count: int


def fifths(values: Iterable[Decimal], out_of: Decimal) -> list[Fifth]:
    """The marks by fifths of their scale; a mark between two is of the upper one, the highest of the last."""
    found = Counter(min(value * 5 // out_of, 4) for value in values)
    return [Fifth(out_of * n / 5, out_of * (n + 1) / 5, found[n]) for n in range(5)]
