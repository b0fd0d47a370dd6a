"""The list of a class, as it hangs in the staff room."""

from datetime import date

from apps.classes.models import ClassGroup
from apps.people.models import Sex, Student
from apps.reports.rules import ClassList, ListedPupil

from .documents import pupils_of
from .wording import birth, counted, full_name, heading_of, made_on, school_and_letterhead, spelt

BLANKS = 10  # columns to write in by hand: signatures of a week, marks of a term


def class_list(class_group: ClassGroup, *, on: date, blank: bool = False) -> ClassList:
    """Its pupils of that day; `class_group` has its year. Four queries."""
    school, letterhead = school_and_letterhead()
    students = list(pupils_of(class_group, on))
    return ClassList(
        heading=heading_of(school, letterhead, class_group.year),
        title=f"{'Feuille' if blank else 'Liste'} de la classe de {class_group.name}",
        about=_about(students, on),
        pupils=tuple(map(_pupil, students)),
        blanks=BLANKS if blank else 0,
        made=made_on(school, letterhead, on),
    )


def _about(students: list[Student], on: date) -> str:
    """« 58 élèves au 25 novembre 2026 : 30 filles, 28 garçons, 3 redoublants »"""
    if not students:
        return f"Aucun élève au {spelt(on)}"
    girls = sum(one.sex == Sex.FEMALE for one in students)
    repeating = sum(one.repeats_year for one in students)
    parts = (
        (girls, "fille"), (len(students) - girls, "garçon"), (repeating, "redoublant"),
    )  # fmt: skip
    said = ", ".join(counted(n, what) for n, what in parts if n)
    return f"{counted(len(students), 'élève')} au {spelt(on)}\u202f: {said}"


def _pupil(student: Student) -> ListedPupil:
    return ListedPupil(
        name=full_name(student),
        national_id=student.national_id or "",
        sex=student.sex,
        born=birth(student),
        repeats="oui" if student.repeats_year else "",
        boarding=student.get_regime_display(),
    )
