"""Decimals as a school rounds them: to the hundredth, the rule everywhere."""

from decimal import ROUND_HALF_UP, Context, Decimal

HUNDREDTH = Decimal("0.01")
EXACT = Context(prec=200)


def rounded(value: Decimal) -> Decimal:
    """To the hundredth, halves up: 8.495 is 8.50."""
    return value.quantize(HUNDREDTH, ROUND_HALF_UP)
