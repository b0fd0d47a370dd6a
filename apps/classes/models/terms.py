"""Classes, and the terms that their year is cut into."""

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q

from apps.core.tenancy import SchoolManager, SchoolOwned, SchoolQuerySet

from .curriculum import Level, Stream
from .schemes import IN_FULL, GradingScheme


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


class ClassTermQuerySet(SchoolQuerySet):
    def with_reckoning(self) -> Self:
        """Each with the part of its scheme that makes averages."""
        return self.select_related("grading_scheme").defer(*(f"grading_scheme__{name}" for name in IN_FULL))

    def of_cycle(self, year_id: int, cycle: str) -> Self:
        """Those of the classes of a cycle in a year."""
        return self.filter(class_group__year=year_id, class_group__level__cycle=cycle)


class ClassTerm(SchoolOwned):
    """A class in a term: this is what is open, locked, and published.

    While open, its `grading_scheme` is the current version of its year and cycle.
    """

    class State(models.TextChoices):
        """How far it has come, a step after the other."""

        OPEN = "open", "ouverte"
        LOCKED = "locked", "notes arrêtées"
        REMARKS = "remarks", "appréciations"
        COUNCIL = "council", "en conseil"
        PUBLISHED = "published", "publiée"

        @property
        def previous(self) -> "ClassTerm.State | None":
            """The step before; none before the first."""
            steps = list(type(self))
            place = steps.index(self)
            return steps[place - 1] if place else None

    class_group = models.ForeignKey(
        ClassGroup, models.CASCADE, related_name="class_terms", verbose_name="classe"
    )
    term = models.ForeignKey(Term, models.PROTECT, related_name="+", verbose_name="période")
    state = models.CharField("état", max_length=10, choices=State, default=State.OPEN)
    marks_lock_at = models.DateTimeField("arrêt des notes", null=True, blank=True)
    published_at = models.DateTimeField("publiée le", null=True, blank=True)
    grading_scheme = models.ForeignKey(
        GradingScheme, models.PROTECT, related_name="+", verbose_name="règles de notation"
    )

    objects = SchoolManager.from_queryset(ClassTermQuerySet)()

    class Meta:
        verbose_name = "période d’une classe"
        verbose_name_plural = "périodes des classes"
        constraints = [models.UniqueConstraint(fields=["class_group", "term"], name="one_class_term")]

    def __str__(self) -> str:
        return f"{self.class_group}, {self.term}"

    @property
    def is_locked(self) -> bool:
        return self.state != self.State.OPEN


class ClassTermStep(SchoolOwned):
    """A class's term went on, or back: who did it, when, and why it went back."""

    class_term = models.ForeignKey(
        ClassTerm, models.PROTECT, related_name="steps", verbose_name="période de la classe"
    )
    before = models.CharField("de", max_length=10, choices=ClassTerm.State)
    after = models.CharField("à", max_length=10, choices=ClassTerm.State)
    reason = models.CharField("motif", max_length=200, blank=True)
    by = models.ForeignKey("accounts.Member", models.PROTECT, related_name="+", verbose_name="par")
    at = models.DateTimeField("le")

    class Meta:
        verbose_name = "étape d’une période"
        verbose_name_plural = "étapes des périodes"
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_before_display()}, {self.get_after_display()}"
