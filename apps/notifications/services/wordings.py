"""In which words an alert is told: the fullest that costs one SMS."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time

from apps.attendance.api import AbsenceFact, LateFact, Outcome
from apps.classes import api as classes
from apps.core.tenancy import current_school_id
from apps.gateways.api import cost_of, fold, show_phone
from apps.notifications.models import Alert
from apps.notifications.rules import (
    Told,
    absence_texts,
    bulletin_texts,
    bulletins_texts,
    correction_texts,
    digest_texts,
    late_texts,
    wording_texts,
)
from apps.people.models import Sex
from apps.schools.models import School

from .ladders import Rule


@dataclass(frozen=True, slots=True)
class BulletinFact:
    """A pupil's bulletin of a term, which families read since that day."""

    student_id: int
    held_on: date
    term: str


Fact = AbsenceFact | LateFact | BulletinFact


@dataclass(frozen=True, slots=True)
class Words:
    """The school's name, its classes' names, its templates."""

    school: School
    class_names: Mapping[int, str]
    rules: Mapping[str, Rule]

    @classmethod
    def about(cls, facts: Iterable[Fact], rules: Mapping[str, Rule]) -> "Words":
        return cls(School.objects.get(pk=current_school_id()), _class_names(facts), rules)

    def of(self, alert: Alert, fact: Fact | None) -> list[str]:
        """From the fullest wording to the shortest."""
        if alert.kind == Alert.Kind.MAILING:
            return [alert.text]
        told = self._told(alert, fact)
        if wording := self.rules[alert.kind].wording:
            return wording_texts(wording, told)
        match alert.kind:
            case Alert.Kind.ABSENCE:
                return absence_texts(told)
            case Alert.Kind.LATE:
                return late_texts(told)
            case Alert.Kind.BULLETIN:
                return bulletin_texts(told)
            case _:
                is_late, is_excused = fact.outcome is Outcome.LATE, fact.outcome is Outcome.EXCUSED
                return correction_texts(told, is_late=is_late, is_excused=is_excused)

    def of_digest(self, family: Iterable[tuple[Alert, Fact]]) -> list[str]:
        """Several of one kind in one message."""
        pairs = list(family)
        texts = bulletins_texts if pairs[0][0].kind == Alert.Kind.BULLETIN else digest_texts
        return texts([self._told(alert, fact) for alert, fact in pairs])

    def _told(self, alert: Alert, fact: Fact) -> Told:
        return Told(
            school=self.school.name,
            school_phone=show_phone(self.school.phone),
            first_names=alert.student.first_name,
            class_name=self.class_names.get(fact.student_id, ""),
            is_girl=alert.student.sex == Sex.FEMALE,
            held_on=fact.held_on,
            starts_at=getattr(fact, "starts_at", None),
            ends_at=getattr(fact, "ends_at", None),
            minutes=getattr(fact, "minutes", 0),
            term=getattr(fact, "term", ""),
        )


def sample(school: School) -> Told:
    """A pupil who does not exist, to show what a template gives."""
    return Told(
        school=school.name,
        school_phone=show_phone(school.phone),
        first_names="Aya Grâce",
        class_name="6e 2",
        is_girl=True,
        held_on=date(2026, 11, 24),
        starts_at=time(7, 30),
        ends_at=time(9, 20),
        minutes=10,
        term="Trimestre 1",
    )


def as_sms(texts: Iterable[str]) -> str:
    """The fullest wording that costs one SMS, else the shortest."""
    folded = [fold(text) for text in texts]
    return next((text for text in folded if cost_of(text).segments == 1), folded[-1])


def _class_names(facts: Iterable[Fact]) -> dict[int, str]:
    """Each pupil's class on the day of the fact."""
    by_day: dict[date, set[int]] = {}
    for fact in facts:
        by_day.setdefault(fact.held_on, set()).add(fact.student_id)
    return {
        pupil: its_class.name
        for day, pupils in by_day.items()
        for pupil, its_class in classes.class_groups_of(pupils, day).items()
    }
