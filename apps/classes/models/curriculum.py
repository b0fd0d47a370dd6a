"""Levels, subjects, and what these weigh."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from apps.core.tenancy import SchoolOwned


class Cycle(models.TextChoices):
    """What a level belongs to; each has its own rules of grading."""

    FIRST = "first", "premier cycle"
    SECOND = "second", "second cycle"


class Level(SchoolOwned):
    """A niveau: 6e, 5e, Tle."""

    code = models.CharField("code", max_length=10)
    name = models.CharField("nom", max_length=40)
    position = models.PositiveSmallIntegerField("ordre", default=0)
    cycle = models.CharField("cycle", max_length=10, choices=Cycle, default=Cycle.FIRST)

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
        "classes.ClassGroup",
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
