"""What families and vie scolaire say of absences: given, withdrawn, decided."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from apps.accounts.models import Member
from apps.attendance.events import AbsenceAmended, JustificationDecided, JustificationGiven
from apps.attendance.models import Absence, AbsenceReason, Justification, JustificationPhoto
from apps.attendance.rules import Period
from apps.core.events import publish
from apps.core.models import FACTS_ARE_KEPT
from apps.people.models import Student

from .covered import REASON, justify, justify_covered, unjustify
from .facts import amended, recorded

State = Justification.State
MOST_A_DAY, A_DAY = 20, timedelta(days=1)  # of one pupil
PHOTOS_ARE_KEPT = FACTS_ARE_KEPT  # thirteen months, as what was announced of them


class HasBeenDecided(Exception):
    """Somebody decided meanwhile, or it was withdrawn: `justification` says what it is by now."""

    def __init__(self, justification: Justification) -> None:
        super().__init__()
        self.justification = justification


class TooManyToday(Exception):
    """More than a family ever has to say of a child in a day: photos are kept, and take room."""


class ReasonDoesNotJustify(Exception):
    """It is accepted for a reason that does not justify."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is given: for when, why, and the photo (JPEG, re-encoded) if there is one."""

    period: Period
    reason: AbsenceReason
    line: str = ""
    photo: bytes | None = None


@transaction.atomic
def give_justification(*, student_id: int, said: Said, by: Member, at: datetime) -> Justification:
    """A family says why: it waits for vie scolaire. The same said again while it waits is the same.

    Raises TooManyToday.
    """
    _lock(student_id)
    values = _values(student_id, said) | {"given_by": by}
    same = Justification.objects.waiting().filter(**values).order_by("pk").first()
    if same and not said.photo:
        return same
    if Justification.objects.filter(student=student_id, given_at__gt=at - A_DAY).count() >= MOST_A_DAY:
        raise TooManyToday
    given = Justification.objects.create(**values, given_at=at)
    _keep_photo(given, said.photo, at)
    publish(JustificationGiven(justification_id=given.pk, student_id=student_id, by_id=by.pk))
    return given


@transaction.atomic
def write_justification(*, student_id: int, said: Said, by: Member, at: datetime) -> Justification:
    """Vie scolaire was told, by telephone or at its desk: accepted at once. Raises ReasonDoesNotJustify."""
    if not said.reason.justifies:
        raise ReasonDoesNotJustify
    _lock(student_id)
    decided = {"state": State.ACCEPTED, "decided_by": by, "decided_at": at, "seen_at": at}
    given = Justification.objects.create(**_values(student_id, said), given_by=by, given_at=at, **decided)
    _keep_photo(given, said.photo, at)
    publish(
        JustificationGiven(justification_id=given.pk, student_id=student_id, by_id=by.pk),
        JustificationDecided(justification_id=given.pk, student_id=student_id, by_id=by.pk),
        *_justify_within(given, by),
    )
    return given


@transaction.atomic
def withdraw_given(*, justification_id: int, by: Member) -> None:
    """Whoever gave it takes it back while it waits. Raises HasBeenDecided."""
    given = (
        Justification.objects.select_for_update(of=["self"])
        .select_related("reason")
        .get(pk=justification_id, given_by=by)
    )
    if given.state == State.WITHDRAWN:
        return
    if given.state != State.WAITING:
        raise HasBeenDecided(given)
    given.state = State.WITHDRAWN
    given.save(update_fields=["state"])


@transaction.atomic
def see_answer(*, justification_id: int, seen: str, by: Member, at: datetime) -> None:
    """Whoever gave it knows what became of it: it is announced no more, until it is decided otherwise.

    `seen` is the state that the page showed: of another one, she knows nothing yet.
    """
    decided = Justification.objects.select_for_update().filter(state=seen).exclude(decided_at=None)
    given = decided.filter(pk=justification_id, given_by=by, seen_at=None).first()
    if given:
        given.seen_at = at
        given.save(update_fields=["seen_at"])


@transaction.atomic
def accept_justification(
    *, justification_id: int, seen: str, by: Member, at: datetime, answer: str = ""
) -> None:
    """Every standing absence within it is justified, and so will be those found later.

    `seen` is the state that the page showed. Raises HasBeenDecided, ReasonDoesNotJustify.
    """
    given = _to_decide(justification_id, seen, State.ACCEPTED)
    if given.state == State.ACCEPTED:
        return
    if not given.reason.justifies:
        raise ReasonDoesNotJustify
    _decide(given, State.ACCEPTED, answer, by, at)
    publish(_decided(given, by), *_justify_within(given, by))


@transaction.atomic
def refuse_justification(*, justification_id: int, seen: str, by: Member, at: datetime, answer: str) -> None:
    """It says why; what nothing else justifies waits for a reason again, and is told.

    Raises HasBeenDecided.
    """
    given = _to_decide(justification_id, seen, State.REFUSED)
    if given.state == State.REFUSED:
        return
    _decide(given, State.REFUSED, answer, by, at)
    absences = list(Absence.objects.filter(justification=given).select_for_update().order_by("pk"))
    for absence in absences:
        unjustify(absence)
    justify_covered(absences, _accepted_beside(given))
    Absence.objects.bulk_update(absences, REASON)
    untold = [absence for absence in absences if not absence.is_justified and not absence.cancelled_at]
    publish(
        _decided(given, by),
        *(amended(absence, by) for absence in absences),
        *(recorded(absence, by, at) for absence in untold),
    )


def _lock(student_id: int) -> None:
    """A roll call that finds this pupil absent waits, and then sees what was decided."""
    Student.objects.select_for_update(no_key=True).get(pk=student_id)


def _values(student_id: int, said: Said) -> dict:
    period = said.period
    return {
        "student_id": student_id,
        "starts_on": period.starts_on,
        "ends_on": period.ends_on,
        "starts_at": period.starts_at,
        "ends_at": period.ends_at,
        "reason": said.reason,
        "line": said.line,
    }


def _keep_photo(given: Justification, photo: bytes | None, at: datetime) -> None:
    """In the place of those that have been kept long enough: a certificate is not kept for ever."""
    if photo:
        JustificationPhoto.objects.filter(justification__ends_on__lt=at.date() - PHOTOS_ARE_KEPT).delete()
        JustificationPhoto.objects.create(justification=given, content=photo)


def _to_decide(justification_id: int, seen: str, wanted: str) -> Justification:
    _lock(Justification.objects.values_list("student", flat=True).get(pk=justification_id))
    rows = Justification.objects.select_for_update(of=["self"])
    given = rows.select_related("reason", "decided_by__user").get(pk=justification_id)
    if given.state not in (seen, wanted) or given.state == State.WITHDRAWN:
        raise HasBeenDecided(given)
    return given


def _decide(given: Justification, state: str, answer: str, by: Member, at: datetime) -> None:
    given.state, given.answer, given.decided_by, given.decided_at = state, answer, by, at
    given.seen_at = None
    given.save(update_fields=["state", "answer", "decided_by", "decided_at", "seen_at"])


def _justify_within(given: Justification, by: Member) -> list[AbsenceAmended]:
    standing = Absence.objects.standing().within(given.period)
    unjustified = standing.filter(student=given.student_id, is_justified=False)
    absences = list(unjustified.select_for_update().order_by("pk"))
    for absence in absences:
        justify(absence, given)
    Absence.objects.bulk_update(absences, REASON)
    return [amended(absence, by) for absence in absences]


def _accepted_beside(given: Justification) -> QuerySet[Justification]:
    """The others, of the same pupil, that touch its days."""
    accepted = Justification.objects.accepted().filter(student=given.student_id).exclude(pk=given.pk)
    beside = accepted.filter(starts_on__lte=given.ends_on, ends_on__gte=given.starts_on)
    return beside.select_related("reason").order_by("pk")


def _decided(given: Justification, by: Member) -> JustificationDecided:
    return JustificationDecided(justification_id=given.pk, student_id=given.student_id, by_id=by.pk)
