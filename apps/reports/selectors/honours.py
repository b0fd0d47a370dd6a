"""The tableau d’honneur of a class's term."""

from collections.abc import Mapping
from datetime import date

from apps.classes.models import ClassTerm
from apps.classes.rules import french
from apps.grades import api as grades
from apps.people.models import Student
from apps.reports.rules import Honoured, HonourRoll
from apps.schools.selectors import printed_imprints

from .wording import full_name, heading_of, made_on, school_and_letterhead, term_name

HONOURS = {
    grades.Distinction.HONOUR_ROLL: "Tableau d’honneur",
    grades.Distinction.ENCOURAGEMENT: "T.H. + encouragements",
    grades.Distinction.CONGRATULATIONS: "T.H. + félicitations",
}


def distinctions_of(
    class_term: ClassTerm, results: grades.ClassResults
) -> Mapping[int, grades.Distinction | None]:
    """Each pupil's distinction, by student id: the one place that says whose word it is, today the rules'."""
    return {pk: one.proposal.distinction for pk, one in results.pupils.items()}


def honour_roll(class_term: ClassTerm, *, on: date) -> HonourRoll:
    """Best first; `class_term` has its class, its term and its rules. Nine queries."""
    results = grades.class_results(class_term, on=on)
    given = {pk: HONOURS[one] for pk, one in distinctions_of(class_term, results).items() if one in HONOURS}
    students = Student.objects.filter(pk__in=given).in_register_order()
    school, letterhead = school_and_letterhead()
    standings = {pk: one.standing for pk, one in results.pupils.items()}
    ranked = sorted(students, key=lambda one: standings[one.pk].rank.place)  # equals in register order
    size = f"{len(results.pupils)} élève{'s' if len(results.pupils) > 1 else ''}"
    provisional = "" if class_term.is_locked else " · provisoire, les notes ne sont pas arrêtées"
    return HonourRoll(
        heading=heading_of(school, letterhead, class_term.class_group.year),
        title="Tableau d’honneur",
        about=f"Classe de {class_term.class_group.name}, {term_name(class_term)} · {size}{provisional}",
        pupils=tuple(
            Honoured(
                rank=str(standings[one.pk].rank),
                name=full_name(one),
                average=french(standings[one.pk].result.overall, places=2),
                distinction=given[one.pk],
            )
            for one in ranked
        ),
        role=letterhead.principal_title,
        made=made_on(school, letterhead, on),
        **printed_imprints(),
    )
