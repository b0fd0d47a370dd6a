"""Pupils and those who answer for them, as on a real register: siblings, gaps, shared phones."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from apps.people.models import Guardian, Guardianship, Student

from .cast import ChildScript, FamilyScript
from .names import BIRTHPLACES, FAMILIES, NATIONALITIES, Phones, given_names

USUAL_AGE = {"6e": 11, "5e": 12, "4e": 13, "3e": 14, "2nde": 15, "1ère": 16, "Tle": 17}


@dataclass(slots=True)
class Family:
    """Guardians of one household, each with the relation to the children, and their own children."""

    last_name: str
    guardians: list[tuple[Guardian, str]] = field(default_factory=list)
    children: list[Student] = field(default_factory=list)
    script: FamilyScript | None = None


class Register:
    """Draws the pupils of a school, class by class; keeps families, and how well each pupil does."""

    def __init__(self, slug: str, opens_on: date, phones: Phones) -> None:
        self.slug = slug
        self._rng = Random(f"{slug}: people")  # noqa: S311 (a demo, not a secret)
        self._opens_on = opens_on
        self._phones = phones
        self._number = 0
        self.families: list[Family] = []
        self.usual_averages: list[tuple[Student, float]] = []
        self.scripted: dict[str, Student] = {}

    def draw_class(
        self, level: str, size: int, children: list[tuple[FamilyScript, ChildScript]]
    ) -> list[Student]:
        """The pupils of a class, those of the cast among them, in no order."""
        pupils = [self._child_of_the_cast(level, family, child) for family, child in children]
        pupils += [self._pupil(level) for _ in range(size - len(pupils))]
        return pupils

    def _child_of_the_cast(self, level: str, script: FamilyScript, child: ChildScript) -> Student:
        last_name, _, first_name = child.name.partition(" ")
        family = next((one for one in self.families if one.script is script), None)
        if family is None:
            family = self._family_of(script)
        student = self._student(level, last_name, first_name, child.sex, repeats=False)
        family.children.append(student)
        self.usual_averages.append((student, child.usual_average))
        self.scripted[child.name] = student
        return student

    def _family_of(self, script: FamilyScript) -> Family:
        parent = script.parent
        phone = parent.phone or self._phones.mobile(self._rng)
        guardian = Guardian(last_name=parent.last_name, first_name=parent.first_name, phone=phone)
        family = Family(parent.last_name, [(guardian, script.relation)], script=script)
        self.families.append(family)
        return family

    def _pupil(self, level: str) -> Student:
        rng = self._rng
        sex = rng.choice("FM")
        siblings = self.families and rng.random() < 0.15
        family = rng.choice(self.families) if siblings else self._new_family()
        if family.script:
            family = self._new_family()
        repeats = rng.random() < 0.08
        student = self._student(level, family.last_name, given_names(rng, sex), sex, repeats=repeats)
        family.children.append(student)
        self.usual_averages.append((student, min(max(rng.gauss(11.3, 2.6), 3.0), 18.5)))
        return student

    def _student(self, level: str, last_name: str, first_name: str, sex: str, *, repeats: bool) -> Student:
        rng = self._rng
        self._number += 1
        age = USUAL_AGE[level] + repeats + rng.choices((0, 1, 2), (70, 24, 6))[0]
        first_enrolled = (self._opens_on.year - age + 5) % 100
        national_id = f"{first_enrolled:02d}{rng.randrange(10)}{self._number:05d}{rng.choice('ABCDEFGHJKT')}"
        return Student(
            last_name=last_name,
            first_name=first_name,
            sex=sex,
            national_id=national_id if rng.random() < 0.93 else None,
            born_on=date(self._opens_on.year - age, 1, 1) + timedelta(days=rng.randrange(365)),
            born_in=rng.choice(BIRTHPLACES),
            nationality=rng.choice(NATIONALITIES) if rng.random() < 0.07 else "ivoirienne",
            state_assigned=rng.random() < 0.55,
            repeats_year=repeats,
            regime=Student.Regime.HALF_BOARD if rng.random() < 0.1 else Student.Regime.DAY,
        )

    def _new_family(self) -> Family:
        """Nobody, a mother, a father, an aunt, or both parents; some share a phone, some have none."""
        rng = self._rng
        family = Family(rng.choice(FAMILIES))
        draw = rng.random()
        if draw < 0.03:
            pass
        elif draw < 0.40:
            family.guardians = [self._guardian(rng.choice(FAMILIES), "F", "mother")]
        elif draw < 0.55:
            family.guardians = [self._guardian(family.last_name, "M", "father")]
        elif draw < 0.62:
            relation = rng.choice(("tutor", "other"))
            family.guardians = [self._guardian(rng.choice(FAMILIES), rng.choice("FM"), relation)]
        else:
            family.guardians = [
                self._guardian(family.last_name, "M", "father"),
                self._guardian(rng.choice(FAMILIES), "F", "mother"),
            ]
            if rng.random() < 0.12:
                family.guardians[1][0].phone = family.guardians[0][0].phone
        self.families.append(family)
        return family

    def _guardian(self, last_name: str, sex: str, relation: str) -> tuple[Guardian, str]:
        rng = self._rng
        draw = rng.random()
        phone = self._phones.mobile(rng)
        if draw < 0.04:
            phone = ""
        elif draw < 0.06:
            phone = self._phones.landline()
        return Guardian(last_name=last_name, first_name=given_names(rng, sex), phone=phone), relation

    def guardians(self) -> list[Guardian]:
        """All of them, once each."""
        return [guardian for family in self.families for guardian, _ in family.guardians]

    def guardianships(self) -> list[Guardianship]:
        """Who answers for whom, since the first day of the year."""
        return [
            Guardianship(guardian=guardian, student=child, relation=relation, since=self._opens_on)
            for family in self.families
            for guardian, relation in family.guardians
            for child in family.children
        ]
