"""A cell, read as teachers type it and written as they read it."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from apps.classes.rules import french

from .numbers import HUNDREDTH

CODES = {"abs": "absent", "disp": "exempt", "nrdu": "not_handed_in", "nnot": "not_marked"}
CODES |= {"a": "absent", "d": "exempt", "n": "not_handed_in", "z": "not_marked"}
EXEMPT = "exempt"
ABBREVIATIONS = {"absent": "Abs", "exempt": "Disp", "not_handed_in": "N.Rdu", "not_marked": "N.Not"}
_NUMBER = re.compile(r"(-?)([0-9]{0,6})(?:[.,]([0-9]{0,6}))?")


class Reason(StrEnum):
    """Why what was typed is no mark."""

    UNREADABLE = "unreadable"
    NEGATIVE = "negative"
    ABOVE_SCALE = "above_scale"
    TOO_PRECISE = "too_precise"


class NotAMark(ValueError):
    """What was typed is neither a number on the scale nor a known code; `reason` says which."""

    def __init__(self, typed: str, reason: Reason) -> None:
        super().__init__(f"{typed!r} is no mark ({reason})")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class MarkValue:
    """A value, or the reason why there is none."""

    value: Decimal | None = None
    missing: str = ""


def read_mark(typed: str, *, out_of: Decimal) -> MarkValue | None:
    """Read a cell as teachers type it: "14,5", "14.5", "abs" or "A", or nothing at all (None).

    Raises NotAMark. A third decimal is refused rather than rounded: a mark is never changed unsaid.
    """
    text = typed.strip().lower()
    if not text:
        return None
    if missing := CODES.get(text.replace(".", "")):
        return MarkValue(missing=missing)
    return MarkValue(_read_number(text, out_of))


def _read_number(text: str, out_of: Decimal) -> Decimal:
    found = _NUMBER.fullmatch(text)
    if not found or not (found[2] or found[3]):
        raise NotAMark(text, Reason.UNREADABLE)
    decimals = (found[3] or "").rstrip("0")
    value = Decimal(f"{found[2] or 0}.{decimals or 0}")
    if found[1]:
        raise NotAMark(text, Reason.NEGATIVE)
    if len(decimals) > 2:
        raise NotAMark(text, Reason.TOO_PRECISE)
    if value > out_of:
        raise NotAMark(text, Reason.ABOVE_SCALE)
    return value.quantize(HUNDREDTH)


def write_mark(value: Decimal | None, missing: str = "") -> str:
    """The reverse, as a cell shows it: "14,5", "Abs"; nothing without mark."""
    if value is None:
        return ABBREVIATIONS.get(missing, "")
    return french(value)
