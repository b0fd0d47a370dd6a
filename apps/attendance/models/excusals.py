from collections.abc import Iterable
from datetime import date, time
from typing import Self

from django.db import models
from django.db.models import F, Q, QuerySet

from apps.core.history import keep_history
from apps.core.prepared import Ids, prepared
from apps.core.tenancy import SchoolManager, SchoolOwned, SchoolQuerySet


class ExcusalQuerySet(SchoolQuerySet):
    def standing(self) -> Self:
        """Those that were not withdrawn."""
        return self.filter(cancelled_at=None)

    def of_day(self, on: date) -> Self:
        return self.filter(starts_on__lte=on, ends_on__gte=on)


@keep_history()
class Excusal(SchoolOwned):
    """Why a pupil is not expected in class, as vie scolaire knows it: some days, or some hours of them.

    Whoever is excused is not absent: no family is alarmed, no hour is counted as missed.
    """

    class Kind(models.TextChoices):
        EXEMPT = "exempt", "dispense"
        INFIRMARY = "infirmary", "infirmerie"
        LEFT_EARLY = "left_early", "départ anticipé"
        EXCLUDED = "excluded", "exclusion temporaire"

    student = models.ForeignKey("people.Student", models.PROTECT, related_name="+", verbose_name="élève")
    kind = models.CharField("nature", max_length=10, choices=Kind)
    course = models.ForeignKey(
        "classes.Course",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="enseignement",
        help_text="Une dispense peut ne valoir que pour lui.",
    )
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")
    starts_at = models.TimeField("de", null=True, blank=True, help_text="Vide : toute la journée.")
    ends_at = models.TimeField("à", null=True, blank=True)
    note = models.CharField("précision", max_length=120, blank=True)
    recorded_by = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="+", verbose_name="écrit par"
    )
    recorded_at = models.DateTimeField("écrit le")
    cancelled_at = models.DateTimeField("retiré le", null=True, blank=True)

    objects = SchoolManager.from_queryset(ExcusalQuerySet)()

    class Meta:
        verbose_name = "élève non attendu"
        verbose_name_plural = "élèves non attendus"
        indexes = [
            models.Index("student", "ends_on", name="excusal_of_student"),
            models.Index("school", "ends_on", name="excusal_of_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="an_excusal_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(starts_at=None, ends_at=None)
                | Q(starts_at__isnull=False, ends_at__isnull=False, ends_at__gt=F("starts_at")),
                name="an_excusal_s_hours_are_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.starts_on:%d/%m/%Y}"


def excused_at(
    student_ids: Iterable[int], on: date, starts_at: time, course_id: int | None
) -> dict[int, Excusal.Kind]:
    """Which of these pupils are excused from an hour that starts then, and how. One query.

    Whoever leaves after it has begun was there. A dispense from one course counts in its hours only.
    """
    rows = _excused(list(student_ids), on, starts_at, course_id or 0)
    return {pk: Excusal.Kind(kind) for pk, kind in rows}


@prepared
def _excused(student_ids: Ids, on: date, starts_at: time, course_id: int) -> QuerySet:
    in_force = Q(starts_at=None) | Q(starts_at__lte=starts_at, ends_at__gt=starts_at)
    its_course = Q(course=None) | Q(course=course_id)
    excusals = Excusal.objects.standing().of_day(on).filter(in_force, its_course)
    return excusals.filter(student__pk__any_of=student_ids).order_by("pk").values_list("student", "kind")
