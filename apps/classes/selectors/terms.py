"""The terms of classes and of their pupils."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import F, Q, QuerySet

from apps.classes.models import (
    Calendar,
    ClassGroup,
    ClassTerm,
    Enrolment,
    GroupMembership,
    TeachingGroup,
    Term,
)
from apps.core.prepared import Ids, prepared, together


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
