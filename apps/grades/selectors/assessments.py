"""What a teacher is offered when she describes an assessment, or takes one up from another class."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from apps.accounts.models import Member
from apps.classes import api as classes
from apps.classes.models import Course, Subject, Term
from apps.grades.models import Assessment
from apps.grades.permissions import markable_courses

CATEGORIES_OFFERED = 30


@dataclass(frozen=True, slots=True)
class Part:
    """A sub-discipline of a course's subject."""

    subject_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Offered:
    """What the form of a course's assessment offers: its sub-disciplines, the school's own categories."""

    parts: Sequence[Part]
    categories: Sequence[str]


def offered(course: Course, on: date, *, part_id: int | None = None) -> Offered:
    """Two queries; four where the subject has sub-disciplines. An assessment's own `part_id` stays on offer,
    even once the curriculum has dropped it: one more.
    """
    parts = [Part(line.subject_id, line.name) for line in classes.parts_taught(course, on)]
    if part_id and part_id not in {part.subject_id for part in parts}:
        parts.append(Part(part_id, Subject.objects.get(pk=part_id).name))
    used = Assessment.objects.exclude(category="").order_by("category").values_list("category", flat=True)
    return Offered(parts, list(used.distinct()[:CATEGORIES_OFFERED]))


@dataclass(frozen=True, slots=True)
class BusyDay:
    """What the same pupils are already assessed in on a day: subjects and titles, nothing else."""

    on: date
    others: Sequence[tuple[str, str]]
    key: str

    @property
    def sentence(self) -> str:
        """ "Anglais (Verbes irréguliers), SVT (La cellule)"."""
        return ", ".join(f"{subject} ({title})" for subject, title in self.others)


def busy_day(course: Course, on: date, *, but: int | None = None, but_title: str = "") -> BusyDay | None:
    """The assessments of that day in all groups that share pupils with the course's, whoever gives them; None
    when there is none. `but` is the assessment in question, `but_title` what it is called. One query.
    """
    held = Assessment.objects.filter(
        course__group__in=classes.groups_meeting(course.group_id, on), held_on=on
    )
    others = (
        held.exclude(pk=but).exclude(course=course, title=but_title).order_by("course__subject__name", "pk")
    )
    rows = list(others.values_list("pk", "course__subject__name", "title"))
    if not rows:
        return None
    key = f"{on}:{'.'.join(str(pk) for pk, *_ in rows)}"
    return BusyDay(on, [(subject, title) for _, subject, title in rows], key)


@dataclass(frozen=True, slots=True)
class Source:
    """Another course of the same teacher and subject, to copy from."""

    course_id: int
    group: str


@dataclass(frozen=True, slots=True)
class Copies:
    """What can be copied into a course's term. `here` are the titles that it has already."""

    sources: Sequence[Source]
    source: Source
    assessments: Sequence[Assessment]
    here: frozenset[str]


def sources_of(course: Course, member: Member, on: date) -> list[Source]:
    """The teacher's other courses of that subject, by group. One query."""
    mine = markable_courses(member, on).filter(subject=course.subject_id).exclude(pk=course.pk)
    return [Source(*row) for row in mine.order_by("group__name", "pk").values_list("pk", "group__name")]


def copies(course: Course, term: Term, chosen: str, member: Member, on: date) -> Copies | None:
    """Those of the chosen source, else of the first, in the term of that number; None without source. Three
    queries."""
    sources = sources_of(course, member, on)
    if not sources:
        return None
    source = next((one for one in sources if str(one.course_id) == chosen), sources[0])
    theirs = Assessment.objects.filter(course=source.course_id, term__number=term.number)
    here = Assessment.objects.filter(course=course, term=term).order_by("pk").values_list("title", flat=True)
    return Copies(sources, source, list(theirs.order_by("-held_on", "-pk")), frozenset(here))
