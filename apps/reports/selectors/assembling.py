"""A class's bulletins, put together from marks, absences and the school's own words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from apps.attendance import api as attendance
from apps.classes import api as classes
from apps.classes.api import PlanLine
from apps.classes.models import ClassGroup, ClassTerm
from apps.classes.rules import french
from apps.grades import api as grades
from apps.people.models import Student
from apps.reports.models import Letterhead, Verdict
from apps.reports.rules import (
    DISTINCTIONS,
    SANCTIONS,
    Annual,
    CardLine,
    Group,
    Heading,
    PastTerm,
    ReportCardFacts,
    Ruling,
    decision_text,
)
from apps.schools.selectors import printed_imprints

from .remarks import remarks_of
from .wording import heading_of, made_on, pupil_of, school_and_letterhead, term_name

UNPLACED = "non classé"


@dataclass(frozen=True, slots=True)
class Class:
    """What all bulletins of a class's term share."""

    class_term: ClassTerm
    heading: Heading
    letterhead: Letterhead
    results: grades.ClassResults
    year: grades.AnnualResults | None  # of the last term only
    before: Sequence[tuple[ClassTerm, grades.ClassResults]]
    teachers: Mapping[tuple[int, str], str]  # by student id and subject's name
    tallies: Mapping[int, attendance.Tally]
    remarks: Mapping[int, Mapping[int | None, str]]  # by student id and subject id; None: of all
    verdicts: Mapping[int, Verdict]
    signatures: tuple[tuple[str, str], ...]
    made: str
    imprints: Mapping[str, str]  # digests


def facts_of_class(class_term: ClassTerm, *, on: date) -> dict[int, ReportCardFacts]:
    """What each pupil's bulletin says that day, by student id in register order; `class_term` has its class,
    its term and its rules. Some twenty queries, whatever the number of pupils.
    """
    shared = class_of(class_term, on=on)
    pupils = Student.objects.filter(pk__in=shared.results.pupils).in_register_order()
    return {pupil.pk: Assembly(shared, pupil).facts() for pupil in pupils}


def class_of(class_term: ClassTerm, *, on: date) -> Class:
    """What its bulletins are put together from; `class_term` as above."""
    group = class_term.class_group
    terms = classes.terms_of([group.pk])[group.pk]
    for row in terms:
        row.class_group = group
    earlier = [row for row in terms if row.term.number < class_term.term.number]
    results = grades.results_of([*earlier, class_term], on=on)
    pupils = list(results[class_term.pk].pupils)
    is_last = class_term.pk == terms[-1].pk
    school, letterhead = school_and_letterhead()
    days = (class_term.term.starts_on, class_term.term.ends_on)
    return Class(
        class_term=class_term,
        heading=heading_of(school, letterhead, group.year),
        letterhead=letterhead,
        results=results[class_term.pk],
        year=grades.annual_results(group, on=max(on, class_term.term.starts_on)) if is_last else None,
        before=[(row, results[row.pk]) for row in earlier],
        teachers=_teachers(classes.teachers_of(pupils, min(on, class_term.term.ends_on))),
        tallies=attendance.tallies(pupils, days),
        remarks=remarks_of(class_term.pk),
        verdicts={one.student_id: one for one in Verdict.objects.of_term(class_term.pk)},
        signatures=_signatures(group, letterhead),
        made=made_on(school, letterhead, on),
        imprints=printed_imprints(),
    )


def _teachers(taught: Iterable[classes.TeacherOf]) -> dict[tuple[int, str], str]:
    names: dict[tuple[int, str], list[str]] = defaultdict(list)
    for one in taught:
        names[one.student_id, one.subject].append(one.name)
    return {key: ", ".join(several) for key, several in names.items()}


@dataclass(frozen=True, slots=True)
class Assembly:
    """One pupil's bulletin, in the making."""

    shared: Class
    pupil: Student

    @property
    def standing(self) -> grades.Standing:
        return self.shared.results.pupils[self.pupil.pk].standing

    @property
    def year(self) -> grades.Year | None:
        return self.shared.year.pupils[self.pupil.pk].year if self.shared.year else None

    @property
    def ruling(self) -> Ruling:
        """The council's; an empty one until it has spoken."""
        verdict = self.shared.verdicts.get(self.pupil.pk)
        return verdict.ruling if verdict else Ruling()

    @property
    def plan(self) -> list[PlanLine]:
        """What the curriculum does not weigh is not printed."""
        return [line for line in self.shared.results.plan if line.coefficient]

    def facts(self) -> ReportCardFacts:
        result, tally = self.standing.result, self.shared.tallies[self.pupil.pk]
        figures, term = self.shared.results.overall, term_name(self.shared.class_term)
        return ReportCardFacts(
            heading=self.shared.heading,
            title=f"Bulletin de notes{' du ' if term[0].isdigit() else ', '}{term}",
            year=self.shared.class_term.class_group.year.name,
            term=term,
            pupil=pupil_of(
                self.pupil, self.shared.class_term.class_group.name, len(self.shared.results.pupils)
            ),
            groups=self._groups(),
            coefficients=_text(result.coefficients, places=None) if result.averages else "",
            points=_text(result.points) if result.averages else "",
            average=_text(result.overall) or UNPLACED,
            rank=f"{self.standing.rank} / {figures.count}" if self.standing.rank and figures else "",
            past_terms=tuple(self._past(*one) for one in self.shared.before),
            annual=self.year and self._annual(self.year),
            justified=f"{tally.justified.hours} h",
            unjustified=f"{tally.unjustified.hours} h",
            late=str(tally.late),
            highest=_text(figures and figures.highest),
            lowest=_text(figures and figures.lowest),
            mean=_text(figures and figures.mean),
            distinctions=_ticked(DISTINCTIONS, self.ruling.distinction),
            sanctions=_ticked(SANCTIONS, *self.ruling.sanctions),
            remark=self._remark(None),
            signatures=self.shared.signatures,
            made=self.shared.made,
            mention=self.shared.letterhead.mention,
            **self.shared.imprints,
        )

    def _groups(self) -> tuple[Group, ...]:
        """The bilans, in the curriculum's order."""
        lines: dict[str, list[CardLine]] = defaultdict(list)
        for line in self.plan:
            if line.parent_id is None:
                lines[line.group_name].append(self._line(line))
        return tuple(self._group(name, tuple(its)) for name, its in lines.items())

    def _group(self, name: str, lines: tuple[CardLine, ...]) -> Group:
        total = self.standing.result.bilans.get(name)
        return Group(
            name=f"Bilan {name}",
            average=_text(total and total.average),
            coefficients=_text(total and total.coefficients, places=None),
            points=_text(total and total.points),
            rank=_rank(self.standing.bilan_ranks.get(name)),
            lines=lines,
        )

    def _line(self, line: PlanLine) -> CardLine:
        subject, average = line.subject_id, self.standing.result.averages.get(line.subject_id)
        parts = tuple(self._line(part) for part in self.plan if part.parent_id == subject)
        of_parts = ", ".join(dict.fromkeys(part.teacher for part in parts if part.teacher))
        return CardLine(
            subject=line.name,
            average=_text(average),
            coefficient=_text(line.coefficient, places=None),
            points=_text(None if average is None else grades.weighed(average, line.coefficient)),
            rank=_rank(self.standing.subject_ranks.get(subject)),
            remark=self._remark(subject),
            teacher=self.shared.teachers.get((self.pupil.pk, line.name), of_parts),
            annual_average=_text(self.year and self.year.subjects.get(subject)),
            annual_rank=_rank(self.year and self.year.subject_ranks.get(subject)),
            parts=parts,
        )

    def _remark(self, subject_id: int | None) -> str:
        return self.shared.remarks.get(self.pupil.pk, {}).get(subject_id, "")

    def _past(self, class_term: ClassTerm, results: grades.ClassResults) -> PastTerm:
        """Nothing where she was of another class then."""
        there = results.pupils.get(self.pupil.pk)
        average = _text(there and there.standing.result.overall)
        rank = _rank(there and there.standing.rank)
        return PastTerm(name=term_name(class_term), average=average or UNPLACED, rank=rank)

    def _annual(self, year: grades.Year) -> Annual:
        decision = decision_text(self.ruling.decision, self.pupil.sex)
        return Annual(average=_text(year.average) or UNPLACED, rank=_rank(year.rank), decision=decision)


def _ticked(names: Mapping[str, str], *chosen: str) -> tuple[tuple[str, bool], ...]:
    """Every box of the paper, and whether it is ticked."""
    return tuple((name, value in chosen) for value, name in names.items())


def _signatures(group: ClassGroup, letterhead: Letterhead) -> tuple[tuple[str, str], ...]:
    teacher = str(group.form_teacher) if group.form_teacher else ""
    return (("Le professeur principal", teacher), (letterhead.principal_title, ""), ("Les parents", ""))


def _rank(rank: grades.Rank | None) -> str:
    return str(rank) if rank else ""


def _text(value: Decimal | None, *, places: int | None = 2) -> str:
    return "" if value is None else french(value, places=places)
