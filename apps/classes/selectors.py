"""What the other modules ask about classes, read in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import DecimalField, F, Func, OuterRef, Q, QuerySet, Subquery, Sum, TextField, Value
from django.db.models.functions import Cast, Coalesce

from apps.core.prepared import Ids, Question, prepared, together
from apps.people.models import Student, StudentQuerySet

from .models import (
    Calendar,
    ClassGroup,
    ClassTerm,
    Course,
    CourseTeacher,
    Enrolment,
    GradingScheme,
    GroupMembership,
    Level,
    Subject,
    SubjectPlan,
    TeachingGroup,
    TeachingGroupQuerySet,
    Term,
)
from .permissions import enrolled_in, listed_in
from .rules import Scheme


def students_of(group_ids: Iterable[int], on: date) -> StudentQuerySet:
    """The pupils of these groups on that day, in register order."""
    groups = list(group_ids)
    belong = Q(pk__in=enrolled_in(groups, on)) | Q(pk__in=listed_in(groups, on))
    return Student.objects.filter(belong).in_register_order()


def class_groups_of(student_ids: Iterable[int], on: date) -> dict[int, ClassGroup]:
    """Each pupil's class on that day, by student id; those of no class are left out. One query."""
    enrolments = Enrolment.objects.current(on).filter(student__in=list(student_ids))
    return {row.student_id: row.class_group for row in enrolments.select_related("class_group__level")}


def classmates(class_group_ids: Iterable[int], on: date) -> dict[int, list[int]]:
    """The student ids of each class on that day. One query."""
    mates: dict[int, list[int]] = defaultdict(list)
    for class_group_id, student_id in _enrolled(list(class_group_ids), on):
        mates[class_group_id].append(student_id)
    return dict(mates)


@prepared
def _enrolled(class_group_ids: Ids, on: date) -> QuerySet:
    rows = Enrolment.objects.current(on).filter(class_group__pk__any_of=class_group_ids)
    return rows.order_by("class_group", "student").values_list("class_group", "student")


def terms_of(class_group_ids: Iterable[int]) -> dict[int, list[ClassTerm]]:
    """The terms of each class in order, each ClassTerm with its `term`. One query."""
    rows = ClassTerm.objects.filter(class_group__in=list(class_group_ids)).with_reckoning()
    terms: dict[int, list[ClassTerm]] = defaultdict(list)
    for row in rows.select_related("term").order_by("class_group", "term__number"):
        terms[row.class_group_id].append(row)
    return dict(terms)


def current_of(class_terms: Iterable[ClassTerm], on: date) -> ClassTerm | None:
    """The term of that day; between two, the one that ended last; before the first, the first."""
    ordered = sorted(class_terms, key=lambda row: row.term.number)
    begun = [row for row in ordered if row.term.starts_on <= on]
    return begun[-1] if begun else (ordered[0] if ordered else None)


@prepared
def _class_terms(student_ids: Ids, on: date) -> QuerySet[ClassTerm]:
    its = "class_group__enrolments"
    holds = Q(**{f"{its}__until": None}) | Q(**{f"{its}__until__gte": on})
    mine = {f"{its}__student__pk__any_of": student_ids, f"{its}__since__lte": on}
    rows = ClassTerm.objects.filter(holds, **mine).with_reckoning()
    rows = rows.select_related("term", "class_group__level")
    return rows.annotate(whose=F(f"{its}__student")).order_by("term__number", "pk")


def class_terms_of(student_ids: Iterable[int], on: date) -> dict[int, list[ClassTerm]]:
    """The terms in order of each pupil's class of that day, `term` and `class_group` loaded. One query."""
    terms: dict[int, list[ClassTerm]] = defaultdict(list)
    for row in _class_terms(list(student_ids), on):
        terms[row.whose].append(row)
    return dict(terms)


def current_terms(on: date) -> list[Term]:
    """The term of that day in each calendar; between two, the one that ended last. One query."""
    begun = Term.objects.filter(starts_on__lte=on)
    return list(begun.order_by("calendar", "-starts_on").distinct("calendar"))


def class_ids_ever_of(student_ids: Iterable[int]) -> list[int]:
    """Every class these pupils are or were in, in order. One query."""
    rows = Enrolment.objects.filter(student__in=list(student_ids))
    return list(rows.order_by("class_group").values_list("class_group", flat=True).distinct())


def stamped_classes(class_group_ids: Iterable[int]) -> QuerySet[ClassGroup]:
    """These classes, each with a `stamp`: it changes with the class's name, who is in it, its terms and their
    states, its level's curriculum, the school's subjects."""
    return _stamped(ClassGroup.objects.filter(pk__any_of=list(class_group_ids)))


def stamped_classes_of(student_ids: Iterable[int]) -> QuerySet[ClassGroup]:
    """The same of every class these pupils are or were in."""
    enrolled = Enrolment.objects.filter(student__pk__any_of=list(student_ids))
    return _stamped(ClassGroup.objects.filter(pk__in=enrolled.values("class_group")))


def _stamped(class_groups: QuerySet[ClassGroup]) -> QuerySet[ClassGroup]:
    pupils = _digest(Enrolment, "class_group", OuterRef("pk"), "id", "student_id", "since", "until")
    states = _digest(ClassTerm, "class_group", OuterRef("pk"), *STATE_FIELDS)
    plan = _digest(SubjectPlan, "level", OuterRef("level"), *PLAN_FIELDS)
    subjects = _digest(Subject, "school", OuterRef("school"), *SUBJECT_FIELDS)
    stamp = ConcatWS(Value("."), "name", pupils, states, plan, subjects)
    return class_groups.annotate(stamp=stamp).order_by("pk")


STATE_FIELDS = ("id", "state", "grading_scheme", "marks_lock_at", "published_at",
                "term__number", "term__name", "term__starts_on", "term__ends_on")  # fmt: skip
PLAN_FIELDS = ("id", "class_group", "stream", "coefficient", "is_optional", "subject",
               "subject_group", "subject_group__name", "subject_group__position")  # fmt: skip
SUBJECT_FIELDS = ("id", "name", "position", "parent")


def _digest(model, key: str, of: OuterRef, *fields: str) -> Subquery:
    """One number that changes with any of these fields of any of those rows."""
    rows = model.objects.filter(**{key: of}).order_by().values(key)
    texts = [Coalesce(Cast(field, TextField()), Value("-")) for field in fields]
    row = Func(
        ConcatWS(Value("|"), *texts), Value(0), function="hashtextextended", output_field=DecimalField()
    )
    return Coalesce(
        Subquery(rows.annotate(digest=Sum(row)).values("digest")), Value(0), output_field=DecimalField()
    )


class ConcatWS(Func):
    """PostgreSQL's `concat_ws`: the texts with a separator between them."""

    function = "concat_ws"
    output_field = TextField()


def level_codes(cycle: str) -> list[str]:
    """The codes of its levels, in order. One query."""
    return list(Level.objects.filter(cycle=cycle).order_by("position", "pk").values_list("code", flat=True))


def followers_of(scheme: GradingScheme) -> dict[str, list[ClassTerm]]:
    """The class terms graded by this version: those that are `open`, and would follow the next; those that
    are `closed`. One query."""
    rows = ClassTerm.objects.filter(grading_scheme=scheme).select_related("class_group", "term")
    found: dict[str, list[ClassTerm]] = {"open": [], "closed": []}
    for row in rows.order_by("term__number", "class_group__level__position", "class_group__name"):
        found["closed" if row.is_locked else "open"].append(row)
    return found


class GradedBy(NamedTuple):
    """What a version says, and which subject is its conduct."""

    scheme: Scheme
    conduct_subject_id: int | None


def schemes_of(scheme_ids: Iterable[int]) -> dict[int, GradedBy]:
    """What these versions say, whole, by id. One query."""
    rows = GradingScheme.objects.in_bulk(list(scheme_ids))
    return {pk: GradedBy(row.read(), row.conduct_subject_id) for pk, row in rows.items()}


def term_choices(group_id: int) -> list[Term]:
    """The terms in which a group may be assessed: those of its pupils' classes, or its year's while empty."""
    members = GroupMembership.objects.filter(group=group_id).values("student")
    year = TeachingGroup.objects.filter(pk=group_id).values("year")
    classes = ClassGroup.objects.filter(
        Q(whole_group=group_id)
        | Q(pk__in=Enrolment.objects.filter(student__in=members).values("class_group")),
        year__in=year,
    )
    for calendars in (classes.values("calendar"), Calendar.objects.filter(year__in=year).values("pk")):
        terms = list(Term.objects.filter(calendar__in=calendars).order_by("calendar", "number"))
        if terms:
            break
    return terms


def class_term_among(
    student_ids: Iterable[int], term_id: int, on: date, *, held: bool = False
) -> dict[int, ClassTerm]:
    """What that term is in each pupil's class, by student id. Two queries in one message.

    Whoever left is of the last class she was in by that day. `held`, for whoever writes: nobody closes it,
    reopens it or reckons it otherwise until the transaction ends.
    """
    students = list(student_ids)
    read = _held_in_term if held else _in_term
    rows, spells = together(read.asked(students, term_id, on), _classes_until.asked(students, on))
    found, last = {row.class_group_id: row for row in rows}, dict(spells)
    return {student: found[its_class] for student, its_class in last.items() if its_class in found}


def locked_among(
    student_ids: Iterable[int], term_id: int, on: date, *, held: bool = False
) -> dict[int, ClassTerm]:
    """Those whose class has closed that term, with what closed it; `held` as above. One message."""
    found = class_term_among(student_ids, term_id, on, held=held)
    return {student: row for student, row in found.items() if row.is_locked}


def spells_in(group_id: int) -> list[tuple[int, date, date | None]]:
    """Who was ever in a group: student id, since, until (None: still is). One query."""
    return _spells(group_id)


@prepared
def _spells(group_id: int) -> QuerySet:
    spells = ("student", "since", "until")
    enrolled = Enrolment.objects.filter(class_group__whole_group=group_id).order_by().values_list(*spells)
    listed = GroupMembership.objects.filter(group=group_id).order_by().values_list(*spells)
    return enrolled.union(listed, all=True)


@prepared
def _in_term(student_ids: Ids, term_id: int, on: date) -> QuerySet[ClassTerm]:
    """In every class they were in by that day."""
    enrolled = Enrolment.objects.filter(student__pk__any_of=student_ids, since__lte=on)
    rows = ClassTerm.objects.filter(class_group__in=enrolled.values("class_group"), term=term_id)
    return rows.with_reckoning().order_by("pk")


@prepared
def _held_in_term(student_ids: Ids, term_id: int, on: date) -> QuerySet[ClassTerm]:
    return _in_term.queryset(student_ids, term_id, on).select_for_update(of=["self"], no_key=True)


@prepared
def _classes_until(student_ids: Ids, on: date) -> QuerySet:
    enrolled = Enrolment.objects.filter(student__pk__any_of=student_ids, since__lte=on)
    return enrolled.order_by("since").values_list("student", "class_group")


class ClassSpell(NamedTuple):
    """A pupil in a class, from a day to a day (None: still is)."""

    class_group_id: int
    student_id: int
    since: date
    until: date | None
    class_name: str

    def covers(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on <= self.until)


SPELL = ("class_group", "student", "since", "until", "class_group__name")


def class_spells(first: date, last: date, class_group_id: int | None = None) -> list[ClassSpell]:
    """Who was in a class (or in any) on one of these days, arrivals and departures among them. One query."""
    held = Q(until=None) | Q(until__gte=first)
    rows = Enrolment.objects.filter(held, since__lte=last)
    if class_group_id is not None:
        rows = rows.filter(class_group=class_group_id)
    return [ClassSpell(*row) for row in rows.order_by("since", "pk").values_list(*SPELL)]


class PlanLine(NamedTuple):
    """What a subject weighs in a class. A tuple: it is kept in the cache, and read back at once."""

    subject_id: int
    code: str
    name: str
    position: int
    parent_id: int | None
    coefficient: Decimal
    group_name: str
    group_position: int
    is_optional: bool


def plans(class_groups: Iterable[ClassGroup]) -> Question[dict[int, list[PlanLine]]]:
    """The curriculum of each class in report-card order. One query.

    A subject's line is the class's own, else its stream's, else its level's.
    """
    classes = list(class_groups)
    ids, years, levels = ({getattr(row, name) for row in classes} for name in ("pk", "year_id", "level_id"))
    rows = _plan_rows.asked(list(ids), list(years), list(levels))
    return Question.of(lambda found: {one.pk: _plan_of(one, found) for one in classes}, rows)


def plans_of(class_groups: Iterable[ClassGroup]) -> dict[int, list[PlanLine]]:
    """The same, asked alone."""
    return plans(class_groups).answer()


@prepared
def _plan_rows(class_group_ids: Ids, year_ids: Ids, level_ids: Ids) -> QuerySet:
    """Where each line holds, then the line; the closest to a class come last."""
    its = Q(class_group=None) | Q(class_group__pk__any_of=class_group_ids)
    rows = SubjectPlan.objects.filter(its, year__pk__any_of=year_ids, level__pk__any_of=level_ids)
    closest_last = [F(name).asc(nulls_first=True) for name in ("class_group", "stream")]
    return rows.order_by(*closest_last).values_list(*HOLDS, *LINE)


HOLDS = ("year", "level", "stream", "class_group")
LINE = ("subject", "subject__code", "subject__name", "subject__position", "subject__parent", "coefficient",
        "subject_group__name", "subject_group__position", "is_optional")  # fmt: skip


def _plan_of(class_group: ClassGroup, rows: Iterable[tuple]) -> list[PlanLine]:
    chosen: dict[int, PlanLine] = {}
    for year, level, stream, its_class, *line in rows:
        same = (year, level) == (class_group.year_id, class_group.level_id)
        if same and stream in (None, class_group.stream_id) and its_class in (None, class_group.pk):
            chosen[line[0]] = PlanLine(*line)
    return sorted(chosen.values(), key=lambda line: (line.group_position, line.position, line.name))


@dataclass(frozen=True, slots=True)
class TeacherOf:
    """Someone who teaches a pupil, and what."""

    student_id: int
    member_id: int
    name: str
    subject: str


def teachers_of(student_ids: Iterable[int], on: date) -> list[TeacherOf]:
    """Who teaches these pupils on that day, by subject. Three queries."""
    wanted = list(student_ids)
    groups: Mapping[int, list[int]] = _groups_of(wanted, on)
    rows = CourseTeacher.objects.current(on).filter(
        course__group__in={g for gs in groups.values() for g in gs}
    )
    taught = list(
        rows.select_related("course__subject", "member__user").order_by("course__subject__position", "pk")
    )
    return [
        TeacherOf(student, row.member_id, str(row.member), row.course.subject.name)
        for student in wanted
        for row in taught
        if row.course.group_id in groups.get(student, ())
    ]


def groups_of(student_ids: Iterable[int], on: date) -> dict[int, list[int]]:
    """The groups that each pupil belongs to on that day, by student id. Two queries."""
    return _groups_of(list(student_ids), on)


def _groups_of(student_ids: list[int], on: date) -> dict[int, list[int]]:
    groups: dict[int, list[int]] = defaultdict(list)
    whole = (
        Enrolment.objects.current(on).filter(student__in=student_ids).exclude(class_group__whole_group=None)
    )
    for student, group in whole.values_list("student", "class_group__whole_group"):
        groups[student].append(group)
    listed = GroupMembership.objects.current(on).filter(student__in=student_ids)
    for student, group in listed.values_list("student", "group"):
        groups[student].append(group)
    return groups


def groups_meeting(group_id: int, on: date) -> TeachingGroupQuerySet:
    """The groups that share a pupil with this one on that day, and itself."""
    pupils = students_of([group_id], on).order_by().values("pk")
    enrolled = Enrolment.objects.current(on).filter(student__in=pupils).values("class_group")
    listed = GroupMembership.objects.current(on).filter(student__in=pupils).values("group")
    return TeachingGroup.objects.filter(Q(class_group__in=enrolled) | Q(pk__in=listed) | Q(pk=group_id))


def parts_taught(course: Course, on: date) -> list[PlanLine]:
    """The sub-disciplines of a course's subject that its pupils' curriculum weighs, in order. One query where
    the subject has none, two more where it has.
    """
    if not Subject.objects.filter(parent=course.subject_id).exists():
        return []
    pupils = students_of([course.group_id], on).order_by().values_list("pk", flat=True)
    plans = plans_of(class_groups_of(pupils, on).values())
    lines = {line.subject_id: line for plan in plans.values() for line in plan}
    parts = [line for line in lines.values() if line.parent_id == course.subject_id and line.coefficient]
    return sorted(parts, key=lambda line: (line.position, line.name))
