"""Loads both schools in one transaction: all of the demo, or none of it."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Member, Role, User
from apps.accounts.services import enter_users
from apps.attendance.api import (
    load_past_excusals,
    load_past_justifications,
    load_past_roll_calls,
    load_past_whole_classes,
    set_up_reasons,
    set_up_thresholds,
)
from apps.classes.models import ClassTerm
from apps.classes.presets import year_of
from apps.classes.services import go_on
from apps.core.tenancy import check_references_at_once, in_school, learn_sizes
from apps.gateways.api import show_phone
from apps.grades.api import load_past, reopen
from apps.messaging.api import load_past_threads
from apps.notifications.api import load_past_alerts, set_up
from apps.reports.api import load_past_remarks
from apps.schools.models import School
from apps.schools.services import found_school, set_logo

from .absences import past_roll_calls
from .cast import MOTHER, PASSWORD, SCRIPTS, STRANGER, Person, SchoolScript
from .days import at, class_days
from .marks import past_marks
from .messages import past_threads
from .remarks import kept_phrases, past_remarks
from .said import past_excusals, past_justifications
from .school import DemoClass, DemoSchool, build_school
from .told import flooded_class, past_alerts

ELEVEN_WEEKS = timedelta(days=78)  # from a Monday to a Tuesday: the first trimester is nearly over
CALLED_BY = 9  # o'clock: by then, half of the classes have been called
Say = Callable[[str], None]
State = ClassTerm.State


class SlugIsTaken(Exception):
    """Another school has one of the demo's addresses."""


@dataclass(frozen=True, slots=True)
class Login:
    """How to come in as one of the cast, and where to."""

    role: str
    login: str
    password: str
    path: str


def is_loaded() -> bool:
    """Whether the demo is there, whole. Raises SlugIsTaken when another school has one of its addresses."""
    slugs = [script.slug for script in SCRIPTS]
    there = {school.slug: school.name for school in School.objects.filter(slug__in=slugs)}
    if there and there != {script.slug: script.name for script in SCRIPTS}:
        raise SlugIsTaken(", ".join(sorted(there)))
    return bool(there)


@transaction.atomic
def load(now: datetime, say: Say, *, small: bool = False) -> None:
    """Build both schools up to this instant, or to the nearest day of the first trimester's last week."""
    year = year_of(timezone.localtime(now).date())
    check_references_at_once()
    users, password = _enter_cast()
    for script in map(_shrink, SCRIPTS) if small else SCRIPTS:
        school = found_school(slug=script.slug, name=script.name, kind=script.kind, **script.details)
        with in_school(school.pk):
            built = build_school(script, year, users, password)
            if script.logo:
                set_logo(content=Path(__file__).with_name(script.logo).read_bytes())
            pupils = sum(len(one.students) for one in built.classes)
            say(
                f"{script.name} : {len(built.classes)} classes, {pupils} élèves, "
                f"{built.guardians} responsables, {len(built.courses)} enseignements"
            )
            set_up()
            set_up_reasons()
            set_up_thresholds()
            learn_sizes()
            _load_past(built, now, say)
    learn_sizes()


def _shrink(script: SchoolScript) -> SchoolScript:
    """The same with the classes of the cast only, and small ones: for tests."""
    kept = {"6e 2", "5e 1", "4e 1", "2nde C 1"}
    return replace(script, classes=tuple(one for one in script.classes if one[2] in kept), sizes=(8, 12))


def _load_past(school: DemoSchool, now: datetime, say: Say) -> None:
    term, today = school.first_term, timezone.localtime(now).date()
    present = min(max(today, term.starts_on + ELEVEN_WEEKS), term.ends_on)
    holidays = school.year.holidays.order_by("pk").values_list("last_class_day", "resumes_on")
    days = class_days(term.starts_on, present, holidays)
    before = [day for day in days if day != present]
    is_called = present == today and present in days and now >= at(present, CALLED_BY)
    say(f"  {load_past(list(past_marks(school, before)))} notes")
    calls, reasons = past_roll_calls(school, before, present if is_called else None)
    loaded = load_past_roll_calls(calls, reasons=reasons)
    say(f"  {loaded.roll_calls} appels, {loaded.absences} absences, {loaded.late_arrivals} retards")
    said = load_past_justifications(past_justifications(school, calls, reasons, present))
    say(f"  {said} justificatifs, {load_past_excusals(past_excusals(school, present))} élèves non attendus")
    say(f"  {load_past_alerts(past_alerts(school, present))} SMS")
    rainy, educator = before[-4], school.members[school.script.staff[-1].username]
    load_past_whole_classes(flooded_class(school, rainy), by=educator, at=at(rainy, 14))
    say(f"  {load_past_threads(past_threads(school, before))} messages")
    remarks = past_remarks(school, at(before[-1], 18))
    say(f"  {load_past_remarks(remarks, kept_phrases(school))} appréciations")
    _close_early(school, before[-1], today)


def _close_early(school: DemoSchool, closed_on: date, today: date) -> None:
    """One class’s marks are closed, and reopened a while to one of its teachers; another’s council sits."""
    closed, head = school.script.closed, school.members[school.script.staff[0].username]
    for one in school.classes:
        if closed and one.group.name == closed.class_name:
            _go_on(school, one, head, {State.LOCKED: at(closed_on, 17)})
            reopen(
                course_id=next(its.course.pk for its in one.courses if its.subject == closed.subject),
                term_id=school.first_term.pk,
                until=at(today + timedelta(days=2), 18),
                reason=closed.reason,
                by=head,
                at=at(closed_on, 18),
            )
        if one.group.name == school.script.in_council:
            hours = {State.LOCKED: 8, State.REMARKS: 9, State.COUNCIL: 17}
            _go_on(school, one, head, {state: at(closed_on, hour) for state, hour in hours.items()})


def _go_on(school: DemoSchool, one: DemoClass, head: Member, steps: Mapping[State, datetime]) -> None:
    terms = ClassTerm.objects.filter(class_group=one.group, term=school.first_term)
    ids = list(terms.values_list("pk", flat=True))
    for state, moment in steps.items():
        go_on(class_term_ids=ids, to=state, by=head, at=moment)


def _enter_cast() -> tuple[dict[str, User], str]:
    """Everyone who has a name, once for both schools; and the hash that all passwords share."""
    password = make_password(PASSWORD)
    people = {person.username: person for script in SCRIPTS for person in _people_of(script)}
    pupils = {
        child.username: child
        for script in SCRIPTS
        for family in script.families
        for child in family.children
        if child.username
    }
    users = [
        User(
            username=person.username,
            civility=person.civility,
            first_name=person.first_name,
            last_name=person.last_name,
            phone=person.phone,
            password=password,
        )
        for person in people.values()
    ]
    for username, child in pupils.items():
        last_name, _, first_name = child.name.partition(" ")
        users.append(User(username=username, first_name=first_name, last_name=last_name, password=password))
    return {user.username: user for user in enter_users(users)}, password


def _people_of(script: SchoolScript) -> list[Person]:
    return [*script.staff, *script.teachers, *(family.parent for family in script.families)]


def logins() -> list[Login]:
    """One per role, and those who live in both schools."""
    college, lycee = SCRIPTS
    home = f"/{college.slug}/"
    known = {"prof.diop", "prof.nguessan", "prof.yao"}
    teachers = [person for person in college.teachers if person.username in known]
    staff = [
        Login(f"{person.function.lower()} ({person.name})", person.username, PASSWORD, home)
        for person in (*college.staff, *teachers)
    ]
    families = [
        Login(f"mère d’Awa et d’Issouf ({MOTHER.name})", show_phone(MOTHER.phone), PASSWORD, "/famille/"),
        Login("élève (Awa Bamba)", "awa", PASSWORD, home),
        Login(f"parent du lycée seul ({STRANGER.name})", show_phone(STRANGER.phone), PASSWORD, "/famille/"),
    ]
    head = next(person for person in lycee.staff if person.role is Role.PRINCIPAL)
    neighbour = Login(f"{head.function.lower()} ({head.name})", head.username, PASSWORD, f"/{lycee.slug}/")
    return [*staff, *families, neighbour]


def logins_as_json() -> list[dict]:
    return [asdict(login) for login in logins()]
