"""What a class council has before it: the class, and one pupil at a time."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from apps.classes import api as classes
from apps.classes.models import ClassTerm
from apps.classes.rules import Decision, french
from apps.grades import api as grades
from apps.people.models import Student
from apps.reports.models import ClassCouncil, Verdict
from apps.reports.rules import (
    CONDUCT_SANCTIONS,
    DISTINCTIONS,
    SANCTIONS,
    WORK_SANCTIONS,
    CardLine,
    ReportCardFacts,
    Ruling,
    decision_text,
    departs,
)

from .assembling import Assembly, Class, class_of

State = ClassTerm.State


@dataclass(frozen=True, slots=True)
class CouncilRow:
    """A pupil on the council's list; what was decided of her, or else what is proposed.

    `is_behind`: her marks changed since, the rules now propose another decision, and nobody said why not.
    """

    student: Student
    average: str
    rank: str
    verdict: Verdict | None
    proposed: tuple[str, ...]
    is_behind: bool

    @property
    def said(self) -> tuple[str, ...]:
        return spoken(self.verdict.ruling, self.student.sex) if self.verdict else ()


class Seated(NamedTuple):
    """A teacher of the class, and what she teaches there."""

    member_id: int
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class CouncilPage:
    """A class's council: its sitting, once written down, who would sit, its pupils in register order."""

    class_term: ClassTerm
    council: ClassCouncil | None
    staff: tuple[Seated, ...]
    rows: list[CouncilRow]
    is_last_term: bool

    @property
    def is_sitting(self) -> bool:
        return self.class_term.state == State.COUNCIL

    @property
    def undecided(self) -> list[CouncilRow]:
        return [row for row in self.rows if row.verdict is None or row.is_behind]

    @property
    def decided(self) -> int:
        return len(self.rows) - len(self.undecided)

    @property
    def first(self) -> Student | None:
        """With whom to go on."""
        row = next(iter(self.undecided or self.rows), None)
        return row and row.student


def council_page(class_term: ClassTerm, on: date) -> CouncilPage:
    """`class_term` has its class, its term and its rules. Some thirty queries, whatever its size."""
    shared = class_of(class_term, on=on)
    pupils = Student.objects.filter(pk__in=shared.results.pupils).in_register_order()
    day = min(on, class_term.term.ends_on)
    return CouncilPage(
        class_term=class_term,
        council=ClassCouncil.objects.filter(class_term=class_term).first(),
        staff=_staff(classes.teachers_of(shared.results.pupils, day)),
        rows=[_row(Assembly(shared, pupil)) for pupil in pupils],
        is_last_term=shared.year is not None,
    )


def _staff(taught: Iterable[classes.TeacherOf]) -> tuple[Seated, ...]:
    subjects: dict[tuple[int, str], list[str]] = defaultdict(list)
    for one in taught:
        if one.subject not in (its := subjects[one.member_id, one.name]):
            its.append(one.subject)
    return tuple(Seated(pk, name, ", ".join(its)) for (pk, name), its in subjects.items())


def _row(pupil: Assembly) -> CouncilRow:
    facts, ruling, pk = pupil.facts(), pupil.ruling, pupil.pupil.pk
    return CouncilRow(
        student=pupil.pupil,
        average=facts.average,
        rank=facts.rank,
        verdict=pupil.shared.verdicts.get(pk),
        proposed=spoken(proposed_to(pupil.shared, pk), pupil.pupil.sex),
        is_behind=not ruling.reason and departs(ruling.decision, proposed_decision(pupil.shared, pk) or ""),
    )


def spoken(ruling: Ruling, sex: str) -> tuple[str, ...]:
    """A ruling as it is read out."""
    said = [DISTINCTIONS.get(ruling.distinction), *map(SANCTIONS.get, ruling.sanctions)]
    return tuple(filter(None, [*said, decision_text(ruling.decision, sex)]))


def proposed_to(shared: Class, student_id: int) -> Ruling:
    """What the school's rules would tick; the year's decision where they leave it to nobody."""
    proposal = shared.results.pupils[student_id].proposal
    decision = proposed_decision(shared, student_id)
    return Ruling(
        distinction=proposal.distinction or "",
        work=_among(WORK_SANCTIONS, proposal.sanctions),
        conduct=_among(CONDUCT_SANCTIONS, proposal.sanctions),
        decision=decision if decision and decision != Decision.COUNCIL else "",
    )


def proposed_decision(shared: Class, student_id: int) -> Decision | None:
    """Of the last term only: "council" where the rules leave it to the council, None without a rule."""
    return shared.year.pupils[student_id].decision if shared.year else None


def _among(names: Mapping[str, str], sanctions: Iterable[str]) -> str:
    return next((one for one in sanctions if one in names), "")


@dataclass(frozen=True, slots=True)
class Line:
    """A subject on the screen, or a bilan: beside the pupil's figures, the class's mean."""

    line: CardLine
    mean: str
    is_part: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """A term of the year on the curve: the pupil, and the class from its lowest to its highest.

    `x`, `y`… are places on a drawing of 300 by 120; None where there is nothing.
    """

    name: str
    x: int
    average: Decimal | None = None
    mean: Decimal | None = None
    y: int | None = None
    mean_y: int | None = None
    low_y: int | None = None
    high_y: int | None = None


@dataclass(frozen=True, slots=True)
class PupilPage:
    """A pupil before the council. `decision`: proposed, of the last term only."""

    class_term: ClassTerm
    student: Student
    facts: ReportCardFacts
    lines: list[Line]
    curve: list[Moment]
    word: str
    conduct: str  # what roll calls leave of it
    proposed: Ruling
    decision: Decision | None
    is_last_term: bool
    verdict: Verdict | None
    place: int
    of: int
    previous_id: int | None
    next_id: int | None

    @property
    def is_sitting(self) -> bool:
        return self.class_term.state == State.COUNCIL

    @property
    def said(self) -> tuple[str, ...]:
        return spoken(self.verdict.ruling, self.student.sex) if self.verdict else ()

    @property
    def drawn(self) -> str:
        """The pupil's line, as SVG points."""
        return " ".join(f"{one.x},{one.y}" for one in self.curve if one.y is not None)


def pupil_page(class_term: ClassTerm, student_id: int, on: date) -> PupilPage | None:
    """None for a pupil of another class; `class_term` as above."""
    shared = class_of(class_term, on=on)
    pupils = list(Student.objects.filter(pk__in=shared.results.pupils).in_register_order())
    place = next((n for n, one in enumerate(pupils) if one.pk == student_id), None)
    if place is None:
        return None
    pupil = Assembly(shared, pupils[place])
    facts = pupil.facts()
    return PupilPage(
        class_term=class_term,
        student=pupil.pupil,
        facts=facts,
        lines=list(_lines(facts, _means(shared.results))),
        curve=_curve(shared, student_id),
        word=shared.results.pupils[student_id].word,
        conduct=_conduct(shared, student_id),
        proposed=proposed_to(shared, student_id),
        decision=proposed_decision(shared, student_id),
        is_last_term=shared.year is not None,
        verdict=shared.verdicts.get(student_id),
        place=place + 1,
        of=len(pupils),
        previous_id=pupils[place - 1].pk if place else None,
        next_id=pupils[place + 1].pk if place + 1 < len(pupils) else None,
    )


def _conduct(shared: Class, student_id: int) -> str:
    """What roll calls alone leave of conduct, by the school's rubrics, to whoever marks it: "18,5 / 20
    (Assiduité 4,5 / 6)". Nothing where none of its rubrics counts hours.
    """
    hours = shared.tallies[student_id].unjustified.hours
    rubrics = shared.results.scheme.rubrics
    counted = {fault.name: hours for rubric in rubrics for fault in rubric.faults if fault.is_hours}
    left = grades.conduct_of(rubrics, counted)
    of_hours = [
        f"{mark.name} {french(mark.value)} / {french(mark.out_of)}"
        for rubric, mark in zip(rubrics, left, strict=True)
        if any(fault.is_hours for fault in rubric.faults)
    ]
    whole = (
        f"{french(grades.mark_of(left))} / {french(shared.results.scheme.reckoning.scale)}"
        if of_hours
        else ""
    )
    return f"{whole} ({', '.join(of_hours)})" if len(rubrics) > 1 else whole


def _means(results: grades.ClassResults) -> dict[str, str]:
    names = {line.subject_id: line.name for line in results.plan}
    figures = {names[pk]: its for pk, its in results.subjects.items() if pk in names and its}
    return {name: french(its.mean, places=2) for name, its in figures.items()}


def _lines(facts: ReportCardFacts, means: Mapping[str, str]) -> Iterator[Line]:
    for group in facts.groups:
        for line in group.lines:
            yield Line(line, means.get(line.subject, ""), is_part=False)
            for part in line.parts:
                yield Line(part, means.get(part.subject, ""), is_part=True)


def _curve(shared: Class, student_id: int) -> list[Moment]:
    """Every term of the year, those that are to come without figures."""
    known = {row.term_id: its for row, its in shared.before} | {shared.class_term.term_id: shared.results}
    group_id = shared.class_term.class_group_id
    terms = classes.terms_of([group_id])[group_id]
    apart = 300 // len(terms)
    scale = shared.results.scheme.reckoning.scale
    return [
        _moment(row.term.name, apart // 2 + n * apart, known.get(row.term_id), student_id, scale)
        for n, row in enumerate(terms)
    ]


def _moment(
    name: str, x: int, results: grades.ClassResults | None, student_id: int, scale: Decimal
) -> Moment:
    def height(value: Decimal | None) -> int | None:
        return None if value is None else round(110 - 100 * value / scale)

    there = results and results.pupils.get(student_id)
    average = there.standing.result.overall if there else None
    figures = results and results.overall
    if not figures:
        return Moment(name, x)
    return Moment(
        name,
        x,
        average,
        figures.mean,
        height(average),
        height(figures.mean),
        height(figures.lowest),
        height(figures.highest),
    )
