"""What telling the families of many pupils would cost, before anybody does it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from apps.gateways.api import is_mobile
from apps.notifications.models import Alert
from apps.schools.models import School

from .audiences import informed
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
    by_pupil = informed(student_ids, on, rule.audience) if rule.is_on else {}
    told = [one for some in by_pupil.values() for one in some]
    return AbsencesEstimate(
        guardians=len({guardian for guardian, _ in told}),
        numbers=len({phone for _, phone in told if is_mobile(phone)}),
        francs_each=wording_preview(Alert.Kind.ABSENCE, rule.wording, school, now).francs,
        spent=spent(alert_settings(), now),
    )
