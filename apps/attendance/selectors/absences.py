"""Vie scolaire's absences: the list of some days, and one of them."""

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator

from apps.attendance.models import Absence, AbsenceQuerySet, LateArrival, RollCall
from apps.attendance.rules import Span
from apps.people.models import sort_key

from .calls import Call, calls_about
from .class_names import class_names_on

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    """A line of the list."""

    pk: int
    student: str
    class_name: str
    held_on: date
    hours: Span
    is_justified: bool
    reason: str
    is_cancelled: bool


@dataclass(frozen=True, slots=True)
class AbsencesPage:
    """One page of the list, with the tally of those days."""

    rows: list[AbsenceRow]
    page: Page
    to_justify: int
    late: int


def absences_page(
    absences: AbsenceQuerySet,
    *,
    days: tuple[date, date],
    words: str,
    state: str,
    number: str | None,
) -> AbsencesPage:
    """Five queries."""
    those_days = absences.filter(held_on__range=days)
    found = absences_found(absences, days=days, words=words, state=state)
    ordered = found.select_related("student").order_by("-held_on", "student__sort_key", "starts_at", "pk")
    page = Paginator(ordered, PER_PAGE).get_page(number)
    shown = list(page.object_list)
    class_names = class_names_on((row.student_id, row.held_on) for row in shown)
    return AbsencesPage(
        rows=[_row(row, class_names[row.student_id, row.held_on]) for row in shown],
        page=page,
        to_justify=those_days.standing().filter(is_justified=False).count(),
        late=LateArrival.objects.filter(held_on__range=days).count(),
    )


def absences_found(
    absences: AbsenceQuerySet, *, days: tuple[date, date], words: str, state: str
) -> AbsenceQuerySet:
    """Those of these days, of the pupils so named, in that state."""
    return _in_state(_matching(absences.filter(held_on__range=days), words), state)


def _matching(absences: AbsenceQuerySet, words: str) -> AbsenceQuerySet:
    """Each word is found in the pupil's name, accents and case aside."""
    for word in sort_key(words).split():
        absences = absences.filter(student__sort_key__contains=word)
    return absences


def _in_state(absences: AbsenceQuerySet, state: str) -> AbsenceQuerySet:
    match state:
        case "unjustified":
            return absences.standing().filter(is_justified=False)
        case "justified":
            return absences.standing().filter(is_justified=True)
        case "cancelled":
            return absences.exclude(cancelled_at=None)
        case _:
            return absences.standing()


def _row(row: Absence, class_name: str) -> AbsenceRow:
    return AbsenceRow(
        pk=row.pk,
        student=str(row.student),
        class_name=class_name,
        held_on=row.held_on,
        hours=Span(row.starts_at, row.ends_at),
        is_justified=row.is_justified,
        reason=row.reason,
        is_cancelled=row.cancelled_at is not None,
    )


@dataclass(frozen=True, slots=True)
class AbsencePage:
    """One absence, the roll calls that found it, whom to call about it today."""

    absence: Absence
    class_name: str
    hours: Span
    roll_calls: list[RollCall]
    calls: list[Call]


def absence_page(absence: Absence, on: date) -> AbsencePage:
    """Three queries."""
    whose = absence.student_id, absence.held_on
    roll_calls = RollCall.objects.filter(
        held_on=absence.held_on,
        starts_at__lt=absence.ends_at,
        ends_at__gt=absence.starts_at,
        entries__student=absence.student_id,
    )
    return AbsencePage(
        absence=absence,
        class_name=class_names_on([whose])[whose],
        hours=Span(absence.starts_at, absence.ends_at),
        roll_calls=list(roll_calls.select_related("group", "taken_by__user").order_by("starts_at")),
        calls=calls_about([absence.student_id], on)[absence.student_id],
    )
