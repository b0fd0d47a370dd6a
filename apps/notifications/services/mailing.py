"""A message to the families of some classes, entered at once however many they are."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Min

from apps.accounts.models import Member
from apps.classes import api as classes
from apps.core.events import publish
from apps.core.tenancy import check_references_at_once
from apps.notifications.events import FamiliesWrittenTo
from apps.notifications.models import Alert, Mailing
from apps.people.models import Guardianship

from .days import local_day


class NobodyToTell(Exception):
    """No pupil of these classes has anybody who receives alerts."""


@transaction.atomic
def write_to_families(
    *, text: str, audience: str, groups: Iterable[int], by: Member, now: datetime
) -> Mailing:
    """One alert for each guardian of a pupil of these groups, whatever the number of her children there.

    All of them by one statement. `groups` are those of whole classes. Raises NobodyToTell.
    """
    told = recipients(groups, now)
    if not told:
        raise NobodyToTell
    mailing = Mailing.objects.create(
        text=text, audience=audience[:200], count=len(told), author=by, created_at=now
    )
    check_references_at_once()
    Alert.objects.bulk_create(
        Alert(
            guardian_id=guardian,
            student_id=student,
            kind=Alert.Kind.MAILING,
            key=f"mailing:{mailing.pk}",
            is_bulk=True,
            text=text,
            due_at=now,
            created_at=now,
        )
        for guardian, student in told
    )
    publish(FamiliesWrittenTo(mailing_id=mailing.pk, by_id=by.pk))
    return mailing


def recipients(groups: Iterable[int], now: datetime) -> list[tuple[int, int]]:
    """Each guardian who receives alerts, with one of her children there; in the order of their rows."""
    day = local_day(now)
    pupils = classes.students_of(list(groups), day).values("pk")
    cares = Guardianship.objects.current(day).filter(student__in=pupils, is_informed=True)
    return list(cares.values_list("guardian").annotate(Min("student")).order_by("guardian"))
