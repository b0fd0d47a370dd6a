"""What is taught, the classes, their courses and groups."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from apps.accounts.models import Member
from apps.classes.models import (
    Calendar,
    ClassGroup,
    ClassTerm,
    Course,
    CourseTeacher,
    GroupMembership,
    Level,
    Stream,
    Subject,
    SubjectGroup,
    SubjectPlan,
    TeachingGroup,
    Term,
)
from apps.classes.presets import Preset, PresetSubject, read_preset
from apps.people.models import Student
from apps.schools.models import SchoolYear
from apps.schools.services import open_year

from .schemes import follow, scheme_of


@transaction.atomic
def apply_preset(*, kind: str, year: str) -> SchoolYear:
    """Give the school in scope the year, terms, levels, subjects and coefficients of its kind.

    Only what is missing is made: what the school has edited stays. Raises NoSuchPreset.
    """
    preset = read_preset(kind, year)
    school_year = open_year(
        name=preset.year,
        opens_on=preset.opens_on,
        closes_on=preset.closes_on,
        is_provisional=preset.is_provisional,
        holidays=preset.holidays,
    )
    _cut_into_terms(school_year, preset)
    _lay_out_levels(preset)
    _lay_out_subjects(preset)
    _weigh_subjects(school_year, preset)
    scheme_of(school_year, preset.cycle)
    return school_year


def _cut_into_terms(school_year: SchoolYear, preset: Preset) -> None:
    calendar, is_new = Calendar.objects.get_or_create(year=school_year, kind=Calendar.Kind.TRIMESTERS)
    if is_new:
        Term.objects.bulk_create(
            Term(calendar=calendar, number=number, name=name, starts_on=starts, ends_on=ends)
            for number, (name, starts, ends) in enumerate(preset.terms, start=1)
        )


def _lay_out_levels(preset: Preset) -> None:
    Level.objects.bulk_create(
        (
            Level(position=position, code=code, name=name, cycle=preset.cycle)
            for position, code, name in preset.levels
        ),
        ignore_conflicts=True,
    )
    Stream.objects.bulk_create(
        (Stream(code=code, name=name) for code, name in preset.streams), ignore_conflicts=True
    )


def _lay_out_subjects(preset: Preset) -> None:
    SubjectGroup.objects.bulk_create(
        (
            SubjectGroup(name=name, position=position)
            for position, name in enumerate(preset.subject_groups, start=1)
        ),
        ignore_conflicts=True,
    )
    _lay_out([one for one in preset.subjects if not one.parent])
    _lay_out([one for one in preset.subjects if one.parent])


def _lay_out(subjects: list[PresetSubject]) -> None:
    known = _by_code(Subject) | {None: None}
    Subject.objects.bulk_create(
        (
            Subject(code=one.code, name=one.name, position=one.position, parent=known[one.parent])
            for one in subjects
        ),
        ignore_conflicts=True,
    )


def _by_code(model: type[Level] | type[Stream] | type[Subject]) -> dict:
    return {row.code: row for row in model.objects.all()}


def _weigh_subjects(school_year: SchoolYear, preset: Preset) -> None:
    levels, streams, subjects = _by_code(Level), _by_code(Stream) | {None: None}, _by_code(Subject)
    groups = {group.name: group for group in SubjectGroup.objects.all()}
    group_of = {one.code: groups[one.group] for one in preset.subjects}
    SubjectPlan.objects.bulk_create(
        (
            SubjectPlan(
                year=school_year,
                level=levels[plan.level],
                stream=streams[plan.stream],
                subject=subjects[plan.subject],
                subject_group=group_of[plan.subject],
                coefficient=plan.coefficient,
                weekly_sessions=plan.weekly_sessions,
                is_optional=plan.is_optional,
            )
            for plan in preset.plans
        ),
        ignore_conflicts=True,
    )


@transaction.atomic
def open_class(
    *, year: SchoolYear, level: str, name: str, stream: str | None = None, form_teacher: Member | None = None
) -> ClassGroup:
    """A class with its whole-class group (`class_group.whole_group`) and its terms.

    `level` and `stream` are codes of the school's own rows.
    """
    calendar = Calendar.objects.get(year=year)
    class_group = ClassGroup.objects.create(
        year=year,
        calendar=calendar,
        level=Level.objects.get(code=level),
        stream=Stream.objects.get(code=stream) if stream else None,
        name=name,
        form_teacher=form_teacher,
    )
    furnish_class(class_group)
    return class_group


@transaction.atomic
def furnish_class(class_group: ClassGroup) -> None:
    """Give a class what each one has: a whole-class group of its name and year, its calendar's terms.

    Those that are open are graded as its cycle is.
    """
    TeachingGroup.objects.update_or_create(
        class_group=class_group, defaults={"year_id": class_group.year_id, "name": class_group.name}
    )
    scheme = scheme_of(class_group.year, class_group.level.cycle)
    terms = Term.objects.filter(calendar=class_group.calendar_id).order_by("number")
    ClassTerm.objects.bulk_create(
        (ClassTerm(class_group=class_group, term=term, grading_scheme=scheme) for term in terms),
        ignore_conflicts=True,
    )
    follow(scheme, ClassTerm.objects.filter(class_group=class_group))


def furnish_classes_of(calendar: Calendar) -> None:
    """A calendar has new terms: its classes have them too."""
    for class_group in ClassGroup.objects.filter(calendar=calendar).order_by("pk"):
        furnish_class(class_group)


def open_group(
    *, year: SchoolYear, name: str, students: Iterable[Student] = (), since: date | None = None
) -> TeachingGroup:
    """A group that crosses classes, with its pupils from that day (the year's first, unless told)."""
    group = TeachingGroup.objects.create(year=year, name=name)
    GroupMembership.objects.bulk_create(
        GroupMembership(group=group, student=student, since=since or year.opens_on) for student in students
    )
    return group


def open_courses(courses: Iterable[tuple[Subject, TeachingGroup, Member]], *, since: date) -> list[Course]:
    """Each subject taught to its group by its teacher from that day, in the order given."""
    wanted = list(courses)
    made = Course.objects.bulk_create(Course(subject=subject, group=group) for subject, group, _ in wanted)
    CourseTeacher.objects.bulk_create(
        CourseTeacher(course=course, member=teacher, since=since)
        for course, (_, _, teacher) in zip(made, wanted, strict=True)
    )
    return made
