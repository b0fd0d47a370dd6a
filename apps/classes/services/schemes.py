"""How the school grades: the next version, and who follows it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.accounts.models import Member
from apps.classes.models import ClassGroup, ClassTerm, ClassTermQuerySet, GradingScheme, Level, Subject
from apps.classes.presets import read_scheme
from apps.schools.models import SchoolYear


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
    follow(revised, ClassTerm.objects.of_cycle(current.year_id, current.cycle))
    return revised


def follow_cycle(level: Level) -> None:
    """A level is of another cycle: the open terms of its classes are graded as that one is."""
    years = SchoolYear.objects.filter(pk__in=ClassGroup.objects.filter(level=level).values("year"))
    for year in years.order_by("pk"):
        its = ClassTerm.objects.filter(class_group__level=level, class_group__year=year)
        follow(scheme_of(year, level.cycle), its)


def follow(scheme: GradingScheme, class_terms: ClassTermQuerySet) -> None:
    """Those that are open, in the order in which whoever saves marks holds them."""
    ids = class_terms.filter(state=ClassTerm.State.OPEN).exclude(grading_scheme=scheme)
    held = ids.order_by("pk").select_for_update(of=["self"], no_key=True).values_list("pk", flat=True)
    ClassTerm.objects.filter(pk__in=list(held), state=ClassTerm.State.OPEN).update(grading_scheme=scheme)
