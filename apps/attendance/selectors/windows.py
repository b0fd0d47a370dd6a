"""The days that a register or a count is about: a week, a month, a term, the year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from apps.attendance.rules import month_of, week_of
from apps.classes.models import ClassGroup, Term
from apps.core.templatetags.look import MONTHS, short_day
from apps.schools.models import SchoolYear

DAY = timedelta(days=1)
WEEK, MONTH, TERM, YEAR = "semaine", "mois", "periode", "annee"


@dataclass(frozen=True, slots=True)
class Window:
    """Some days, what they are called, and a day of the window before and of the one after."""

    kind: str
    first: date
    last: date
    title: str
    before: date | None = None
    after: date | None = None

    @property
    def days(self) -> tuple[date, date]:
        return self.first, self.last


def window_of(kind: str, on: date, terms: Sequence[Term], year: SchoolYear | None) -> Window:
    """The one of that day. `terms` in order; without any, or outside a year, the month."""
    if kind == WEEK:
        first, last = week_of(on)
        saturday = last - DAY
        monday = first.day if first.month == saturday.month else short_day(first)
        title = f"Semaine du {monday} au {short_day(saturday)}"
        return Window(kind, first, last, title, first - DAY, last + DAY)
    if kind == TERM and terms:
        return _term(terms, on)
    if kind == YEAR and year:
        return Window(kind, year.opens_on, year.closes_on, f"Année {year.name}")
    first, last = month_of(on)
    return Window(
        MONTH, first, last, f"{MONTHS[on.month - 1].capitalize()} {on.year}", first - DAY, last + DAY
    )


def _term(terms: Sequence[Term], on: date) -> Window:
    begun = [place for place, term in enumerate(terms) if term.starts_on <= on]
    place = begun[-1] if begun else 0
    term = terms[place]
    return Window(
        TERM, term.starts_on, term.ends_on, term.name,
        terms[place - 1].starts_on if place else None,
        terms[place + 1].starts_on if place + 1 < len(terms) else None,
    )  # fmt: skip


def terms_of_class(class_group: ClassGroup) -> list[Term]:
    """In order. One query."""
    return list(Term.objects.filter(calendar=class_group.calendar_id).order_by("number"))


def year_of(on: date) -> SchoolYear | None:
    """The school year of that day, or the last one before it. One query."""
    return SchoolYear.objects.filter(opens_on__lte=on).order_by("-opens_on").first()


def terms_of_year(year: SchoolYear | None) -> list[Term]:
    """Those of its first calendar, in order (with several, each class has its own terms). One query."""
    rows = Term.objects.filter(calendar__year=year).order_by("calendar", "number")
    terms = list(rows) if year else []
    return [term for term in terms if term.calendar_id == terms[0].calendar_id]
