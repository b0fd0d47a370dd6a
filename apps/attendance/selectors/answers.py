"""What vie scolaire answered to what a guardian said, until she knows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, QuerySet

from apps.attendance.models import Absence, Justification
from apps.attendance.rules import Period
from apps.core.prepared import Ids, Question, prepared

ANNOUNCED_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a justification, and what vie scolaire wrote of it."""

    pk: int
    student_id: int
    state: str
    answer: str
    period: Period

    @property
    def is_accepted(self) -> bool:
        return self.state == Justification.State.ACCEPTED


def unseen_answers(member_id: int, student_ids: Iterable[int], *, on: date) -> Question[list[Answer]]:
    """Those to this guardian about these pupils, latest first, for two weeks at most. One query."""
    return Question.of(_read, _unseen.asked(member_id, list(student_ids), on - ANNOUNCED_FOR))


def _read(rows: Iterable[tuple]) -> list[Answer]:
    return [
        Answer(pk, student_id, state, answer, Period(*period))
        for pk, student_id, state, answer, *period in rows
    ]


@prepared
def _unseen(member_id: int, student_ids: Ids, since: date) -> QuerySet:
    given = Justification.objects.filter(given_by=member_id, student__pk__any_of=student_ids)
    return (
        given.unseen(since)
        .order_by(F("decided_at").desc(), "-pk")
        .values_list("pk", "student", "state", "answer", "starts_on", "ends_on", "starts_at", "ends_at")
    )


def refusal_of(absence: Absence) -> str:
    """Why vie scolaire refused the last thing said of it; "" unless it did. One query."""
    given = Justification.objects.filter(student=absence.student_id)
    given = given.exclude(state=Justification.State.WITHDRAWN)
    covering = given.covering(absence.held_on, absence.starts_at, absence.ends_at)
    latest = covering.order_by("-given_at", "-pk").first()
    return latest.answer if latest and latest.state == Justification.State.REFUSED else ""
