"""Where the papers beside the bulletin are found: of a class, of a pupil."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from apps.classes import api as classes
from apps.classes.models import ClassGroup, ClassTerm
from apps.core.tenancy import SchoolQuerySet
from apps.people.models import Student, StudentQuerySet
from apps.reports.models import Certificate, CertificateQuerySet

from .certificates import certificates_of


def year_in_course(groups: SchoolQuerySet[ClassGroup], on: date) -> list[ClassGroup]:
    """Those of the year in course, or of the last one, in the order of levels. One query."""
    begun = groups.filter(year__opens_on__lte=on).select_related("year", "level")
    rows = list(begun.order_by("-year__opens_on", "level__position", "name"))
    return [row for row in rows if row.year_id == rows[0].year_id]


@dataclass(frozen=True, slots=True)
class ClassDocuments:
    """A class: its terms that have begun and whose marks she may take together, the last first; its pupils of
    that day in register order, and whose papers of these she finds.
    """

    class_group: ClassGroup
    terms: list[ClassTerm]
    students: list[Student]
    documented: set[int]


def class_documents(
    class_group: ClassGroup,
    reckoned: SchoolQuerySet[ClassTerm],
    documented: StudentQuerySet,
    on: date,
) -> ClassDocuments:
    """Four queries."""
    begun = reckoned.filter(class_group=class_group, term__starts_on__lte=on).select_related("term")
    terms = list(begun.order_by("-term__number"))
    students = list(pupils_of(class_group, on))
    hers = documented.filter(pk__in=[one.pk for one in students]).order_by("pk")
    return ClassDocuments(class_group, terms, students, set(hers.values_list("pk", flat=True)))


def pupils_of(class_group: ClassGroup, on: date) -> StudentQuerySet:
    """Who is in the class that day; before its year, on its first one; after it, on its last."""
    day = max(min(on, class_group.year.closes_on), class_group.year.opens_on)
    mates: Iterable[int] = classes.classmates([class_group.pk], day).get(class_group.pk, [])
    return Student.objects.filter(pk__in=mates).in_register_order()


@dataclass(frozen=True, slots=True)
class StudentDocuments:
    """A pupil: her class of that day, if she has one; its terms that have begun and her certificates, the
    last ones first.
    """

    student: Student
    class_group: ClassGroup | None
    terms: list[ClassTerm]
    certificates: list[Certificate]


def student_documents(student: Student, certificates: CertificateQuerySet, on: date) -> StudentDocuments:
    """Of these certificates, hers. Two queries."""
    rows = classes.class_terms_of([student.pk], on).get(student.pk, [])
    begun = [row for row in rows if row.term.starts_on <= on]
    group = rows[0].class_group if rows else None
    return StudentDocuments(student, group, begun[::-1], certificates_of(certificates, student))
