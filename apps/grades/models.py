from datetime import datetime
from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import Q

from apps.core.history import keep_history
from apps.core.prepared import prepared, together
from apps.core.tenancy import SchoolManager, SchoolOwned, SchoolQuerySet

from .rules import MarkValue


class AssessmentQuerySet(SchoolQuerySet):
    def of_courses(self, courses) -> Self:
        return self.filter(course__in=courses)

    def published(self) -> Self:
        """Those that families see: publication is a state of the row, never a look at the clock."""
        return self.exclude(published_at=None)

    def for_writing(self) -> Self:
        """Lock the rows, and only them, until the transaction ends."""
        return self.select_for_update(of=["self"], no_key=True)


@keep_history()
class Assessment(SchoolOwned):
    """An évaluation: something a course's pupils did, and were marked on."""

    class Kind(models.TextChoices):
        TEST = "test", "devoir"
        QUIZ = "quiz", "interrogation écrite"
        ORAL = "oral", "interrogation orale"
        LEVEL_TEST = "level_test", "devoir de niveau"
        COMPOSITION = "composition", "composition"
        HOMEWORK = "homework", "devoir de maison"
        CONDUCT = "conduct", "conduite"

    class Counts(models.TextChoices):
        ALWAYS = "always", "toujours"
        BONUS = "bonus", "bonus"
        IF_BETTER = "if_better", "si elle améliore"

    course = models.ForeignKey(
        "classes.Course", models.PROTECT, related_name="+", verbose_name="enseignement"
    )
    part = models.ForeignKey(
        "classes.Subject",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="sous-discipline",
    )
    term = models.ForeignKey("classes.Term", models.PROTECT, related_name="+", verbose_name="période")
    title = models.CharField("intitulé", max_length=60)
    kind = models.CharField("nature", max_length=12, choices=Kind, default=Kind.TEST)
    held_on = models.DateField("date")
    out_of = models.DecimalField("barème", max_digits=5, decimal_places=2, default=Decimal(20))
    coefficient = models.DecimalField("coefficient", max_digits=4, decimal_places=2, default=Decimal(1))
    counts = models.CharField("compte", max_length=10, choices=Counts, default=Counts.ALWAYS)
    category = models.CharField("catégorie", max_length=30, blank=True)
    is_kept_private = models.BooleanField("jamais publiée", default=False)
    publish_on = models.DateField("à publier le", null=True, blank=True)
    published_at = models.DateTimeField("publiée le", null=True, blank=True)

    objects = SchoolManager.from_queryset(AssessmentQuerySet)()

    class Meta:
        verbose_name = "évaluation"
        constraints = [
            models.UniqueConstraint(fields=["course", "term", "title"], name="one_assessment_of_a_title"),
            models.CheckConstraint(condition=Q(out_of__gt=0), name="out_of_is_positive"),
            models.CheckConstraint(
                condition=Q(coefficient__gte=0), name="an_assessment_weighs_no_less_than_0"
            ),
            models.CheckConstraint(
                condition=Q(is_kept_private=False) | Q(publish_on=None, published_at=None),
                name="what_is_kept_private_is_not_published",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def key(self) -> tuple[int, int, str]:
        """How a file that is loaded twice finds it again."""
        return (self.course_id, self.term_id, self.title)


@keep_history()
class Mark(SchoolOwned):
    """A note: either a value, or the reason why there is none."""

    class Missing(models.TextChoices):
        ABSENT = "absent", "Abs"
        EXEMPT = "exempt", "Disp"
        NOT_HANDED_IN = "not_handed_in", "N.Rdu"
        NOT_MARKED = "not_marked", "N.Not"

    assessment = models.ForeignKey(
        Assessment, models.PROTECT, related_name="marks", verbose_name="évaluation"
    )
    student = models.ForeignKey("people.Student", models.PROTECT, related_name="+", verbose_name="élève")
    value = models.DecimalField("note", max_digits=5, decimal_places=2, null=True)
    missing = models.CharField("sans note", max_length=15, choices=Missing, blank=True)

    class Meta:
        verbose_name = "note"
        indexes = [models.Index("student", "assessment", name="mark_of_student")]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "student"], name="one_mark_per_student"),
            models.CheckConstraint(
                condition=Q(value=None) & ~Q(missing="") | Q(value__gte=0) & Q(missing=""),
                name="a_value_or_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.get_missing_display() or str(self.value)


def for_writing(assessment_id: int) -> Assessment:
    """That assessment, locked until the transaction ends. Raises Assessment.DoesNotExist. One query."""
    for assessment in _for_writing(assessment_id):
        return assessment
    raise Assessment.DoesNotExist


@prepared
def _for_writing(assessment_id: int) -> AssessmentQuerySet:
    return Assessment.objects.for_writing().filter(pk=assessment_id)


def column_for_writing(assessment_id: int) -> tuple[Assessment, dict[int, MarkValue]]:
    """The same, and what is then written in it, by student id. Two queries in one message: the second sees
    what was committed while the first waited.
    """
    found, marks = together(_for_writing.asked(assessment_id), _marks.asked(assessment_id))
    for assessment in found:
        return assessment, _by_student(marks)
    raise Assessment.DoesNotExist


def marks_of(assessment_id: int) -> dict[int, MarkValue]:
    """What is written in a column, by student id. One query."""
    return _by_student(_marks(assessment_id))


def _by_student(rows: list[tuple]) -> dict[int, MarkValue]:
    return {student: MarkValue(value, missing) for student, value, missing in rows}


@prepared
def _marks(assessment_id: int) -> models.QuerySet:
    marks = Mark.objects.filter(assessment=assessment_id).order_by("pk")
    return marks.values_list("student", "value", "missing")


@keep_history()
class Reopening(SchoolOwned):
    """A course's marks in a closed term, writable again until an instant, and why. It ends by itself."""

    course = models.ForeignKey(
        "classes.Course", models.PROTECT, related_name="+", verbose_name="enseignement"
    )
    term = models.ForeignKey("classes.Term", models.PROTECT, related_name="+", verbose_name="période")
    until = models.DateTimeField("jusqu’au")
    reason = models.CharField(
        "motif", max_length=200, help_text="L’historique de chaque note changée d’ici là le gardera."
    )
    opened_by = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="+", editable=False, verbose_name="rouverte par"
    )
    opened_at = models.DateTimeField("rouverte le", editable=False)

    class Meta:
        verbose_name = "réouverture exceptionnelle"
        verbose_name_plural = "réouvertures exceptionnelles"
        indexes = [models.Index("course", "term", name="reopening_of_course")]

    def __str__(self) -> str:
        return f"{self.course}, {self.term}"


def reopening_of(course_id: int, term_id: int, at: datetime) -> Reopening | None:
    """What lets a course's teachers write in a closed term at that instant. One query."""
    return next((one for one in _reopenings(course_id, term_id) if one.until > at), None)


@prepared
def _reopenings(course_id: int, term_id: int) -> models.QuerySet:
    return Reopening.objects.filter(course=course_id, term=term_id).order_by("-until", "pk")[:1]


class Stamp(SchoolOwned):
    """A class's published marks, as they stand: the token is another after each change to any of them."""

    class_group = models.OneToOneField(
        "classes.ClassGroup", models.CASCADE, related_name="+", verbose_name="classe"
    )
    token = models.CharField(max_length=32)

    class Meta:
        verbose_name = "empreinte"

    def __str__(self) -> str:
        return self.token
