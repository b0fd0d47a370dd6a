"""Who is told that bulletins may be read, once however often they are published."""

from datetime import datetime

from django.db import transaction

from apps.core.tenancy import check_references_at_once
from apps.notifications.models import Alert
from apps.notifications.rules import bulletin_key
from apps.reports.api import terms_of_bulletins

from .audiences import informed
from .days import local_day
from .ladders import rules_of_school
from .sending import alert_settings


@transaction.atomic
def tell_of_bulletins(*, class_term_id: int, now: datetime) -> None:
    """One alert for each pupil of that class whose bulletin stands, and guardian who may see her marks.

    After the grace delay, behind whatever is urgent. Run twice, or published again, nothing more happens,
    but to those that were withdrawn before anything left.
    """
    rule = rules_of_school()[Alert.Kind.BULLETIN]
    if not rule.is_on:
        return
    pupils = sorted(student for _, student in terms_of_bulletins({class_term_id}))
    due_at = now + alert_settings().grace
    told = informed(pupils, local_day(now), rule.audience, of_marks=True)
    check_references_at_once()
    Alert.objects.bulk_create(
        [
            Alert(
                guardian_id=guardian,
                student_id=student,
                kind=Alert.Kind.BULLETIN,
                key=bulletin_key(class_term_id, student),
                is_bulk=True,
                due_at=due_at,
                created_at=now,
            )
            for student in pupils
            for guardian, _ in told.get(student, ())
        ],
        ignore_conflicts=True,
    )
    withdrawn = Alert.objects.filter(state=Alert.State.CANCELLED, why=Alert.Why.WITHDRAWN)
    withdrawn.filter(key__in=[bulletin_key(class_term_id, student) for student in pupils]).update(
        state=Alert.State.WAITING, why="", due_at=due_at
    )
