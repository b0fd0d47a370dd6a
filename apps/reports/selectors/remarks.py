"""What teachers wrote of pupils: for bulletins, for the pages where they write, for whoever waits."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q

from apps.accounts.models import Member
from apps.classes import api as classes
from apps.classes.models import ClassTerm, Course, CourseTeacher, Term
from apps.grades import api as grades
from apps.people.models import Student
from apps.reports.models import WRITABLE, Remark
from apps.reports.permissions import writable_class_terms, writable_courses
from apps.reports.rules import AT_MOST, AT_MOST_OF_A_SUBJECT


def remarks_of(class_term_id: int) -> dict[int, dict[int | None, str]]:
    """The remarks of a class's term, by student id, then by subject id (None: the general one). One query."""
    found: dict[int, dict[int | None, str]] = defaultdict(dict)
    rows = Remark.objects.filter(class_term=class_term_id)
    for student_id, subject_id, text in rows.values_list("student", "subject", "text"):
        found[student_id][subject_id] = text
    return dict(found)


class Place(NamedTuple):
    """A pupil of whom a remark is written; `class_terms` are her class's, up to the one it is about."""

    student: Student
    class_terms: Sequence[ClassTerm]

    @property
    def class_term(self) -> ClassTerm:
        return self.class_terms[-1]

    @property
    def before(self) -> ClassTerm | None:
        """The term before, if there is one."""
        return self.class_terms[-2] if len(self.class_terms) > 1 else None


@dataclass(frozen=True, slots=True)
class Places:
    """Of whom a page's remarks are written, in register order, by student id; of no subject: the general."""

    subject_id: int | None
    pupils: Mapping[int, Place]

    @property
    def limit(self) -> int:
        """Characters."""
        return AT_MOST if self.subject_id is None else AT_MOST_OF_A_SUBJECT

    @property
    def class_terms(self) -> dict[int, int]:
        """Their ids, by student id."""
        return {pk: place.class_term.pk for pk, place in self.pupils.items()}


def course_places(course: Course, term: Term, on: date) -> Places:
    """A course's pupils, `group` and `subject` loaded: of its class as bulletins have it, else of that day of
    the term. Three queries.
    """
    its_class = course.group.class_group_id
    of_class = ClassTerm.objects.filter(class_group=its_class, term=term).select_related("term").first()
    day = grades.reference_day(of_class, on) if of_class else min(on, term.ends_on)
    return _places(remarked_subject_id(course), course.group_id, term, day)


def remarked_subject_id(course: Course) -> int:
    """A bulletin has one remark for a subject: that of a sub-discipline's course is its subject's."""
    return course.subject.parent_id or course.subject_id


def general_places(class_term: ClassTerm, on: date) -> Places:
    """A class's pupils, as bulletins have it; `term` and `class_group__whole_group` loaded. Two queries."""
    group = class_term.class_group.whole_group
    return _places(None, group.pk, class_term.term, grades.reference_day(class_term, on))


def _places(subject_id: int | None, group_id: int, term: Term, day: date) -> Places:
    students = list(classes.students_of([group_id], day))
    terms = classes.class_terms_of([student.pk for student in students], day)
    found = {}
    for student in students:
        begun = [row for row in terms.get(student.pk, []) if row.term.number <= term.number]
        if begun and begun[-1].term_id == term.pk:
            found[student.pk] = Place(student, begun)
    return Places(subject_id, found)


@dataclass(frozen=True, slots=True)
class RemarkRow:
    """A pupil: her average this term and the last, the school's word for it, what is written."""

    pk: int
    number: int
    last_name: str
    first_name: str
    average: Decimal | None
    word: str
    last_average: Decimal | None
    last_text: str
    text: str
    is_writable: bool


@dataclass(frozen=True, slots=True)
class RemarkSheet:
    """A page of remarks. `last_term` is the name of the one before, "" where there is none."""

    rows: Sequence[RemarkRow]
    limit: int
    out_of: int
    last_term: str

    @property
    def missing(self) -> int:
        """How many are to be written."""
        return sum(not row.text for row in self.rows)

    def open_to(self, may_write: bool) -> "RemarkSheet":
        """The same for whoever only reads it."""
        if may_write:
            return self
        return replace(self, rows=[replace(row, is_writable=False) for row in self.rows])

    @property
    def writable(self) -> Sequence[RemarkRow]:
        return [row for row in self.rows if row.is_writable]


def remark_sheet(places: Places, on: date) -> RemarkSheet:
    """Four queries, and one by reference day, whatever the number of pupils."""
    terms = {row.pk: row for place in places.pupils.values() for row in place.class_terms[-2:]}
    results = grades.results_of(terms.values(), on=on)
    texts = _texts(places, terms)
    rows = [
        _row(number, place, places.subject_id, results, texts)
        for number, place in enumerate(places.pupils.values(), start=1)
    ]
    first = next(iter(places.pupils.values()), None)
    return RemarkSheet(
        rows=rows,
        limit=places.limit,
        out_of=first.class_term.grading_scheme.scale if first else 20,
        last_term=first.before.term.name if first and first.before else "",
    )


def _texts(places: Places, class_terms: Iterable[int]) -> dict[tuple[int, int], str]:
    """What is written, by class term and student."""
    rows = Remark.objects.of_subject(places.subject_id)
    rows = rows.filter(student__in=list(places.pupils), class_term__in=list(class_terms))
    return {
        (term, student): text for term, student, text in rows.values_list("class_term", "student", "text")
    }


def _row(number: int, place: Place, subject_id: int | None, results: Mapping, texts: Mapping) -> RemarkRow:
    student, now, before = place.student, place.class_term, place.before
    average, word = _average_and_word(student.pk, now, subject_id, results)
    return RemarkRow(
        pk=student.pk,
        number=number,
        last_name=student.last_name,
        first_name=student.first_name,
        average=average,
        word=word,
        last_average=_average_and_word(student.pk, before, subject_id, results)[0] if before else None,
        last_text=texts.get((before.pk, student.pk), "") if before else "",
        text=texts.get((now.pk, student.pk), ""),
        is_writable=now.state in WRITABLE,
    )


def _average_and_word(
    student_id: int, class_term: ClassTerm, subject_id: int | None, results: Mapping[int, grades.ClassResults]
) -> tuple[Decimal | None, str]:
    its_class = results[class_term.pk]
    pupil = its_class.pupils.get(student_id)
    if pupil is None:
        return None, ""
    if subject_id is None:
        return pupil.standing.result.overall, pupil.word
    average = pupil.standing.result.averages.get(subject_id)
    is_conduct = subject_id == class_term.grading_scheme.conduct_subject_id
    return average, grades.word_of(
        average, its_class.scheme.conduct_words if is_conduct else its_class.scheme.words
    )


ON_THEIR_WAY = (ClassTerm.State.LOCKED, ClassTerm.State.REMARKS, ClassTerm.State.COUNCIL)


class FormClass(NamedTuple):
    """A class whose form teacher she is, and one of its terms."""

    class_term_id: int
    class_name: str
    term_name: str
    state: str

    @property
    def is_in_council(self) -> bool:
        return self.state == ClassTerm.State.COUNCIL


def form_classes(member: Member, on: date) -> list[FormClass]:
    """Those of the year in course, each in the term that began last and in those that are on their way to
    families: a council often sits when the next term has begun. One query.
    """
    hers = writable_class_terms(member)
    begun = hers.filter(term__starts_on__lte=on, class_group__year__closes_on__gte=on)
    latest = begun.order_by("class_group", "-term__starts_on").distinct("class_group")
    rows = begun.filter(Q(pk__in=latest.values("pk")) | Q(state__in=ON_THEIR_WAY))
    rows = rows.order_by("class_group__name", "class_group", "term__starts_on")
    return [FormClass(*row) for row in rows.values_list("pk", "class_group__name", "term__name", "state")]


@dataclass(frozen=True, slots=True)
class Awaited:
    """A subject taught to a group, whose teachers have remarks of a class's pupils to write: of how many, out
    of how many. Of a subject taught in parts, `course_id` is the first part's.
    """

    course_id: int
    subject: str
    teachers: str
    missing: int
    pupils: int


def awaited_remarks(class_term: ClassTerm, student_ids: Iterable[int], on: date) -> list[Awaited]:
    """What these pupils are taught, in the order of subjects, and the remarks still to be given that term:
    whom to remind. Five queries.
    """
    students = list(student_ids)
    of_group: dict[int, list[int]] = defaultdict(list)
    for student, groups in classes.groups_of(students, on).items():
        for group in groups:
            of_group[group].append(student)
    courses = Course.objects.filter(group__in=list(of_group)).select_related("subject__parent")
    taught: dict[tuple[int, int], list[Course]] = defaultdict(list)
    for course in courses.order_by("subject__position", "subject__name", "pk"):
        taught[course.group_id, remarked_subject_id(course)].append(course)
    names = _teachers_of(list(of_group), on)
    rows = Remark.objects.filter(class_term=class_term).exclude(subject=None)
    written = set(rows.values_list("student", "subject"))
    return [
        Awaited(
            course_id=its[0].pk,
            subject=(its[0].subject.parent or its[0].subject).name,
            teachers=", ".join(dict.fromkeys(name for course in its for name in names[course.pk])),
            missing=sum((student, subject_id) not in written for student in of_group[group_id]),
            pupils=len(of_group[group_id]),
        )
        for (group_id, subject_id), its in taught.items()
    ]


def _teachers_of(group_ids: list[int], on: date) -> dict[int, list[str]]:
    """Names by course."""
    names: dict[int, list[str]] = defaultdict(list)
    rows = CourseTeacher.objects.current(on).filter(course__group__in=group_ids)
    for row in rows.select_related("member__user").order_by("pk"):
        names[row.course_id].append(str(row.member))
    return names


class DueRemarks(NamedTuple):
    """A course whose teacher is asked for remarks: of how many pupils."""

    course_id: int
    subject: str
    group: str
    term_number: int
    missing: int


def due_remarks(member: Member, on: date) -> list[DueRemarks]:
    """What is still awaited of a teacher, in the classes whose term is at that step (the later one of a class
    that has two), of the pupils who were there when its marks were closed. One query where none is, six
    elsewhere.
    """
    rows = ClassTerm.objects.filter(state=ClassTerm.State.REMARKS).select_related("term")
    asked = {row.class_group_id: row for row in rows.order_by("term__starts_on")}
    if not asked:
        return []
    days = {pk: grades.reference_day(row, on) for pk, row in asked.items()}
    term_of = {
        one.student_id: asked[one.class_group_id]
        for one in classes.class_spells(on, on)
        if one.class_group_id in asked and one.since <= days[one.class_group_id]
    }
    of_group: dict[int, list[int]] = defaultdict(list)
    for student, groups in classes.groups_of(term_of, on).items():
        for group in groups:
            of_group[group].append(student)
    rows = Remark.objects.filter(class_term__in=[row.pk for row in asked.values()]).exclude(subject=None)
    written = set(rows.values_list("student", "subject"))
    courses = writable_courses(member, on).filter(group__in=list(of_group))
    courses = courses.select_related("subject__parent", "group").order_by("group__name", "subject__position")
    due = []
    for course in courses:
        subject_id = remarked_subject_id(course)
        missing = [pk for pk in of_group[course.group_id] if (pk, subject_id) not in written]
        if missing:
            number = term_of[missing[0]].term.number
            due.append(DueRemarks(course.pk, course.subject.name, course.group.name, number, len(missing)))
    return due
