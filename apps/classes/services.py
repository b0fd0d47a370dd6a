"""Verbs that write the curriculum, the classes, their courses and who is in them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from apps.accounts.models import Member
from apps.core.events import publish
from apps.people.models import Student
from apps.schools.models import SchoolYear
from apps.schools.services import open_year

from .events import MarksClosed, MarksReopened, StudentEnrolled, StudentLeft, TermPublished
from .models import (
    Calendar,
    ClassGroup,
    ClassTerm,
    ClassTermQuerySet,
    Course,
    CourseTeacher,
    Enrolment,
    GradingScheme,
    GroupMembership,
    Level,
    Stream,
    Subject,
    SubjectGroup,
    SubjectPlan,
    TeachingGroup,
    Term,
)
from .presets import Preset, PresetSubject, read_preset, read_scheme


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
    _follow(scheme, ClassTerm.objects.filter(class_group=class_group))


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


def enrol(students: Iterable[Student], *, in_class: ClassGroup, since: date) -> list[Enrolment]:
    """Put pupils in a class from that day. Raises IntegrityError for one who is in another already."""
    return Enrolment.objects.bulk_create(
        Enrolment(student=student, class_group=in_class, since=since) for student in students
    )


class AlreadyInClass(Exception):
    """The pupil came into her present class on that day or later: end or correct that first."""


@transaction.atomic
def place(*, student: Student, in_class: ClassGroup, since: date, by: Member) -> Enrolment:
    """From that day on, the pupil is in this class; she leaves the one she was in the day before.

    Where she is already, nothing changes. Raises AlreadyInClass.
    """
    Student.objects.select_for_update(no_key=True).get(pk=student.pk)
    coming = Enrolment.objects.filter(student=student).exclude(until__lt=since).order_by("since")
    present = coming.first()
    if present and present.class_group_id == in_class.pk and present.since <= since and present.until is None:
        return present
    if coming.filter(since__gte=since).exists():
        raise AlreadyInClass
    if present:
        present.until = since - timedelta(days=1)
        present.save(update_fields=["until"])
    enrolment = Enrolment.objects.create(student=student, class_group=in_class, since=since)
    publish(StudentEnrolled(student_id=student.pk, class_group_id=in_class.pk, since=str(since), by_id=by.pk))
    return enrolment


@transaction.atomic
def withdraw(*, student: Student, until: date, by: Member) -> Enrolment | None:
    """That day is the pupil's last one in her class and in her groups; None if she is in no class."""
    present = Enrolment.objects.current(until).filter(student=student).select_for_update().first()
    if present is None or present.until is not None:
        return None
    present.until = until
    present.save(update_fields=["until"])
    GroupMembership.objects.current(until).filter(student=student).update(until=until)
    publish(
        StudentLeft(
            student_id=student.pk, class_group_id=present.class_group_id, until=str(until), by_id=by.pk
        )
    )
    return present


@transaction.atomic
def close_marks(*, class_term_ids: Iterable[int], by: Member, at: datetime) -> list[ClassTerm]:
    """Arrêter les notes: those that are open are locked from now on, and returned; the others stay."""
    closed = close_past_marks(class_term_ids=class_term_ids, at=at)
    for class_term in closed:
        publish(MarksClosed(class_term_id=class_term.pk, by_id=by.pk))
    return closed


@transaction.atomic
def close_past_marks(*, class_term_ids: Iterable[int], at: datetime) -> list[ClassTerm]:
    """The same for what was closed before the school came to EduConnect: nobody is told."""
    closed = _in_state(ClassTerm.State.OPEN, class_term_ids)
    for class_term in closed:
        class_term.state, class_term.marks_lock_at = ClassTerm.State.LOCKED, at
        class_term.save(update_fields=["state", "marks_lock_at"])
    return closed


@transaction.atomic
def reopen_marks(*, class_term_ids: Iterable[int], by: Member) -> list[ClassTerm]:
    """Those that are locked, and have gone no further, take marks again, and are graded as is now usual; they
    are returned.
    """
    reopened = _in_state(ClassTerm.State.LOCKED, class_term_ids)
    for class_term in reopened:
        class_term.state, class_term.marks_lock_at = ClassTerm.State.OPEN, None
        class_term.grading_scheme = scheme_of(class_term.class_group.year, class_term.class_group.level.cycle)
        class_term.save(update_fields=["state", "marks_lock_at", "grading_scheme"])
        publish(MarksReopened(class_term_id=class_term.pk, by_id=by.pk))
    return reopened


@transaction.atomic
def publish_term(*, class_term_id: int, by: Member, at: datetime) -> None:
    """Families read what the term came to. One that is open is not published; published twice, it is once."""
    closed = ClassTerm.objects.exclude(state__in=[ClassTerm.State.OPEN, ClassTerm.State.PUBLISHED])
    class_term = closed.select_for_update(of=["self"]).filter(pk=class_term_id).first()
    if class_term is None:
        return
    class_term.state, class_term.published_at = ClassTerm.State.PUBLISHED, at
    class_term.save(update_fields=["state", "published_at"])
    publish(TermPublished(class_term_id=class_term.pk, by_id=by.pk))


class SchemeWasRevised(Exception):
    """Another version was made since this one was read."""


@transaction.atomic
def scheme_of(year: SchoolYear, cycle: str) -> GradingScheme:
    """The version that a cycle's open terms follow in a year, held until the transaction ends.

    The first one is what the school did in its newest other year, else what is usual.
    """
    SchoolYear.objects.select_for_update(no_key=True).get(pk=year.pk)  # one maker of versions at a time
    same = GradingScheme.objects.filter(cycle=cycle)
    if current := same.filter(year=year).latest_first().first():
        return current
    latest = same.exclude(year=year).order_by("-year__opens_on", "-version").first()
    settings = latest.settings if latest else _usual_settings(cycle, year.name)
    return GradingScheme.objects.create(year=year, cycle=cycle, **settings)


def _usual_settings(cycle: str, year: str) -> dict[str, Any]:
    preset = read_scheme(cycle, year)
    conduct = Subject.objects.filter(code=preset.conduct_code).first()
    return preset.settings | {"conduct_subject_id": conduct and conduct.pk}


@transaction.atomic
def revise_scheme(
    *, scheme: GradingScheme, settings: Mapping[str, Any], by: Member | None, at: datetime
) -> GradingScheme:
    """Grade otherwise from now on: the next version, which the open terms of its cycle and year follow, while
    what is closed stays as it was made. Itself when nothing changes.

    Raises SchemeWasRevised when `scheme` is no longer the current one.
    """
    current = scheme_of(scheme.year, scheme.cycle)
    if current.pk != scheme.pk:
        raise SchemeWasRevised
    if not current.differs_from(settings):
        return current
    revised = GradingScheme.objects.create(
        year_id=current.year_id,
        cycle=current.cycle,
        version=current.version + 1,
        made_by=by,
        made_at=at,
        **current.settings | dict(settings),
    )
    _follow(revised, ClassTerm.objects.of_cycle(current.year_id, current.cycle))
    return revised


def follow_cycle(level: Level) -> None:
    """A level is of another cycle: the open terms of its classes are graded as that one is."""
    years = SchoolYear.objects.filter(pk__in=ClassGroup.objects.filter(level=level).values("year"))
    for year in years.order_by("pk"):
        its = ClassTerm.objects.filter(class_group__level=level, class_group__year=year)
        _follow(scheme_of(year, level.cycle), its)


def _follow(scheme: GradingScheme, class_terms: ClassTermQuerySet) -> None:
    """Those that are open, in the order in which whoever saves marks holds them."""
    ids = class_terms.filter(state=ClassTerm.State.OPEN).exclude(grading_scheme=scheme)
    held = ids.order_by("pk").select_for_update(of=["self"], no_key=True).values_list("pk", flat=True)
    ClassTerm.objects.filter(pk__in=list(held), state=ClassTerm.State.OPEN).update(grading_scheme=scheme)


def _in_state(state: ClassTerm.State, ids: Iterable[int]) -> list[ClassTerm]:
    rows = ClassTerm.objects.filter(pk__in=list(ids), state=state)
    rows = rows.select_related("class_group__year", "class_group__level", "term")
    return list(rows.select_for_update(of=["self"]).order_by("pk"))
