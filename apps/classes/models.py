from datetime import date
from decimal import Decimal
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from apps.core.history import keep_history
from apps.core.tenancy import SchoolManager, SchoolOwned, SchoolQuerySet


class DatedQuerySet(SchoolQuerySet):
    def current(self, on: date) -> Self:
        """The rows that hold on that day."""
        return self.filter(Q(until=None) | Q(until__gte=on), since__lte=on)


class Level(SchoolOwned):
    """A niveau: 6e, 5e, Tle."""

    code = models.CharField("code", max_length=10)
    name = models.CharField("nom", max_length=40)
    position = models.PositiveSmallIntegerField("ordre", default=0)

    class Meta:
        verbose_name = "niveau"
        verbose_name_plural = "niveaux"
        constraints = [models.UniqueConstraint(fields=["school", "code"], name="one_level_of_a_code")]

    def __str__(self) -> str:
        return self.name


class Stream(SchoolOwned):
    """A série: A1, C, D."""

    code = models.CharField("code", max_length=10)
    name = models.CharField("nom", max_length=40)

    class Meta:
        verbose_name = "série"
        constraints = [models.UniqueConstraint(fields=["school", "code"], name="one_stream_of_a_code")]

    def __str__(self) -> str:
        return self.name


class Calendar(SchoolOwned):
    """How a year is cut into terms: trimestres, semestres or compositions."""

    class Kind(models.TextChoices):
        TRIMESTERS = "trimesters", "trimestres"
        SEMESTERS = "semesters", "semestres"
        COMPOSITIONS = "compositions", "compositions"

    year = models.ForeignKey(
        "schools.SchoolYear", models.PROTECT, related_name="+", verbose_name="année scolaire"
    )
    kind = models.CharField("découpage", max_length=12, choices=Kind, default=Kind.TRIMESTERS)

    class Meta:
        verbose_name = "calendrier"
        constraints = [
            models.UniqueConstraint(fields=["school", "year", "kind"], name="one_calendar_of_a_kind")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year_id}"


class Term(SchoolOwned):
    """A trimestre or a semestre. What locks and publishes is the ClassTerm."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="terms", verbose_name="calendrier")
    number = models.PositiveSmallIntegerField("numéro")
    name = models.CharField("nom", max_length=30)
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")

    class Meta:
        verbose_name = "période"
        constraints = [
            models.UniqueConstraint(fields=["calendar", "number"], name="one_term_of_a_number"),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="a_term_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ClassGroup(SchoolOwned):
    """A classe: the pupils who follow most lessons together for one school year."""

    year = models.ForeignKey(
        "schools.SchoolYear", models.PROTECT, related_name="+", verbose_name="année scolaire"
    )
    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="+", verbose_name="calendrier")
    level = models.ForeignKey(Level, models.PROTECT, related_name="+", verbose_name="niveau")
    stream = models.ForeignKey(
        Stream, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="série"
    )
    name = models.CharField("nom", max_length=30)
    form_teacher = models.ForeignKey(
        "accounts.Member",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="professeur principal",
    )

    class Meta:
        verbose_name = "classe"
        constraints = [models.UniqueConstraint(fields=["school", "year", "name"], name="one_class_of_a_name")]

    def __str__(self) -> str:
        return self.name


class ClassTerm(SchoolOwned):
    """A class in a term: this is what is open, locked, and published."""

    class State(models.TextChoices):
        OPEN = "open", "ouverte"
        LOCKED = "locked", "clôturée"
        COUNCIL = "council", "en conseil"
        PUBLISHED = "published", "publiée"

    class Scheme(models.TextChoices):
        COEFFICIENT = "coef", "chaque évaluation selon son coefficient"
        SCALE = "bareme", "total des points sur total des barèmes"

    class Code(models.TextChoices):
        """What may stand in a mark's place (grades.Mark.Missing)."""

        ABSENT = "absent", "Abs (absent)"
        EXEMPT = "exempt", "Disp (dispensé)"
        NOT_HANDED_IN = "not_handed_in", "N.Rdu (non rendu)"
        NOT_MARKED = "not_marked", "N.Not (non noté)"

    class_group = models.ForeignKey(
        ClassGroup, models.CASCADE, related_name="class_terms", verbose_name="classe"
    )
    term = models.ForeignKey(Term, models.PROTECT, related_name="+", verbose_name="période")
    state = models.CharField("état", max_length=10, choices=State, default=State.OPEN)
    marks_lock_at = models.DateTimeField("arrêt des notes", null=True, blank=True)
    published_at = models.DateTimeField("publiée le", null=True, blank=True)
    scheme = models.CharField(
        "calcul des moyennes", max_length=10, choices=Scheme, default=Scheme.COEFFICIENT
    )
    zero_codes = ArrayField(
        models.CharField(max_length=15, choices=Code),
        verbose_name="codes qui comptent zéro",
        default=list,
        blank=True,
        help_text="Les autres codes ne comptent pas.",
    )

    class Meta:
        verbose_name = "période d’une classe"
        verbose_name_plural = "périodes des classes"
        constraints = [models.UniqueConstraint(fields=["class_group", "term"], name="one_class_term")]

    def __str__(self) -> str:
        return f"{self.class_group}, {self.term}"

    @property
    def is_locked(self) -> bool:
        return self.state != self.State.OPEN


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


class SubjectGroup(SchoolOwned):
    """A bilan of the report card: lettres, sciences, autres."""

    name = models.CharField("nom", max_length=40)
    position = models.PositiveSmallIntegerField("ordre", default=0)

    class Meta:
        verbose_name = "groupe de matières"
        verbose_name_plural = "groupes de matières"
        constraints = [models.UniqueConstraint(fields=["school", "name"], name="one_subject_group_of_a_name")]

    def __str__(self) -> str:
        return self.name


class Subject(SchoolOwned):
    """A matière, or a sub-discipline of one."""

    code = models.CharField("code", max_length=12)
    name = models.CharField("nom", max_length=60)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name="sous-discipline de"
    )
    position = models.PositiveSmallIntegerField("ordre", default=0)

    class Meta:
        verbose_name = "matière"
        constraints = [models.UniqueConstraint(fields=["school", "code"], name="one_subject_of_a_code")]

    def __str__(self) -> str:
        return self.name


class SubjectPlan(SchoolOwned):
    """The curriculum: what a subject weighs at a level, for a year; a class may weigh it otherwise."""

    year = models.ForeignKey(
        "schools.SchoolYear", models.PROTECT, related_name="+", verbose_name="année scolaire"
    )
    level = models.ForeignKey(Level, models.PROTECT, related_name="+", verbose_name="niveau")
    stream = models.ForeignKey(
        Stream, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="série"
    )
    class_group = models.ForeignKey(
        ClassGroup,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="pour cette classe seulement",
    )
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="+", verbose_name="matière")
    subject_group = models.ForeignKey(
        SubjectGroup, models.PROTECT, related_name="+", verbose_name="groupe de matières"
    )
    coefficient = models.DecimalField("coefficient", max_digits=4, decimal_places=2, default=Decimal(1))
    weekly_sessions = models.PositiveSmallIntegerField("séances par semaine", default=0)
    is_optional = models.BooleanField("facultative", default=False)

    class Meta:
        verbose_name = "coefficient"
        constraints = [
            models.UniqueConstraint(
                fields=["year", "level", "stream", "class_group", "subject"],
                name="one_plan_of_a_subject",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(coefficient__gte=0), name="a_coefficient_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.subject}, {self.level}"


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


class DateRange(Func):
    """The days from `since` to `until`, both included; for ever without `until`."""

    function = "daterange"
    output_field = DateRangeField()


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
