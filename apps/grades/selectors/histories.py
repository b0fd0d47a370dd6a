"""Who wrote what in a cell, and when: read from the triggers' history, which outlives the mark itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from apps.accounts.models import Member
from apps.classes import api as classes
from apps.grades.models import Assessment
from apps.grades.models import MarkSchoolhistory as MarkHistory
from apps.grades.rules import write_mark
from apps.people.models import Student


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a cell, as its teacher would type both values; "" is an empty cell.

    `by` and `device` are "" where the change was made by no page of ours (a load).
    """

    at: datetime
    by: str
    before: str
    after: str
    device: str
    reason: str


@dataclass(frozen=True, slots=True)
class Trail:
    """All that was ever written in the cell of a pupil, latest first."""

    assessment: Assessment
    student: Student
    changes: list[Change]


def cell_trail(assessment: Assessment, student_id: int) -> Trail | None:
    """None for whoever neither belonged to the group on its date nor ever had a mark there. Four queries."""
    changes = cell_history(assessment.pk, student_id)
    listed = classes.students_of([assessment.course.group_id], assessment.held_on)
    pupils = Student.objects.all() if changes else listed
    student = pupils.filter(pk=student_id).first()
    return student and Trail(assessment, student, changes)


def cell_history(assessment_id: int, student_id: int) -> list[Change]:
    """All the changes of a cell, latest first. Two queries."""
    return _changes(_versions(assessment_id, [student_id])).get(student_id, [])


def last_changes(assessment_id: int, student_ids: Iterable[int]) -> dict[int, Change]:
    """The latest change of each of these cells, by student id. Two queries, none for no pupil."""
    students = list(student_ids)
    if not students:
        return {}
    return {pk: changes[0] for pk, changes in _changes(_versions(assessment_id, students)).items()}


def _versions(assessment_id: int, student_ids: list[int]) -> list[MarkHistory]:
    kept = MarkHistory.objects.filter(assessment=assessment_id, student__in=student_ids)
    return list(kept.order_by("pgh_id"))


def _changes(versions: list[MarkHistory]) -> dict[int, list[Change]]:
    names = _names_of({(one.pgh_context or {}).get("member") for one in versions} - {None})
    stood: dict[int, str] = {}
    changes: dict[int, list[Change]] = {}
    for one in versions:
        who = one.pgh_context or {}
        after = "" if one.pgh_label == "delete" else write_mark(one.value, one.missing)
        change = Change(
            at=one.pgh_created_at,
            by=names.get(who.get("member"), ""),
            before=stood.get(one.student_id, ""),
            after=after,
            device=who.get("device", ""),
            reason=who.get("reason", ""),
        )
        stood[one.student_id] = after
        changes.setdefault(one.student_id, []).insert(0, change)
    return changes


def _names_of(member_ids: set[int]) -> dict[int, str]:
    return {one.pk: str(one) for one in Member.objects.filter(pk__in=member_ids).select_related("user")}
