"""What the secretary has to put right: wrong numbers, and families that no SMS can reach."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from apps.gateways.api import show_phone
from apps.notifications.models import BadNumber, Delivery
from apps.notifications.rules import MISSES, mask
from apps.people.models import Guardian, Guardianship

PER_PAGE = 50


class Trouble(Enum):
    """Why a family's number is to be put right; in the address."""

    UNKNOWN = "inconnus"
    MISSED = "manques"
    WITHOUT = "sans"


_LABELS = {
    Trouble.UNKNOWN: "Inconnus",
    Trouble.MISSED: "Non reçus",
    Trouble.WITHOUT: "Sans mobile",
}


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the lists, and how long it is."""

    trouble: str
    label: str
    count: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class NumberLine:
    """A number, masked, and whose file it is in. `pk` where it is set aside, else None: `misses` in a row."""

    pk: int | None
    number: str
    reason: str
    misses: int
    at: datetime
    holders: list[Guardian]


@dataclass(frozen=True, slots=True)
class NumbersPage:
    """A page of one of the lists: `lines` of numbers, or the guardians themselves where they have none."""

    tabs: list[Tab]
    trouble: str
    lines: list[NumberLine]
    page: Page


def numbers_page(on: date, *, trouble: Trouble, number: str) -> NumbersPage:
    """Five queries."""
    lists = {
        Trouble.UNKNOWN: BadNumber.objects.order_by("-found_at", "-pk"),
        Trouble.MISSED: _missed(),
        Trouble.WITHOUT: _unreachable(on),
    }
    pages = {one: Paginator(rows, PER_PAGE) for one, rows in lists.items()}
    page = pages[trouble].get_page(number)
    return NumbersPage(
        tabs=[Tab(one.value, _LABELS[one], pages[one].count, one is trouble) for one in pages],
        trouble=trouble.value,
        lines=_LINES[trouble](list(page.object_list)),
        page=page,
    )


def _unknown_lines(wrong: list[BadNumber]) -> list[NumberLine]:
    holders = _holders({one.number for one in wrong})
    return [
        NumberLine(one.pk, mask(show_phone(one.number)), one.reason, 0, one.found_at, holders[one.number])
        for one in wrong
    ]


def _missed_lines(missed: list[dict]) -> list[NumberLine]:
    holders = _holders({one["recipient"] for one in missed})
    return [
        NumberLine(
            None, mask(show_phone(one["recipient"])), "", one["misses"], one["last_at"],
            holders[one["recipient"]],
        )
        for one in missed
    ]  # fmt: skip


_LINES = {Trouble.UNKNOWN: _unknown_lines, Trouble.MISSED: _missed_lines, Trouble.WITHOUT: lambda rows: []}


def _holders(numbers: set[str]) -> dict[str, list[Guardian]]:
    found = defaultdict(list)
    for guardian in Guardian.objects.filter(phone__in=numbers).order_by("sort_key", "pk"):
        found[guardian.phone].append(guardian)
    return found


def _missed() -> QuerySet:
    """Numbers of today's files that receive nothing, though no operator says that nobody has them."""
    missed = Delivery.objects.missed(MISSES).filter(recipient__in=Guardian.objects.values("phone"))
    known = BadNumber.objects.values("number")
    return missed.exclude(recipient__in=known).order_by("-last_at", "recipient")


def _unreachable(on: date) -> QuerySet[Guardian]:
    """Guardians who are to receive alerts and have no mobile."""
    informed = Guardianship.objects.current(on).filter(is_informed=True).values("guardian")
    with_mobile = Q(phone__regex=r"^\+225(01|05|07)\d{8}$")
    return Guardian.objects.filter(pk__in=informed).exclude(with_mobile).order_by("sort_key", "pk")
