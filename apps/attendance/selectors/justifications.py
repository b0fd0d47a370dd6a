"""What was said of absences, as vie scolaire reads and decides it, and as a form begins."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef

from apps.attendance.models import Absence, Justification, JustificationPhoto, JustificationQuerySet
from apps.attendance.rules import Period
from apps.people.models import sort_key

from .class_names import class_names_on

PER_PAGE = 30
SHOWN = [Justification.State.WAITING, Justification.State.ACCEPTED, Justification.State.REFUSED]


@dataclass(frozen=True, slots=True)
class JustificationRow:
    """One, as its line says it."""

    pk: int
    student_id: int
    student: str
    class_name: str
    period: Period
    words: str
    justifies: bool
    state: str
    given_by: str
    given_at: datetime
    answer: str
    decided_by: str
    decided_at: datetime | None
    has_photo: bool


@dataclass(frozen=True, slots=True)
class JustificationsPage:
    """One page of the list, and how many wait in all."""

    rows: list[JustificationRow]
    page: Page
    waiting: int


def justifications_page(
    known: JustificationQuerySet, *, words: str, state: str, number: str
) -> JustificationsPage:
    """Four queries. Those that wait come oldest first, the others latest first."""
    found = known.filter(state__in=SHOWN)
    for word in sort_key(words).split():
        found = found.filter(student__sort_key__contains=word)
    if state != "all":
        found = found.filter(state=state or Justification.State.WAITING)
    ordered = found.order_by(*(("-given_at", "-pk") if state else ("given_at", "pk")))
    page = Paginator(_shown(ordered), PER_PAGE).get_page(number)
    return JustificationsPage(_rows(list(page.object_list)), page, known.waiting().count())


def justification_row(known: JustificationQuerySet, justification_id: int) -> JustificationRow | None:
    """The one of that number, if she may see it and it was not withdrawn. Two queries."""
    found = known.filter(pk=justification_id, state__in=SHOWN)
    return next(iter(_rows(list(_shown(found.order_by("pk"))))), None)


def _shown(known: JustificationQuerySet) -> JustificationQuerySet:
    photos = JustificationPhoto.objects.filter(justification=OuterRef("pk"))
    related = known.select_related("student", "reason", "given_by__user", "decided_by__user")
    return related.annotate(has_photo=Exists(photos))


def _rows(found: list[Justification]) -> list[JustificationRow]:
    """Each with the pupil's class of its first day."""
    class_names = class_names_on((one.student_id, one.starts_on) for one in found)
    return [_row(one, class_names[one.student_id, one.starts_on]) for one in found]


def _row(one: Justification, class_name: str) -> JustificationRow:
    return JustificationRow(
        pk=one.pk,
        student_id=one.student_id,
        student=str(one.student),
        class_name=class_name,
        period=one.period,
        words=one.words,
        justifies=one.reason.justifies,
        state=one.state,
        given_by=str(one.given_by),
        given_at=one.given_at,
        answer=one.answer,
        decided_by=str(one.decided_by) if one.decided_by else "",
        decided_at=one.decided_at,
        has_photo=one.has_photo,
    )


def absences_within(row: JustificationRow) -> list[Absence]:
    """The standing absences that it is about, in order. One query."""
    within = Absence.objects.standing().within(row.period).filter(student=row.student_id)
    return list(within.order_by("held_on", "starts_at"))


def justifications_of_absence(absence: Absence, known: JustificationQuerySet) -> list[JustificationRow]:
    """Those within which it falls, latest first. Two queries when there are some."""
    covering = known.filter(student=absence.student_id, state__in=SHOWN)
    covering = covering.covering(absence.held_on, absence.starts_at, absence.ends_at)
    return _rows(list(_shown(covering.order_by("-given_at", "-pk"))))


def absence_to_justify(student_id: int, absence_id: int) -> Absence | None:
    """The pupil's standing absence of that number. One query."""
    return Absence.objects.standing().filter(student=student_id, pk=absence_id).first()


def photo_of(justification: Justification) -> bytes | None:
    """A JPEG. One query."""
    photo = JustificationPhoto.objects.filter(justification=justification).first()
    return bytes(photo.content) if photo else None
