"""The tableau d’honneur of a class's term."""

from collections.abc import Mapping
from datetime import date
from math import inf

from apps.classes.models import ClassTerm
from apps.classes.rules import french
from apps.grades import api as grades
from apps.people.models import Student
from apps.reports.models import Verdict
from apps.reports.rules import DISTINCTIONS, Honoured, HonourRoll
from apps.schools.selectors import printed_imprints

from .wording import counted, full_name, heading_of, made_on, school_and_letterhead, term_name

HONOURS = {given: name for given, name in DISTINCTIONS.items() if given != grades.Distinction.REFUSED}
SAT = frozenset({ClassTerm.State.COUNCIL, ClassTerm.State.PUBLISHED})


def distinctions_of(class_term: ClassTerm, results: grades.ClassResults) -> Mapping[int, str]:
    """Each pupil's, by student id: what the council said of her or, until it has, what the rules propose."""
    proposed = {pk: one.proposal.distinction or "" for pk, one in results.pupils.items()}
    verdicts = Verdict.objects.of_term(class_term.pk).filter(student__in=proposed).order_by("pk")
    return proposed | dict(verdicts.values_list("student", "distinction"))


def honour_roll(class_term: ClassTerm, *, on: date) -> HonourRoll:
    """Best first; `class_term` has its class, its term and its rules. Ten queries."""
    results = grades.class_results(class_term, on=on)
    given = {pk: HONOURS[one] for pk, one in distinctions_of(class_term, results).items() if one in HONOURS}
    students = list(Student.objects.filter(pk__in=given).in_register_order())
    school, letterhead = school_and_letterhead()
    standings = {pk: one.standing for pk, one in results.pupils.items()}
    students.sort(key=lambda one: _place(standings[one.pk]))  # equals stay in register order
    early = "" if class_term.state in SAT else " · proposition, avant le conseil"
    return HonourRoll(
        heading=heading_of(school, letterhead, class_term.class_group.year),
        title="Tableau d’honneur",
        about=f"Classe de {class_term.class_group.name}, {term_name(class_term)}"
        f" · {counted(len(results.pupils), 'élève')}{early}",
        pupils=tuple(_honoured(one, standings[one.pk], given[one.pk]) for one in students),
        role=letterhead.principal_title,
        made=made_on(school, letterhead, on),
        **printed_imprints(),
    )


def _place(standing: grades.Standing) -> float:
    """Whom the council distinguishes without an average comes last."""
    return standing.rank.place if standing.rank else inf


def _honoured(student: Student, standing: grades.Standing, distinction: str) -> Honoured:
    average = standing.result.overall
    return Honoured(
        rank=str(standing.rank) if standing.rank else "NC",
        name=full_name(student),
        average="–" if average is None else french(average, places=2),
        distinction=distinction,
    )
