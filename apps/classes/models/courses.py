"""Groups, their courses, and who is in them."""

from datetime import date
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, Value

from apps.core.history import keep_history
from apps.core.tenancy import SchoolManager, SchoolOwned, SchoolQuerySet

from .curriculum import Subject
from .dated import DatedQuerySet, DateRange
from .terms import ClassGroup


class TeachingGroupQuerySet(SchoolQuerySet):
    def whole_classes(self) -> Self:
        return self.exclude(class_group=None)


class TeachingGroup(SchoolOwned):
    """A groupe of pupils taught together: a whole class, or pupils of several (LV2, EPS)."""

    year = models.ForeignKey(
        "schools.SchoolYear", models.PROTECT, related_name="+", verbose_name="année scolaire"
    )
    class_group = models.OneToOneField(
        ClassGroup,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="whole_group",
        verbose_name="classe entière",
    )
    name = models.CharField("nom", max_length=40)

    objects = SchoolManager.from_queryset(TeachingGroupQuerySet)()

    class Meta:
        verbose_name = "groupe"
        constraints = [models.UniqueConstraint(fields=["school", "year", "name"], name="one_group_of_a_name")]

    def __str__(self) -> str:
        return self.name


class GroupMembership(SchoolOwned):
    """A pupil in a group that is not a whole class (these follow the enrolments)."""

    group = models.ForeignKey(
        TeachingGroup, models.CASCADE, related_name="memberships", verbose_name="groupe"
    )
    student = models.ForeignKey("people.Student", models.PROTECT, related_name="+", verbose_name="élève")
    since = models.DateField("depuis le")
    until = models.DateField("jusqu’au", null=True, blank=True)

    objects = SchoolManager.from_queryset(DatedQuerySet)()

    class Meta:
        verbose_name = "appartenance à un groupe"
        verbose_name_plural = "appartenances aux groupes"
        constraints = [
            models.UniqueConstraint(
                fields=["group", "student"], condition=Q(until=None), name="one_open_membership"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student_id} dans {self.group_id}"


class CourseQuerySet(SchoolQuerySet):
    def taught_by(self, member, on: date) -> Self:
        return self.filter(pk__in=CourseTeacher.objects.current(on).filter(member=member).values("course"))


class Course(SchoolOwned):
    """An enseignement: a subject taught to a group; the hub of marks and timetable."""

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="+", verbose_name="matière")
    group = models.ForeignKey(TeachingGroup, models.PROTECT, related_name="courses", verbose_name="groupe")

    objects = SchoolManager.from_queryset(CourseQuerySet)()

    class Meta:
        verbose_name = "enseignement"
        constraints = [models.UniqueConstraint(fields=["subject", "group"], name="one_course_of_a_subject")]

    def __str__(self) -> str:
        return f"{self.subject}, {self.group}"


class CourseTeacher(SchoolOwned):
    """Who teaches a course, from a day to a day."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="teachers", verbose_name="enseignement")
    member = models.ForeignKey("accounts.Member", models.PROTECT, related_name="+", verbose_name="enseignant")
    since = models.DateField("depuis le")
    until = models.DateField("jusqu’au", null=True, blank=True)

    objects = SchoolManager.from_queryset(DatedQuerySet)()

    class Meta:
        verbose_name = "enseignant d’un cours"
        verbose_name_plural = "enseignants des cours"
        constraints = [
            models.UniqueConstraint(
                fields=["course", "member"], condition=Q(until=None), name="one_open_teaching"
            ),
        ]

    def __str__(self) -> str:
        return str(self.member)


@keep_history()
class Enrolment(SchoolOwned):
    """An inscription: a pupil in a class, from a day to a day; never two on one day."""

    student = models.ForeignKey("people.Student", models.PROTECT, related_name="+", verbose_name="élève")
    class_group = models.ForeignKey(
        ClassGroup, models.PROTECT, related_name="enrolments", verbose_name="classe"
    )
    since = models.DateField("depuis le")
    until = models.DateField("jusqu’au", null=True, blank=True)

    objects = SchoolManager.from_queryset(DatedQuerySet)()

    class Meta:
        verbose_name = "inscription"
        constraints = [
            ExclusionConstraint(
                name="one_class_at_a_time",
                expressions=[
                    ("student", RangeOperators.EQUAL),
                    (DateRange("since", "until", Value("[]")), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Cet élève est déjà inscrit dans une classe à ces dates.",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="an_enrolment_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student} en {self.class_group}"
