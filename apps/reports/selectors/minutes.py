"""The minutes of a class council."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from apps.classes.models import ClassTerm
from apps.people.models import Student
from apps.reports.models import ClassCouncil
from apps.reports.rules import DISTINCTIONS, SANCTIONS, Minutes, MinutesRow, Ruling

from .assembling import Assembly, Class, class_of
from .councils import spoken
from .wording import made_on, school_and_letterhead, spelt, term_name

Presence = ClassCouncil.Presence


def minutes_of(class_term: ClassTerm, on: date) -> Minutes | None:
    """None until the sitting was written down; `class_term` has its class, its term and its rules."""
    council = ClassCouncil.objects.filter(class_term=class_term).first()
    if council is None:
        return None
    shared, group = class_of(class_term, on=on), class_term.class_group
    pupils = Student.objects.filter(pk__in=shared.results.pupils).in_register_order()
    school, letterhead = school_and_letterhead()
    return Minutes(
        heading=shared.heading,
        title="Procès-verbal du conseil de classe",
        about=f"Classe de {group.name}, {term_name(class_term)}, année scolaire {group.year.name}",
        held=f"Tenu le {spelt(council.held_on)}, présidé par {council.chair}",
        present=_seated(council, Presence.PRESENT),
        excused=_seated(council, Presence.EXCUSED),
        absent=_seated(council, Presence.ABSENT),
        figures=_figures(shared),
        counts=_counts(shared),
        observations=tuple(line for line in council.observations.splitlines() if line.strip()),
        is_annual=shared.year is not None,
        rows=tuple(_row(Assembly(shared, pupil)) for pupil in pupils),
        signatures=(
            ("Le président du conseil", council.chair),
            ("Le professeur principal", str(group.form_teacher or "")),
        ),
        made=made_on(school, letterhead, on),
    )


def _seated(council: ClassCouncil, presence: str) -> tuple[tuple[str, str], ...]:
    return tuple((seat["name"], seat["title"]) for seat in council.seats if seat["presence"] == presence)


def _figures(shared: Class) -> tuple[tuple[str, str], ...]:
    averages = [one.standing.result.overall for one in shared.results.pupils.values()]
    known = [average for average in averages if average is not None]
    half = shared.results.scheme.reckoning.scale / 2
    return (
        ("Effectif", str(len(averages))),
        ("Classés", str(len(known))),
        (f"Moyenne de {half} ou plus", str(sum(average >= half for average in known))),
    )


def _counts(shared: Class) -> tuple[tuple[str, str], ...]:
    """Only what was given to somebody, in the order of the boxes."""
    rulings = [verdict.ruling for pk, verdict in shared.verdicts.items() if pk in shared.results.pupils]
    ticked = Counter(one for ruling in rulings for one in (ruling.distinction, *ruling.sanctions) if one)
    return _named(DISTINCTIONS | SANCTIONS, ticked)


def _named(names: Mapping[str, str], counts: Mapping[str, int]) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(counts[value])) for value, name in names.items() if counts.get(value))


def _row(pupil: Assembly) -> MinutesRow:
    facts, ruling = pupil.facts(), pupil.ruling
    year = facts.annual
    return MinutesRow(
        name=facts.pupil.name,
        average=_beside(facts.average, year and year.average),
        rank=_beside(facts.rank.partition(" / ")[0], year and year.rank),
        verdict=", ".join(spoken(_of_the_term(ruling), pupil.pupil.sex)),
        decision=_beside(year.decision, ruling.reason, " : ") if year else "",
        remark=facts.remark,
    )


def _of_the_term(ruling: Ruling) -> Ruling:
    return Ruling(ruling.distinction, ruling.work, ruling.conduct)


def _beside(first: str, second: str | None, between: str = " · ") -> str:
    return between.join(filter(None, [first, second]))
