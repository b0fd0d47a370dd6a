"""Numbers as the French write them."""

from decimal import Decimal


def french(value: Decimal, *, places: int | None = None) -> str:
    """14.50 → "14,5"; with two places "14,50"."""
    text = f"{value:.{places}f}" if places is not None else f"{value.normalize():f}"
    return text.replace(".", ",")
