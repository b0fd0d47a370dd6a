"""The school's thresholds, and what vie scolaire did about a pupil past one."""

from datetime import date, datetime

from apps.accounts.models import Member
from apps.attendance.models import AttendanceThreshold, ThresholdAnswer

What, Within = AttendanceThreshold.What, AttendanceThreshold.Within
PRESET = (
    (What.UNJUSTIFIED_HOURS, 4, Within.MONTH, "Appeler la famille et lui demander les motifs."),
    (What.UNJUSTIFIED_HOURS, 10, Within.TERM, "Rencontrer l’élève et sa famille."),
    (What.UNJUSTIFIED_HOURS, 20, Within.TERM, "En parler avec le professeur principal et la direction."),
    (What.LATE, 5, Within.MONTH, "Appeler la famille et chercher avec elle d’où viennent les retards."),
    (What.INFIRMARY, 4, Within.MONTH, "Demander à la famille des nouvelles de sa santé."),
)


def set_up_thresholds() -> None:
    """Give the school in scope a list to start from, where it has none."""
    if AttendanceThreshold.objects.exists():
        return
    AttendanceThreshold.objects.bulk_create(
        AttendanceThreshold(what=what, at_least=at_least, within=within, proposal=proposal)
        for what, at_least, within, proposal in PRESET
    )


def answer_threshold(
    *, threshold_id: int, student_id: int, since: date, count: int, line: str, by: Member, at: datetime
) -> ThresholdAnswer:
    """Write what was done about that count; the first answer to it stands, whoever else sends one."""
    answer, _ = ThresholdAnswer.objects.get_or_create(
        threshold_id=threshold_id,
        student_id=student_id,
        since=since,
        count=count,
        defaults={"line": line, "answered_by": by, "answered_at": at},
    )
    return answer
