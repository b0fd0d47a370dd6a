"""Decimals as a school rounds and writes them."""

from decimal import ROUND_HALF_UP, Context, Decimal

TWENTY = Decimal(20)
HUNDREDTH = Decimal("0.01")
EXACT = Context(prec=200)


def rounded(value: Decimal) -> Decimal:
    """To the hundredth, halves up: 8.495 is 8.50."""
    return value.quantize(HUNDREDTH, ROUND_HALF_UP)


def french(value: Decimal, *, places: int | None = None) -> str:
    """14.50 → "14,5"; with two places "14,50"."""
    text = f"{value:.{places}f}" if places is not None else f"{value.normalize():f}"
    return text.replace(".", ",")
