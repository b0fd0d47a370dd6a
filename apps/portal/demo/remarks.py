"""What teachers wrote of a first trimester that ends: of a class in full, of one of Mme Diop's in part."""

from collections.abc import Iterator
from datetime import datetime
from random import Random

from apps.accounts.models import Member
from apps.classes.models import ClassTerm
from apps.people.models import Student
from apps.reports.api import PastRemark

from .cast import DIOP
from .school import DemoCourse, DemoSchool

BY_LEVEL = (
    (13.5, ("Excellent trimestre, continuez ainsi.", "Très bon travail, élève moteur de la classe.",
            "Très bien : travail soigné, participation active.")),
    (11.5, ("Bon trimestre, peut encore progresser.", "Travail sérieux, attention aux fautes d’étourderie.",
            "Bien. Gardez ce rythme au deuxième trimestre.")),
    (9.5, ("Ensemble moyen, travail à la maison trop irrégulier.", "Peut mieux faire avec plus d’attention.",
           "Passable : les leçons sont à revoir chaque semaine.")),
    (0, ("Des difficultés : venez aux séances de soutien.", "Résultats insuffisants : au travail.",
         "Trimestre difficile, ne vous découragez pas.")),
)  # fmt: skip
GENERAL = {
    13.5: "Trimestre remarquable dans toutes les matières. Le conseil vous encourage à continuer ainsi.",
    11.5: "Un trimestre sérieux dans l’ensemble ; les efforts doivent porter sur les matières scientifiques.",
    9.5: "Résultats moyens. Plus de régularité dans le travail à la maison vous fera franchir un palier.",
    0: "Un trimestre difficile. Nous comptons sur un sursaut, avec l’aide de la famille et du soutien.",
}
OF_HERS = (
    "Travail sérieux et régulier.",
    "La participation à l’oral est à développer.",
    "Attention au soin et à la rédaction des démonstrations.",
    "Apprenez vos leçons chaque soir, les exercices suivront.",
)


def past_remarks(school: DemoSchool, at: datetime) -> Iterator[PastRemark]:
    """Of the classes whose marks are closed, all but a few; of Mme Diop's first course, two in three."""
    rng = Random(f"{school.script.slug}: remarks")  # noqa: S311
    terms = dict(ClassTerm.objects.filter(term=school.first_term).values_list("class_group", "pk"))
    closed = {school.script.closed and school.script.closed.class_name, school.script.in_council}
    for one in school.classes:
        class_term, is_closed = terms[one.group.pk], one.group.name in closed
        for course in one.courses if is_closed else _of_mme_diop(school, one.courses):
            for place, student in enumerate(course.students):
                if place % (17 if is_closed else 3) != 2:
                    text = rng.choice(_texts(school, student))
                    yield _remark(class_term, student, _subject_of(course), text, course.teacher, at)
        for student in one.students[::2] if is_closed else ():
            text = next(said for low, said in GENERAL.items() if school.usual_averages[student.pk] >= low)
            yield _remark(class_term, student, None, text, one.group.form_teacher, at)


def kept_phrases(school: DemoSchool) -> dict[int, tuple[str, ...]]:
    """By member."""
    return {school.members[DIOP.username].pk: OF_HERS} if DIOP.username in school.members else {}


def _of_mme_diop(school: DemoSchool, courses: list[DemoCourse]) -> list[DemoCourse]:
    """Those of the first class that she teaches."""
    hers = [course for course in school.courses if course.teacher == school.members.get(DIOP.username)]
    return [course for course in courses if course in hers[:1]]


def _subject_of(course: DemoCourse) -> int:
    """A bulletin has one remark for a subject and its sub-disciplines."""
    return course.course.subject.parent_id or course.course.subject_id


def _texts(school: DemoSchool, student: Student) -> tuple[str, ...]:
    usual = school.usual_averages[student.pk]
    return next(texts for low, texts in BY_LEVEL if usual >= low)


def _remark(
    class_term_id: int, student: Student, subject_id: int | None, text: str, author: Member, at: datetime
) -> PastRemark:
    return PastRemark(
        class_term_id=class_term_id,
        student_id=student.pk,
        subject_id=subject_id,
        text=text,
        author_id=author.pk,
        written_at=at,
    )
