"""What telling the families of many pupils would cost, before anybody does it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from apps.gateways.api import is_mobile
from apps.notifications.models import Alert, AlertRule, BadNumber
from apps.people.models import Guardianship
from apps.schools.models import School

from .ladders import rules_of_school
from .money import Spent, spent
from .previews import wording_preview
from .sending import alert_settings


@dataclass(frozen=True, slots=True)
class AbsencesEstimate:
    """How many guardians, how many numbers, at what price each; 0 where the school's rule tells nobody."""

    guardians: int
    numbers: int
    francs_each: int
    spent: Spent

    @property
    def francs(self) -> int:
        return self.numbers * self.francs_each


def absences_estimate(
    student_ids: Iterable[int], *, on: date, school: School, now: datetime
) -> AbsencesEstimate:
    """As if each of these pupils were found absent. At most: who reads the portal in time costs nothing."""
    rule = rules_of_school()[Alert.Kind.ABSENCE]
    told = _told(student_ids, on, rule.audience) if rule.is_on else []
    return AbsencesEstimate(
        guardians=len({guardian for guardian, _ in told}),
        numbers=len({phone for _, phone in told if is_mobile(phone)}),
        francs_each=wording_preview(Alert.Kind.ABSENCE, rule.wording, school, now).francs,
        spent=spent(alert_settings(), now),
    )


def _told(student_ids: Iterable[int], on: date, audience: str) -> list[tuple[int, str]]:
    """The guardians to tell and their phones, pupil by pupil: all, or the first who has a mobile. Two
    queries."""
    cares = Guardianship.objects.current(on).filter(student__in=list(student_ids), is_informed=True)
    by_student: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for student, guardian, phone in cares.order_by("pk").values_list(
        "student", "guardian", "guardian__phone"
    ):
        by_student[student].append((guardian, phone))
    if audience == AlertRule.Audience.ALL:
        return [one for told in by_student.values() for one in told]
    phones = {phone for told in by_student.values() for _, phone in told}
    bad = set(BadNumber.objects.filter(number__in=phones).values_list("number", flat=True))
    return [
        next((one for one in told if is_mobile(one[1]) and one[1] not in bad), told[0])
        for told in by_student.values()
    ]
