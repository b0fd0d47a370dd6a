"""A class's term in figures."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from apps.classes.models import ClassTerm
from apps.classes.rules import french
from apps.grades import api as grades
from apps.people.models import Sex, Student
from apps.reports.rules import ClassStatistics, bands_of, count_within, percent, spread_of

from .wording import heading_of, made_on, school_and_letterhead, spelt, term_name

Averages = Mapping[int, Decimal | None]  # by student id
GROUPS = (("Filles", Sex.FEMALE), ("Garçons", Sex.MALE), ("Ensemble", None))


def class_statistics(class_term: ClassTerm, *, on: date) -> ClassStatistics:
    """Of its pupils that day; `class_term` has its class, its term and its rules. Eight queries."""
    results = grades.class_results(class_term, on=on)
    school, letterhead = school_and_letterhead()
    sexes = dict(Student.objects.filter(pk__in=results.pupils).order_by("pk").values_list("pk", "sex"))
    overall = {pk: one.standing.result.overall for pk, one in results.pupils.items()}
    scale = Decimal(class_term.grading_scheme.scale)
    bands = bands_of(scale)
    which = "moyennes arrêtées" if class_term.is_locked else "moyennes provisoires"
    return ClassStatistics(
        heading=heading_of(school, letterhead, class_term.class_group.year),
        title=f"Statistiques de la classe de {class_term.class_group.name}, {term_name(class_term)}",
        about=f"Au {spelt(min(on, class_term.term.ends_on))} · {which}",
        out_of=french(scale),
        half=french(scale / 2),
        groups=tuple(_group(label, _of(overall, sexes, sex), scale) for label, sex in GROUPS),
        bands=tuple(_band(low, below, overall, sexes) for low, below in bands),
        shares=tuple(percent(count_within(overall.values(), *band), _placed(overall)) or 0 for band in bands),
        subjects=tuple(_subjects(results, sexes, scale)),
        made=made_on(school, letterhead, on),
    )


def _of(averages: Averages, sexes: Mapping[int, str], sex: Sex | None) -> list[Decimal | None]:
    return [one for pk, one in averages.items() if sex is None or sexes[pk] == sex]


def _placed(averages: Averages) -> int:
    return sum(one is not None for one in averages.values())


def _group(label: str, averages: list[Decimal | None], scale: Decimal) -> tuple[str, ...]:
    """Its name, how many, placed or not, their mean, lowest, highest, how many pass, in a hundred."""
    spread = spread_of(averages, scale)
    counts = (len(averages), spread.count, len(averages) - spread.count)
    figures = (_text(spread.mean), _text(spread.lowest), _text(spread.highest))
    return (label, *map(str, counts), *figures, str(spread.passed), _percent(spread.share))


def _band(
    low: Decimal, below: Decimal | None, averages: Averages, sexes: Mapping[int, str]
) -> tuple[str, ...]:
    """« 10 à 11,99 », how many girls, boys, pupils, in a hundred."""
    counts = [count_within(_of(averages, sexes, sex), low, below) for _, sex in GROUPS]
    return (_range(low, below), *map(str, counts), _percent(percent(counts[-1], _placed(averages))))


def _range(low: Decimal, below: Decimal | None) -> str:
    if not low:
        return f"Moins de {french(below)}"
    return f"{french(low)} et plus" if below is None else f"{french(low)} à {french(below - Decimal('0.01'))}"


def _subjects(
    results: grades.ClassResults, sexes: Mapping[int, str], scale: Decimal
) -> list[tuple[str, ...]]:
    """In the curriculum's order: its name, how many, mean, lowest, highest, who pass; then girls', boys'."""
    lines = []
    for line in results.plan:
        if line.parent_id is not None or not line.coefficient:
            continue
        averages = {
            pk: one.standing.result.averages.get(line.subject_id) for pk, one in results.pupils.items()
        }
        girls, boys, both = (spread_of(_of(averages, sexes, sex), scale) for _, sex in GROUPS)
        figures = (_text(both.mean), _text(both.lowest), _text(both.highest), _percent(both.share))
        by_sex = (_text(girls.mean), _percent(girls.share), _text(boys.mean), _percent(boys.share))
        lines.append((line.name, str(both.count), *figures, *by_sex))
    return lines


def _text(value: Decimal | None) -> str:
    return "–" if value is None else french(value, places=2)


def _percent(share: int | None) -> str:
    return "–" if share is None else f"{share}\u202f%"
