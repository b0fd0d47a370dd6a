"""The class council: who sat, what it said of each pupil."""

from django.db import models

from apps.core.history import keep_history
from apps.core.tenancy import SchoolManager, SchoolOwned, SchoolQuerySet
from apps.reports.rules import (
    AT_MOST_OF_A_REASON,
    CONDUCT_SANCTIONS,
    DECISIONS,
    DISTINCTIONS,
    WORK_SANCTIONS,
    Ruling,
)


@keep_history()
class ClassCouncil(SchoolOwned):
    """The sitting of a class's term, as its minutes tell it.

    `seats`: {"name", "title", "presence"} each, in the order of the minutes.
    """

    class Presence(models.TextChoices):
        PRESENT = "present", "présent"
        EXCUSED = "excused", "excusé"
        ABSENT = "absent", "absent"

    class_term = models.OneToOneField(
        "classes.ClassTerm", models.PROTECT, related_name="+", verbose_name="période de la classe"
    )
    held_on = models.DateField("tenu le")
    chair = models.CharField("présidé par", max_length=80)
    seats = models.JSONField("présences", default=list)
    observations = models.TextField("observations", blank=True)

    class Meta:
        verbose_name = "conseil de classe"
        verbose_name_plural = "conseils de classe"

    def __str__(self) -> str:
        return f"{self.class_term}"


class VerdictQuerySet(SchoolQuerySet):
    def of_term(self, class_term_id: int) -> "VerdictQuerySet":
        return self.filter(class_term=class_term_id)


@keep_history()
class Verdict(SchoolOwned):
    """What a council said of a pupil. `proposed`: what the school's rules proposed of her year, then."""

    class_term = models.ForeignKey(
        "classes.ClassTerm", models.PROTECT, related_name="+", verbose_name="période de la classe"
    )
    student = models.ForeignKey("people.Student", models.PROTECT, related_name="+", verbose_name="élève")
    distinction = models.CharField(
        "distinction", max_length=20, blank=True, choices=list(DISTINCTIONS.items())
    )
    work = models.CharField("travail", max_length=20, blank=True, choices=list(WORK_SANCTIONS.items()))
    conduct = models.CharField("conduite", max_length=20, blank=True, choices=list(CONDUCT_SANCTIONS.items()))
    decision = models.CharField(
        "décision",
        max_length=10,
        blank=True,
        choices=[(one.value, of_a_boy) for one, (of_a_boy, _) in DECISIONS.items()],
    )
    proposed = models.CharField("décision proposée", max_length=10, blank=True)
    reason = models.CharField("motif de la décision", max_length=AT_MOST_OF_A_REASON, blank=True)
    decided_by = models.ForeignKey(
        "accounts.Member", models.PROTECT, related_name="+", verbose_name="saisi par"
    )
    decided_at = models.DateTimeField("saisi le")

    objects = SchoolManager.from_queryset(VerdictQuerySet)()

    class Meta:
        verbose_name = "verdict du conseil"
        verbose_name_plural = "verdicts du conseil"
        constraints = [models.UniqueConstraint(fields=["class_term", "student"], name="one_verdict_each")]

    def __str__(self) -> str:
        return f"{self.student}"

    @property
    def ruling(self) -> Ruling:
        return Ruling(self.distinction, self.work, self.conduct, self.decision, self.reason)
