"""The bulletins of the school's classes: where each stands, and what issuing one would do."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Q

from apps.classes import api as classes
from apps.classes.models import ClassGroup, ClassTerm, ClassTermStep
from apps.core.tenancy import SchoolQuerySet
from apps.people.models import Student
from apps.reports.models import Acknowledgement, PrintRun, ReportCard, Verdict
from apps.reports.rules import ReportCardFacts, read_facts

from .assembling import facts_of_class
from .remarks import Awaited, awaited_remarks

State = ClassTerm.State
STAGES = {
    State.OPEN: "notes",
    State.LOCKED: "notes arrêtées",
    State.REMARKS: "appréciations",
    State.COUNCIL: "conseil",
    State.PUBLISHED: "publié",
}


@dataclass(frozen=True, slots=True)
class ClassLine:
    """A class, and how many bulletins stand in each of its terms."""

    class_group: ClassGroup
    terms: list[tuple[ClassTerm, int]]


def class_lines(terms: SchoolQuerySet[ClassTerm], on: date) -> list[ClassLine]:
    """The classes of the year in course, or of the last one, in the order of levels. Two queries."""
    rows = terms.filter(class_group__year__opens_on__lte=on).order_by(
        "-class_group__year__opens_on", "class_group__level__position", "class_group__name", "term__number"
    )
    rows = list(rows.select_related("term", "class_group__level", "class_group__year"))
    rows = [row for row in rows if row.class_group.year_id == rows[0].class_group.year_id]
    standing = ReportCard.objects.standing().filter(class_term__in=[row.pk for row in rows])
    counts = dict(standing.values_list("class_term").annotate(count=Count("pk")))
    by_class: dict[ClassGroup, list[tuple[ClassTerm, int]]] = defaultdict(list)
    for row in rows:
        by_class[row.class_group].append((row, counts.get(row.pk, 0)))
    return [ClassLine(group, its) for group, its in by_class.items()]


@dataclass(frozen=True, slots=True)
class CardRow:
    """A pupil of a class's term: what her bulletin would say today, and the one that she has."""

    student: Student
    average: str
    rank: str
    card: ReportCard | None
    is_cancelled: bool
    is_changed: bool
    is_printed: bool
    is_acknowledged: bool
    has_verdict: bool

    @property
    def moved_at(self) -> datetime | None:
        """When her bulletin last became another, or none."""
        if self.card is None:
            return None
        return self.card.cancellation.cancelled_at if self.is_cancelled else self.card.issued_at

    @property
    def is_to_issue(self) -> bool:
        return self.card is None or self.is_cancelled or self.is_changed


@dataclass(frozen=True, slots=True)
class ClassCards:
    """A class's term: its pupils in register order, what is missing, how the printing goes."""

    class_term: ClassTerm
    rows: list[CardRow]
    facts: Mapping[int, ReportCardFacts]
    without_marks: list[tuple[str, str]]  # subjects that nobody has an average in, and their teachers
    run: PrintRun | None
    awaited: list[Awaited]  # remarks that teachers have not written
    unweighed: list[str]  # subjects taught, which the curriculum gives no coefficient
    arrived: list[tuple[Student, date]]  # during the term
    left: list[tuple[Student, date]]  # during the term, who have no bulletin of this class
    steps: list[ClassTermStep]  # the latest first

    @property
    def to_issue(self) -> int:
        return sum(row.is_to_issue for row in self.rows)

    @property
    def is_printing(self) -> bool:
        return self.run is not None and self.run.cancelled_at is None and not self.run.is_done

    @property
    def is_whole(self) -> bool:
        """Whether the printer's file has all that stands, and nothing that was replaced since."""
        return self.run is not None and self.run.is_done and not self.is_behind

    @property
    def is_behind(self) -> bool:
        """Something was issued or taken back since it was printed."""
        return any(row.moved_at and row.moved_at > self.run.asked_at for row in self.rows)

    @property
    def unplaced(self) -> list[Student]:
        return [row.student for row in self.rows if not row.rank]

    @property
    def standing(self) -> int:
        return sum(bool(row.card) and not row.is_cancelled for row in self.rows)

    @property
    def is_published(self) -> bool:
        return self.class_term.state == State.PUBLISHED

    @property
    def has_council(self) -> bool:
        """Whether it sits, or has sat: bulletins are issued from then on."""
        return self.class_term.state in (State.COUNCIL, State.PUBLISHED)

    @property
    def undecided(self) -> int:
        """How many have no verdict."""
        return sum(not row.has_verdict for row in self.rows)

    @property
    def stages(self) -> list[tuple[str, bool, bool]]:
        """The name of each step, whether it is behind, whether the class is there."""
        states = list(State)
        there = states.index(State(self.class_term.state))
        return [(STAGES[state], n < there, n == there) for n, state in enumerate(states)]

    @property
    def acknowledged(self) -> int:
        return sum(row.is_acknowledged for row in self.rows)

    @property
    def printed(self) -> int:
        return sum(row.is_printed for row in self.rows)


def class_cards(class_term: ClassTerm, on: date) -> ClassCards:
    """`class_term` has its class, its term and its rules. Some thirty queries, whatever its size."""
    facts = facts_of_class(class_term, on=on)
    cards = ReportCard.objects.of_term(class_term.pk).latest().select_related("cancellation")
    read = Acknowledgement.objects.filter(report_card=OuterRef("pk"))
    cards = cards.annotate(has_file=Q(printed__isnull=False), is_acknowledged=Exists(read))
    latest = {card.student_id: card for card in cards}
    students = Student.objects.in_bulk(list(facts))
    decided = set(Verdict.objects.of_term(class_term.pk).values_list("student", flat=True))
    rows = [_row(students[pk], said, latest.get(pk), pk in decided) for pk, said in facts.items()]
    runs = PrintRun.objects.filter(class_term=class_term).defer("content").order_by("-pk")
    run = runs.annotate(is_done=Q(content__isnull=False)).first()
    taught = awaited_remarks(class_term, facts, min(on, class_term.term.ends_on))
    arrived, left = _moves(class_term, facts)
    steps = ClassTermStep.objects.filter(class_term=class_term).select_related("by__user").order_by("-pk")
    return ClassCards(
        class_term=class_term,
        rows=rows,
        facts=facts,
        without_marks=_without_marks(facts),
        run=run,
        awaited=[one for one in taught if one.missing],
        unweighed=_unweighed(taught, facts),
        arrived=arrived,
        left=left,
        steps=list(steps),
    )


def _row(student: Student, said: ReportCardFacts, card: ReportCard | None, has_verdict: bool) -> CardRow:
    cancelled = card is not None and hasattr(card, "cancellation")
    changed = card is not None and not read_facts(card.facts).says_what(said)
    stands = card is not None and not cancelled
    return CardRow(
        student=student,
        average=said.average,
        rank=said.rank,
        card=card,
        is_cancelled=cancelled,
        is_changed=changed,
        is_printed=stands and card.has_file,
        is_acknowledged=stands and card.is_acknowledged,
        has_verdict=has_verdict,
    )


def _without_marks(facts: Mapping[int, ReportCardFacts]) -> list[tuple[str, str]]:
    teachers: dict[str, set[str]] = defaultdict(set)
    marked = set()
    for line in (line for said in facts.values() for group in said.groups for line in group.lines):
        teachers[line.subject] |= {line.teacher} - {""}
        if line.average:
            marked.add(line.subject)
    return [(name, ", ".join(sorted(its))) for name, its in teachers.items() if name not in marked]


def _unweighed(taught: Iterable[Awaited], facts: Mapping[int, ReportCardFacts]) -> list[str]:
    printed = {line.subject for said in facts.values() for group in said.groups for line in group.lines}
    return list(dict.fromkeys(one.subject for one in taught if one.subject not in printed)) if printed else []


Moves = list[tuple[Student, date]]


def _moves(class_term: ClassTerm, facts: Mapping[int, ReportCardFacts]) -> tuple[Moves, Moves]:
    """Who came during the term, and who left it. Two queries."""
    term = class_term.term
    spells = classes.class_spells(term.starts_on, term.ends_on, class_term.class_group_id)
    students = Student.objects.in_bulk([spell.student_id for spell in spells])
    came = [(one, one.since) for one in spells if one.since > term.starts_on and one.student_id in facts]
    went = [(one, one.until) for one in spells if one.until and one.student_id not in facts]
    return [(students[one.student_id], day) for one, day in came], [
        (students[one.student_id], day) for one, day in went
    ]


def with_files(cards: SchoolQuerySet[ReportCard]) -> SchoolQuerySet[ReportCard]:
    """Those whose file is made, with it."""
    return cards.exclude(printed=None).select_related("printed")
