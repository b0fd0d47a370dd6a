"""What the pages draw and how they write French: icons, marks, dates, ordinals."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from pathlib import Path
from xml.etree import ElementTree

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe

from apps.core import addresses

register = template.Library()

SVG = "{http://www.w3.org/2000/svg}"
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
          "octobre", "novembre", "décembre")  # fmt: skip
SHORT_MONTHS = ("janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.",
                "déc.")  # fmt: skip
NO_BREAK = "\u00a0"
ORDINAL = re.compile(r"\b(\d{1,2})(ère|er|ème|nde|de|e)\b( ?)")


# Icons. A drawing repeated on a page compresses to nothing, so each use carries its own: no sprite to
# keep in step with what a page shows or what htmx swaps in.


@cache
def drawings() -> dict[str, str]:
    """The drawings of static/icons.svg by their letter."""
    source = ElementTree.parse(Path(settings.BASE_DIR) / "static" / "icons.svg")  # noqa: S314 our own file
    return {symbol.attrib["id"]: "".join(_markup(symbol)) for symbol in source.iter(f"{SVG}symbol")}


def _markup(symbol: ElementTree.Element) -> Iterator[str]:
    for shape in symbol:
        attributes = "".join(f' {name}="{value}"' for name, value in shape.attrib.items())
        yield f"<{shape.tag.removeprefix(SVG)}{attributes}/>"


@register.simple_tag
@cache
def icon(name: str, css: str = "") -> SafeString:
    """A shape; the word beside it says what it means, so screen readers skip it."""
    attribute = format_html(' class="{}"', css) if css else ""
    return format_html(
        '<svg aria-hidden="true" viewBox="0 0 20 20"{}>{}</svg>',
        attribute,
        mark_safe(drawings()[name]),  # noqa: S308 our own file
    )


@register.simple_tag
def cells(texts: Iterable[str | None]) -> SafeString:
    """Some cells of a table's row, of which a gradebook has thousands; None: one that nobody writes in."""
    drawn = ('<td class="no"></td>' if text is None else f"<td>{escape(text)}</td>" for text in texts)
    return mark_safe("".join(drawn))  # noqa: S308 escaped


# Numbers. Made of digits and of our own words, they need no escaping: half the cost of a page full of them.


def _digits(value: Decimal, places: int | None) -> str:
    if places is not None:
        return str(value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))
    return f"{value.normalize():f}"


@register.filter
@lru_cache(maxsize=5000)  # a page of marks writes hundreds, mostly the same
def number(value: Decimal | int | None, places: int | None = None) -> SafeString:
    """13.50 → "13,5"; with places, "13,50"; None → "–"."""
    if value is None:
        return SafeString("–")
    return SafeString(_digits(Decimal(value), places).replace(".", ","))


@register.simple_tag
def mark(value: Decimal | int | str | None, places: int | None = None) -> SafeString:
    """A mark as the page's hero: commas aligned under each other. A code ("Abs") stays a word."""
    if value is None:
        return mark_safe('<b class="n">–<i></i></b>')
    if isinstance(value, str):
        return format_html('<b class="n"><abbr>{}</abbr><i></i></b>', value)
    whole, comma, decimals = number(value, places).partition(",")
    return SafeString(f'<b class="n">{whole}<i>{comma}{decimals}</i></b>')


@register.filter
def rank(value: int) -> SafeString:
    """1 → 1er, 7 → 7e, raised."""
    return format_html("{}<sup>{}</sup>", value, "er" if value == 1 else "e")


@register.filter
def raised(text: object) -> SafeString:
    """A class name as a school writes it, never cut in two: "3e 2" → 3ᵉ 2, "2nde C" → 2ⁿᵈᵉ C."""
    return mark_safe(ORDINAL.sub(_raise, conditional_escape(text)))  # noqa: S308 escaped above


def _raise(found: re.Match) -> str:
    number, letters, space = found.groups()
    return f"{number}<sup>{letters}</sup>{space and NO_BREAK}"


# Dates and times


def _local(moment: dt.date | dt.datetime) -> dt.date | dt.datetime:
    return timezone.localtime(moment) if isinstance(moment, dt.datetime) else moment


def _number_of_day(date: dt.date) -> str:
    return "1er" if date.day == 1 else str(date.day)


@register.filter
def day(moment: dt.date | dt.datetime) -> str:
    """vendredi 20 novembre"""
    date = _local(moment)
    return f"{DAYS[date.weekday()]} {_number_of_day(date)} {MONTHS[date.month - 1]}"


@register.filter
def short_day(moment: dt.date | dt.datetime) -> str:
    """20 nov."""
    date = _local(moment)
    return f"{_number_of_day(date)} {SHORT_MONTHS[date.month - 1]}"


@register.filter
def hour(moment: dt.datetime | dt.time) -> str:
    """10 h 42, with narrow no-break spaces"""
    time = _local(moment) if isinstance(moment, dt.datetime) else moment
    return f"{time.hour}\u202fh\u202f{time.minute:02d}" if time.minute else f"{time.hour}\u202fh"


@register.filter
def period(when: object) -> str:
    """« mardi 24 novembre, 8 h à 10 h », « du lundi 23 novembre au mercredi 25 novembre, 12 h »

    `when` has starts_on and ends_on; starts_at and ends_at are None for whole days.
    """
    first, last = day(when.starts_on), day(when.ends_on)
    begins, ends = (hour(moment) if moment else "" for moment in (when.starts_at, when.ends_at))
    if when.starts_on != when.ends_on:
        return f"du {first}{f', {begins},' if begins else ''} au {last}{f', {ends}' if ends else ''}"
    if begins and ends:
        return f"{first}, {begins} à {ends}"
    if begins:
        return f"{first}, à partir de {begins}"
    return f"{first}{f', jusqu’à {ends}' if ends else ''}"


@register.simple_tag
def margin_date(moment: dt.date | dt.datetime) -> SafeString:
    """The date of a line, where a pupil writes it: in the margin."""
    date = _local(moment)
    month = SHORT_MONTHS[date.month - 1]
    return SafeString(f'<time class="m" datetime="{date:%Y-%m-%d}"><b>{date.day}</b> {month}</time>')


# Figures


@register.inclusion_tag("components/strip.html")
def strip(value: Decimal, low: Decimal, middle: Decimal, high: Decimal, out_of: Decimal | int = 20) -> dict:
    """Where a pupil's average stands between the class's lowest and highest."""
    return {
        "value": value, "low": low, "middle": middle, "high": high, "out_of": out_of,
        **{f"x_{name}": f"{Decimal(place) / out_of * 100:.1f}%"
           for name, place in (("value", value), ("low", low), ("middle", middle), ("high", high))},
    }  # fmt: skip


@register.inclusion_tag("components/bars.html")
def bars(ranges: Iterable[tuple[Decimal, Decimal, int]], of: str, counted: str) -> dict:
    """How many there are from a number to another, for each range: drawn, and in a table to be heard."""
    rows = list(ranges)
    most = max((count for *_, count in rows), default=0) or 1
    drawn = [
        {
            "x": 60 * place + 8,
            "middle": 60 * place + 34,
            "y": 84 - height,
            "height": height,
            "above": 80 - height,
            "label": f"{number(low)} à {number(high)}",
            "count": count,
        }
        for place, (low, high, count) in enumerate(rows)
        for height in [round(60 * count / most)]
    ]
    return {"bars": drawn, "of": of, "counted": counted}


# Addresses


register.simple_tag(addresses.outside)
