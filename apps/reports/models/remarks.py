"""What teachers write of pupils: appréciations, and each teacher's own stock of sentences."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from apps.classes.models import ClassTerm
from apps.core.history import keep_history
from apps.core.tenancy import SchoolManager, SchoolOwned, SchoolQuerySet
from apps.reports.rules import AT_MOST, AT_MOST_OF_A_SUBJECT

# Until the council sits.
WRITABLE = frozenset({ClassTerm.State.OPEN, ClassTerm.State.LOCKED, ClassTerm.State.REMARKS})


class RemarkQuerySet(SchoolQuerySet):
    def of_subject(self, subject_id: int | None) -> Self:
        """None: the general ones."""
        return self.filter(subject=subject_id)


@keep_history()
class Remark(SchoolOwned):
    """An appréciation of a pupil in a term: a subject's, by who teaches it; or the general one, without a
    subject, by the form teacher.
    """

    class_term = models.ForeignKey(
        "classes.ClassTerm", models.PROTECT, related_name="+", verbose_name="période de la classe"
    )
    student = models.ForeignKey("people.Student", models.PROTECT, related_name="+", verbose_name="élève")
    subject = models.ForeignKey(
        "classes.Subject", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="matière"
    )
    text = models.CharField("appréciation", max_length=AT_MOST)
    author = models.ForeignKey("accounts.Member", models.PROTECT, related_name="+", verbose_name="écrite par")
    written_at = models.DateTimeField("écrite le")

    objects = SchoolManager.from_queryset(RemarkQuerySet)()

    class Meta:
        verbose_name = "appréciation"
        indexes = [models.Index("student", "subject", name="remark_of_student")]
        constraints = [
            models.UniqueConstraint(
                fields=["class_term", "student", "subject"],
                name="one_remark_of_a_subject",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=~Q(text=""), name="a_remark_says_something"),
            models.CheckConstraint(
                condition=Q(subject=None) | LessThanOrEqual(Length("text"), AT_MOST_OF_A_SUBJECT),
                name="a_subject_s_remark_fits_its_column",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class PhraseQuerySet(SchoolQuerySet):
    def that_fit(self, room: int) -> Self:
        """Those of so many characters at most, in alphabetical order."""
        return self.annotate(length=Length("text")).filter(length__lte=room).order_by("text", "pk")


class RemarkPhrase(SchoolOwned):
    """A sentence that a teacher keeps, to begin remarks with."""

    member = models.ForeignKey("accounts.Member", models.CASCADE, related_name="+", verbose_name="de")
    text = models.CharField("phrase", max_length=AT_MOST)

    objects = SchoolManager.from_queryset(PhraseQuerySet)()

    class Meta:
        verbose_name = "phrase gardée"
        verbose_name_plural = "phrases gardées"
        constraints = [
            models.UniqueConstraint(fields=["member", "text"], name="one_phrase_of_a_text"),
            models.CheckConstraint(condition=~Q(text=""), name="a_phrase_says_something"),
        ]

    def __str__(self) -> str:
        return self.text
