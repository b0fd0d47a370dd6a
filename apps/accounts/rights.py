"""Who may do what in the school's admin, model by model and role by role: the only place that says so.

Read by SchoolAdmin and its inlines from `request.member`, never from Django's permissions. What is not
written here is not allowed. Marks, absences, deliveries, facts: read only, whoever asks; a closed
term is reopened to their teachers, for a while.
"""

from django.db import models

from .models import DIRECTION, OFFICE, STUDENT_LIFE, Member, Role

HEADS = frozenset({Role.PRINCIPAL, Role.DIRECTOR_OF_STUDIES})
MASTERS = frozenset({Role.PRINCIPAL, Role.FOUNDER})
SECRETARIAT = HEADS | {Role.SECRETARY}
STUDIES = SECRETARIAT | {Role.EDUCATOR, Role.FOUNDER}
NOBODY: frozenset[Role] = frozenset()

Line = dict[str, frozenset[Role]]


def _line(
    view: frozenset[Role],
    write: frozenset[Role] = NOBODY,
    delete: frozenset[Role] = NOBODY,
    add: frozenset[Role] | None = None,
) -> Line:
    return {"view": view | write, "add": write if add is None else add, "change": write, "delete": delete}


RIGHTS: dict[str, Line] = {
    # years and curriculum: the studies' own
    "schools.schoolyear": _line(OFFICE, write=SECRETARIAT),
    "schools.holiday": _line(OFFICE, write=SECRETARIAT, delete=SECRETARIAT),
    "schools.imprint": _line(MASTERS, write=frozenset({Role.PRINCIPAL})),
    "schools.logo": _line(OFFICE, write=MASTERS, delete=MASTERS),
    "classes.calendar": _line(OFFICE, write=SECRETARIAT),
    "classes.term": _line(OFFICE, write=SECRETARIAT, delete=HEADS),
    "classes.level": _line(OFFICE, write=SECRETARIAT, delete=HEADS),
    "classes.stream": _line(OFFICE, write=SECRETARIAT, delete=HEADS),
    "classes.subjectgroup": _line(OFFICE, write=HEADS, delete=HEADS),
    "classes.subject": _line(OFFICE, write=SECRETARIAT, delete=HEADS),
    "classes.subjectplan": _line(OFFICE, write=HEADS, delete=HEADS),
    "classes.gradingscheme": _line(OFFICE, write=HEADS, add=NOBODY),
    # classes and courses
    "classes.classgroup": _line(OFFICE, write=SECRETARIAT, delete=HEADS),
    "classes.classterm": _line(OFFICE, write=HEADS, add=NOBODY),
    "classes.teachinggroup": _line(OFFICE, write=SECRETARIAT, delete=HEADS),
    "classes.groupmembership": _line(OFFICE, write=SECRETARIAT, delete=SECRETARIAT),
    "classes.course": _line(OFFICE, write=SECRETARIAT, delete=HEADS),
    "classes.courseteacher": _line(OFFICE, write=SECRETARIAT, delete=HEADS),
    # people
    "people.student": _line(OFFICE, write=SECRETARIAT, delete=SECRETARIAT),
    "people.guardian": _line(OFFICE, write=SECRETARIAT | {Role.EDUCATOR}, delete=SECRETARIAT),
    "people.guardianship": _line(OFFICE, write=SECRETARIAT | {Role.EDUCATOR}),
    "classes.enrolment": _line(OFFICE, write=SECRETARIAT, delete=HEADS),
    "accounts.member": _line(OFFICE, write=SECRETARIAT | {Role.FOUNDER}),
    "accounts.memberrole": _line(OFFICE, write=SECRETARIAT | {Role.FOUNDER}),
    "people.staffprofile": _line(SECRETARIAT | {Role.FOUNDER}, write=SECRETARIAT),
    # what pages and phones write: read only
    "grades.assessment": _line(STUDIES),
    "grades.mark": _line(STUDIES),
    "grades.reopening": _line(STUDIES, write=HEADS),
    "attendance.rollcall": _line(STUDIES),
    "attendance.rollentry": _line(STUDIES),
    "attendance.absence": _line(STUDIES),
    "attendance.latearrival": _line(STUDIES),
    "attendance.excusal": _line(STUDIES),
    "attendance.absencereason": _line(STUDIES, write=HEADS | {Role.EDUCATOR}, delete=HEADS),
    "attendance.justification": _line(STUDENT_LIFE),
    "attendance.wholeclassabsence": _line(STUDIES),
    "attendance.attendancethreshold": _line(STUDENT_LIFE, write=HEADS, delete=HEADS),
    "attendance.thresholdanswer": _line(STUDENT_LIFE),
    "attendance.entrypass": _line(STUDENT_LIFE),
    "reports.letterhead": _line(OFFICE, write=HEADS),
    "reports.reportcard": _line(STUDIES),
    "reports.acknowledgement": _line(STUDIES),
    "reports.cancellation": _line(STUDIES),
    "reports.certificate": _line(STUDIES),
    "reports.remark": _line(STUDIES),
    "reports.classcouncil": _line(STUDIES),
    "reports.verdict": _line(STUDIES),
    "reports.sealingkey": _line(MASTERS | HEADS),
    "notifications.alertsettings": _line(STUDENT_LIFE, write=HEADS, add=HEADS),
    "notifications.alertrule": _line(STUDENT_LIFE, write=HEADS, delete=HEADS),
    "notifications.rung": _line(STUDENT_LIFE, write=HEADS, delete=HEADS),
    "notifications.smsgateway": _line(HEADS, write=HEADS),
    "notifications.receipt": _line(STUDENT_LIFE | {Role.SECRETARY}),
    "notifications.alert": _line(STUDENT_LIFE | {Role.SECRETARY}),
    "notifications.mailing": _line(STUDENT_LIFE | {Role.SECRETARY}),
    "notifications.delivery": _line(STUDENT_LIFE | {Role.SECRETARY}),
    "notifications.deliverychange": _line(STUDENT_LIFE | {Role.SECRETARY}),
    # the journal
    "core.recordedevent": _line(DIRECTION),
    "core.reaction": _line(DIRECTION | {Role.SECRETARY}),
    "accounts.officeaction": _line(DIRECTION),
}


def may(member: Member | None, action: str, model: type[models.Model]) -> bool:
    """Whether one of this member's roles allows `view`, `add`, `change` or `delete`."""
    line = RIGHTS.get(model._meta.label_lower)
    return bool(member and line and member.roles & line[action])
