"""A school of the demo before anything happens in it: its year, staff, classes, pupils and courses."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import cycle, groupby
from operator import itemgetter
from random import Random

from apps.accounts.models import Member, Role, User
from apps.accounts.services import enter_members, enter_users
from apps.classes.api import PlanLine, plans_of
from apps.classes.models import ClassGroup, Course, Subject, TeachingGroup, Term
from apps.classes.services import apply_preset, enrol, open_class, open_courses, open_group
from apps.gateways.api import is_mobile
from apps.people.models import Guardian, StaffProfile, Student
from apps.people.services import enter_guardians, enter_staff, enter_students, entrust
from apps.schools.models import SchoolYear

from .cast import TOLD_FROM, SchoolScript
from .names import Phones
from .people import Register


@dataclass(frozen=True, slots=True)
class DemoCourse:
    """A course, who teaches it, and who follows it; `parts` are its sub-disciplines' ids by their code."""

    course: Course
    teacher: Member
    subject: str
    students: list[Student]
    parts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DemoClass:
    group: ClassGroup
    students: list[Student]
    courses: list[DemoCourse]


@dataclass(frozen=True, slots=True)
class DemoSchool:
    """What marks, absences and messages are drawn from.

    Members are by username, pupils of the cast by name; a correspondent is (student, guardian's member,
    teacher's member), by id. `shift` is how far this year is from the one that the cast's days are told in.
    """

    script: SchoolScript
    year: SchoolYear
    first_term: Term
    members: Mapping[str, Member]
    classes: list[DemoClass]
    shared_courses: list[DemoCourse]
    usual_averages: Mapping[int, float]
    scripted: Mapping[str, Student]
    shift: timedelta
    correspondents: list[tuple[int, int, int]]
    guardians: int

    @property
    def courses(self) -> list[DemoCourse]:
        return [course for one in self.classes for course in one.courses] + self.shared_courses


def build_school(script: SchoolScript, year: str, users: Mapping[str, User], password: str) -> DemoSchool:
    """Build it in the school in scope; `users` are the cast's, `password` a hash that parents share."""
    year = apply_preset(kind=script.kind, year=year)
    members = _enter_staff(script, users, since=year.opens_on)
    register = Register(script.slug, year.opens_on, Phones(script.phone_block))
    classes = _fill_classes(script, year, register, users, members)
    _enter_families(script, register, users, members, password, since=year.opens_on)
    demo_classes, shared = _open_courses(script, year, classes, members)
    return DemoSchool(
        script=script,
        year=year,
        first_term=Term.objects.get(calendar__year=year, number=1),
        members=members,
        classes=demo_classes,
        shared_courses=shared,
        usual_averages={student.pk: average for student, average in register.usual_averages},
        scripted=register.scripted,
        shift=year.opens_on - TOLD_FROM,
        correspondents=_correspondents(register, demo_classes),
        guardians=len(register.guardians()),
    )


def _enter_staff(script: SchoolScript, users: Mapping[str, User], since: date) -> dict[str, Member]:
    members: dict[str, Member] = {}
    people = (*script.staff, *script.teachers)
    parents = {family.parent.username for family in script.families}
    hats = sorted({(person.role, person.username in parents) for person in people})
    for role, is_parent in hats:
        same = [one for one in people if (one.role, one.username in parents) == (role, is_parent)]
        roles = [role, Role.GUARDIAN] if is_parent else [role]
        entered = enter_members([users[one.username] for one in same], *roles, since=since)
        members |= {one.username: member for one, member in zip(same, entered, strict=True)}
    enter_staff(StaffProfile(member=members[person.username], function=person.function) for person in people)
    return members


def _fill_classes(
    script: SchoolScript,
    year: SchoolYear,
    register: Register,
    users: Mapping[str, User],
    members: Mapping[str, Member],
) -> list[tuple[ClassGroup, list[Student]]]:
    rng = Random(f"{script.slug}: classes")  # noqa: S311
    form_teachers = cycle(script.teachers)
    drawn: list[tuple[ClassGroup, list[Student]]] = []
    for level, stream, name in script.classes:
        class_group = open_class(
            year=year,
            level=level,
            stream=stream,
            name=name,
            form_teacher=members[next(form_teachers).username],
        )
        cast = [
            (family, child)
            for family in script.families
            for child in family.children
            if child.class_name == name
        ]
        drawn.append((class_group, register.draw_class(level, rng.randint(*script.sizes), cast)))
    _give_pupils_their_access(script, register, users, since=year.opens_on)
    enter_students(student for _, students in drawn for student in students)
    for class_group, students in drawn:
        enrol(students, in_class=class_group, since=year.opens_on)
    return drawn


def _give_pupils_their_access(
    script: SchoolScript, register: Register, users: Mapping[str, User], since: date
) -> None:
    children = [child for family in script.families for child in family.children if child.username]
    members = enter_members([users[child.username] for child in children], Role.STUDENT, since=since)
    for child, member in zip(children, members, strict=True):
        register.scripted[child.name].member = member


def _enter_families(
    script: SchoolScript,
    register: Register,
    users: Mapping[str, User],
    members: dict[str, Member],
    password: str,
    since: date,
) -> None:
    """Guardians, what they answer for, and the access of the cast and of a third of the others."""
    for family in (one for one in register.families if one.script):
        username = family.script.parent.username
        if username not in members:
            [members[username]] = enter_members([users[username]], Role.GUARDIAN, since=since)
        family.guardians[0][0].member = members[username]
    rng = Random(f"{script.slug}: access")  # noqa: S311
    others = [guardian for guardian in _reachable(register) if rng.random() < 0.35]
    accounts = enter_users(
        User(
            username=f"{script.slug}.parent{number}",
            first_name=guardian.first_name,
            last_name=guardian.last_name,
            phone=guardian.phone,
            password=password,
        )
        for number, guardian in enumerate(others, start=1)
    )
    for guardian, member in zip(others, enter_members(accounts, Role.GUARDIAN, since=since), strict=True):
        guardian.member = member
    enter_guardians(register.guardians())
    entrust(register.guardianships())


def _reachable(register: Register) -> list[Guardian]:
    """Those who have a mobile to themselves, and no access yet."""
    phones = [guardian.phone for guardian in register.guardians()]
    shared = {phone for phone in phones if phones.count(phone) > 1}
    return [
        guardian
        for guardian in register.guardians()
        if is_mobile(guardian.phone) and guardian.phone not in shared and not guardian.member_id
    ]


def _open_courses(
    script: SchoolScript,
    year: SchoolYear,
    classes: list[tuple[ClassGroup, list[Student]]],
    members: Mapping[str, Member],
) -> tuple[list[DemoClass], list[DemoCourse]]:
    crossing = {level for level, _, _ in script.language_groups}
    plans = plans_of(class_group for class_group, _ in classes)
    subjects = {subject.pk: subject for subject in Subject.objects.all()}
    demo_classes = []
    for place, (class_group, students) in enumerate(classes):
        lines = plans[class_group.pk]
        is_undivided = class_group.name in script.undivided
        split = _parts(lines) if is_undivided else {line.parent_id for line in lines}
        teachers = {
            subjects[line.subject_id]: _teacher_of(script, line.code, place, members)
            or class_group.form_teacher
            for line in lines
            if line.subject_id not in split
            and not (line.code == "LV2" and class_group.level.code in crossing)
        }
        courses = _open(teachers.items(), class_group.whole_group, students, since=year.opens_on)
        if is_undivided:
            courses = [_with_parts(course, lines) for course in courses]
        demo_classes.append(DemoClass(class_group, students, courses))
    return demo_classes, list(_open_language_groups(script, year, classes, members))


def _parts(lines: list[PlanLine]) -> set[int]:
    return {line.subject_id for line in lines if line.parent_id}


def _with_parts(course: DemoCourse, lines: list[PlanLine]) -> DemoCourse:
    its = [line for line in lines if line.parent_id == course.course.subject_id]
    return replace(course, parts={line.code: line.subject_id for line in its})


def _teacher_of(script: SchoolScript, code: str, place: int, members: Mapping[str, Member]) -> Member | None:
    """Colleagues of a subject share the classes out in order; nobody for conduct."""
    able = [person for person in script.teachers if code in person.teaches]
    return members[able[place * len(able) // len(script.classes)].username] if able else None


def _open(
    taught: Iterable[tuple[Subject, Member]], group: TeachingGroup, students: list[Student], since: date
) -> list[DemoCourse]:
    pairs = list(taught)
    courses = open_courses([(subject, group, teacher) for subject, teacher in pairs], since=since)
    return [
        DemoCourse(course, teacher, subject.code, students)
        for course, (subject, teacher) in zip(courses, pairs, strict=True)
    ]


def _open_language_groups(
    script: SchoolScript,
    year: SchoolYear,
    classes: list[tuple[ClassGroup, list[Student]]],
    members: Mapping[str, Member],
) -> Iterator[DemoCourse]:
    """Each pupil of a level in one of its groups, whatever the class."""
    rng = Random(f"{script.slug}: languages")  # noqa: S311
    for level, groups in groupby(script.language_groups, key=itemgetter(0)):
        rows = list(groups)
        pupils = [student for one, students in classes if one.level.code == level for student in students]
        rng.shuffle(pupils)
        for place, (_, name, username) in enumerate(rows):
            students = pupils[place :: len(rows)]
            group = open_group(year=year, name=name, students=students)
            subject = Subject.objects.get(code="LV2")
            yield from _open([(subject, members[username])], group, students, since=year.opens_on)


def _correspondents(register: Register, classes: list[DemoClass]) -> list[tuple[int, int, int]]:
    """Each child of a family that signs in, with a teacher of her class."""
    rng = Random(f"{register.slug}: correspondents")  # noqa: S311
    courses = {student.pk: one.courses for one in classes for student in one.students}
    return [
        (child.pk, guardian.member_id, rng.choice(courses[child.pk]).teacher.pk)
        for family in register.families
        for guardian, _ in family.guardians
        if guardian.member_id and not family.script
        for child in family.children
    ]
