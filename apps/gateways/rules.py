"""Phone numbers, what a text message costs, what a gateway's answer means. Plain Python."""

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from math import ceil

COUNTRY = "+225"
_NATIONAL = re.compile(r"(01|05|07|21|25|27)\d{8}")
_MOBILE = re.compile(r"\+225(01|05|07)\d{8}")

# GSM 03.38; lower-case ç is left out: tables disagree on it.
GSM7 = frozenset(
    "@£$¥èéùìòØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉÇ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà\n\r"
)
GSM7_DOUBLE = frozenset("^{}\\[~]|€")
_SPELLED_OUT = {
    "’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "…": "...", "–": "-", "—": "-",
    "œ": "oe", "Œ": "OE", "°": "o", "\u00a0": " ", "\u202f": " ", "ç": "c",
}  # fmt: skip


class NotAPhone(ValueError):
    """What was typed is not a ten-digit number of Côte d'Ivoire."""


def read_phone(typed: str) -> str:
    """The number in E.164, the leading zero kept: +2250707123456.

    Ten digits since 31 January 2021 (mobiles 01, 05, 07; fixed 21, 25, 27); older eight-digit
    numbers are refused. Raises NotAPhone.
    """
    digits = re.sub(r"[\s.\-()/\u00a0\u202f]", "", typed)
    for prefix in ("+225", "00225", "225"):
        if digits.startswith(prefix) and len(digits) == len(prefix) + 10:
            digits = digits.removeprefix(prefix)
            break
    if not _NATIONAL.fullmatch(digits):
        raise NotAPhone(typed)
    return COUNTRY + digits


def is_mobile(phone: str) -> bool:
    """Whether an E.164 number can receive an SMS."""
    return bool(_MOBILE.fullmatch(phone))


def show_phone(phone: str) -> str:
    """« 07 07 12 34 56 »; what is no number of Côte d'Ivoire as it was typed: a school's may be anything."""
    try:
        national = read_phone(phone).removeprefix(COUNTRY)
    except NotAPhone:
        return phone
    return " ".join(national[i : i + 2] for i in range(0, len(national), 2))


@dataclass(frozen=True, slots=True)
class Cost:
    """How a text travels: its alphabet, its length in that alphabet, and the segments it is billed for."""

    encoding: str
    units: int
    segments: int
    offending: str


def cost_of(text: str) -> Cost:
    """160 units in one GSM-7 segment, 153 in each of several; 70 and 67 once one letter is foreign."""
    offending = "".join(dict.fromkeys(letter for letter in text if letter not in GSM7 | GSM7_DOUBLE))
    if offending:
        units = len(text.encode("utf-16-le")) // 2
        return Cost("UCS2", units, _segments(units, 70, 67), offending)
    units = len(text) + sum(letter in GSM7_DOUBLE for letter in text)
    return Cost("GSM7", units, _segments(units, 160, 153), "")


def _segments(units: int, alone: int, joined: int) -> int:
    return 1 if units <= alone else ceil(units / joined)


def fold(text: str) -> str:
    """The same text in GSM-7 letters: one foreign letter would triple its price."""
    return "".join(map(_fold_letter, text))


def _fold_letter(letter: str) -> str:
    if letter in GSM7 or letter in GSM7_DOUBLE:
        return letter
    if letter in _SPELLED_OUT:
        return _SPELLED_OUT[letter]
    plain = unicodedata.normalize("NFKD", letter)
    kept = "".join(part for part in plain if part in GSM7)
    return kept or "?"


class Verdict(Enum):
    """What an HTTP status says of the message that was posted."""

    TAKEN = "taken"
    REFUSED = "refused"
    NOT_TAKEN = "not taken"
    UNKNOWN = "unknown"


_ALREADY_KNOWN = 409
_NOT_OUR_MESSAGE = frozenset({401, 403, 404, 405, 408, 425, 429, 503})


def verdict_of(status: int) -> Verdict:
    """2xx is taken, and 409: the gateway already has this reference. 4xx refuses the message for good.

    A wrong address or token, a redirection, "too many" and "not now" (503) say nothing of the message, which
    was not taken: it waits. After any other 5xx, the gateway may have taken it before it failed.
    """
    if 200 <= status < 300 or status == _ALREADY_KNOWN:
        return Verdict.TAKEN
    if status < 400 or status in _NOT_OUR_MESSAGE:
        return Verdict.NOT_TAKEN
    return Verdict.REFUSED if status < 500 else Verdict.UNKNOWN


_UNKNOWN = re.compile(
    r"unknown.?(subscriber|number|recipient)|invalid.?(msisdn|number)|absent.?subscriber.?unknown"
    r"|no valid addresses|abonné inconnu|numéro inconnu|unassigned",
    re.IGNORECASE,
)


def is_unknown_number(reason: str) -> bool:
    """Whether an operator's reason says that nobody has this number (not that a phone is off)."""
    return bool(_UNKNOWN.search(reason))
