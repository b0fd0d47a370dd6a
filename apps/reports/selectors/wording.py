"""How the school's papers say what they all say: its letterhead, a day, a term."""

from datetime import date

from apps.classes.models import Calendar, ClassTerm
from apps.core.templatetags.look import MONTHS
from apps.core.tenancy import current_school_id
from apps.gateways.api import show_phone
from apps.people.models import Student
from apps.reports.models import Letterhead
from apps.reports.rules import Heading, Pupil
from apps.schools.models import School, SchoolYear

TERMS = {Calendar.Kind.TRIMESTERS: "trimestre", Calendar.Kind.SEMESTERS: "semestre"}


def school_and_letterhead() -> tuple[School, Letterhead]:
    """Those of the school in scope. Two queries."""
    return School.objects.get(pk=current_school_id()), Letterhead.objects.first() or Letterhead()


def heading_of(school: School, letterhead: Letterhead, year: SchoolYear) -> Heading:
    """What stands at the head of a paper of that year."""
    details = (
        _joined(school.address, school.city),
        _joined(school.phone and show_phone(school.phone), school.email),
        _joined(school.code and f"code {school.code}", f"établissement {school.get_status_display()}"),
    )
    return Heading(
        authorities=tuple(filter(None, [letterhead.ministry, _drena(school.drena)])),
        school=school.name,
        details=tuple(filter(None, details)),
        country=letterhead.country,
        republic=tuple(filter(None, [letterhead.motto, f"Année scolaire {year.name}"])),
        logo=school.logo_digest,
    )


def made_on(school: School, letterhead: Letterhead, on: date) -> str:
    """« Fait à Abidjan, le 1er décembre 2026 »"""
    return f"Fait à {letterhead.place or school.city or school.name}, le {spelt(on)}"


def term_name(class_term: ClassTerm) -> str:
    """The « 2e trimestre », whatever the school calls it elsewhere; a composition keeps its name."""
    word = TERMS.get(class_term.class_group.calendar.kind)
    number = class_term.term.number
    return f"{number}{'er' if number == 1 else 'e'} {word}" if word else class_term.term.name


def spelt(day: date) -> str:
    """1er décembre 2026"""
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"


def pupil_of(student: Student, class_name: str, class_size: int) -> Pupil:
    """Who a paper is about."""
    return Pupil(
        name=full_name(student),
        national_id=student.national_id or "",
        class_name=class_name,
        class_size=str(class_size),
        sex=student.sex,
        born=birth(student),
        nationality=student.nationality,
        repeats=_yes(student.repeats_year),
        boarding=student.get_regime_display(),
        state_assigned=_yes(student.state_assigned),
    )


def birth(student: Student) -> str:
    """« 4 mars 2012 à Yamoussoukro », or what is known of it."""
    return " à ".join(filter(None, [student.born_on and spelt(student.born_on), student.born_in]))


def full_name(student: Student) -> str:
    """KOUAMÉ Aya"""
    return f"{student.last_name.upper()} {student.first_name}".strip()


def counted(number: int, what: str) -> str:
    """« 1 fille », « 2 filles »"""
    return f"{number} {what}{'s' if number > 1 else ''}"


def _drena(typed: str) -> str:
    """Some type the word, some do not."""
    return typed if typed.upper().startswith("DREN") or not typed else f"DRENA {typed}"


def _joined(*parts: str) -> str:
    return " · ".join(filter(None, parts))


def _yes(flag: bool) -> str:
    return "oui" if flag else "non"
