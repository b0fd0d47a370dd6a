"""The register of a class: who missed what, day by day or week by week, and what it comes to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from apps.attendance.rules import SUNDAY, Letter, Tally, days_in, letters, weeks_in
from apps.classes import api as classes
from apps.classes.models import ClassGroup
from apps.core.templatetags.look import DAYS, day, short_day
from apps.people.models import Sex, Student

from .counting import NOTHING, Record, records
from .windows import TERM, WEEK, YEAR, Window

NO_REASON = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A day, or a week, of the register."""

    first: date
    last: date
    label: str
    title: str
    begins_week: bool = False


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A pupil's line; `number` is the register's."""

    student_id: int
    number: int
    last_name: str
    first_name: str
    cells: list[dict[Letter, int]]
    tally: Tally


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """One class, some days."""

    class_group: ClassGroup
    window: Window
    columns: list[Column]
    rows: list[RegisterRow]
    total: Tally

    @property
    def fields(self) -> list[tuple[str, object]]:
        """What a form sends to ask for the same."""
        day = f"{self.window.first:%Y-%m-%d}"
        return [("classe", self.class_group.pk), ("duree", self.window.kind), ("jour", day)]

    @property
    def is_empty(self) -> bool:
        return self.total == Tally()


def register_page(class_group: ClassGroup, window: Window) -> RegisterPage:
    """Six queries. Whoever arrived or left counts for the days she was in the class."""
    spells = classes.class_spells(*window.days, class_group.pk)
    found = of_spells(spells, records(window.days, {spell.student_id for spell in spells}))
    pupils = Student.objects.filter(pk__in=[pk for _, pk in found]).in_register_order()
    columns = _columns(window, found.values())
    rows = [
        _row(number, *pupil, found[class_group.pk, pupil[0]], columns)
        for number, pupil in enumerate(pupils.values_list("pk", "last_name", "first_name"), start=1)
    ]
    return RegisterPage(class_group, window, columns, rows, sum((row.tally for row in rows), Tally()))


def of_spells(
    spells: Iterable[classes.ClassSpell], found: Mapping[int, Record]
) -> dict[tuple[int, int], Record]:
    """What each pupil missed in each class she was in, by class and student id."""
    kept: dict[tuple[int, int], Record] = {}
    for spell in spells:
        record = found.get(spell.student_id, NOTHING).within(spell.since, spell.until or date.max)
        known = kept.get((spell.class_group_id, spell.student_id), NOTHING)
        kept[spell.class_group_id, spell.student_id] = Record(
            known.absences + record.absences, known.late + record.late, known.away + record.away
        )
    return kept


def _row(
    number: int, pk: int, last_name: str, first_name: str, record: Record, columns: list[Column]
) -> RegisterRow:
    cells = []
    for column in columns:
        part = record.within(column.first, column.last)
        cells.append(letters(part.absences, (minutes for _, minutes in part.late)))
    return RegisterRow(pk, number, last_name.upper(), first_name, cells, record.tally())


def _columns(window: Window, found: Iterable[Record]) -> list[Column]:
    if window.kind in (TERM, YEAR):
        return [
            Column(first, last, f"{first:%d/%m}", f"Semaine du {short_day(first)}")
            for first, last in weeks_in(*window.days)
        ]
    busy = {one.held_on for record in found for one in record.absences}
    busy |= {on for record in found for on, _ in record.late}
    return [
        Column(on, on, _label(on, window), day(on), on.weekday() == 0)
        for on in days_in(*window.days)
        if on.weekday() != SUNDAY or on in busy
    ]


def _label(on: date, window: Window) -> str:
    return f"{DAYS[on.weekday()][:3].capitalize()}. {on.day}" if window.kind == WEEK else str(on.day)


# Totals


@dataclass(frozen=True, slots=True)
class TotalLine:
    """What a class, or all the girls, or all absences of a reason, come to."""

    name: str
    pupils: int
    tally: Tally
    class_group_id: int | None = None


@dataclass(frozen=True, slots=True)
class TotalsPage:
    """Some days in figures: by class, by sex, by reason."""

    window: Window
    by_class: list[TotalLine]
    by_sex: list[TotalLine]
    by_reason: list[TotalLine]
    total: TotalLine


def totals_page(class_groups: Iterable[ClassGroup], window: Window) -> TotalsPage:
    """Six queries, whatever the number of classes and pupils."""
    names = {one.pk: one.name for one in class_groups}
    spells = [one for one in classes.class_spells(*window.days) if one.class_group_id in names]
    students = {spell.student_id for spell in spells}
    found = of_spells(spells, records(window.days, students if len(names) == 1 else None))
    sexes = dict(Student.objects.filter(pk__in=students).values_list("pk", "sex"))

    tallies = {key: record.tally() for key, record in found.items()}
    by_class = [
        _total(name, {pupil: one for (its_class, pupil), one in tallies.items() if its_class == pk}, pk)
        for pk, name in names.items()
    ]
    by_sex = [
        _total(label.capitalize(), {key: one for key, one in tallies.items() if sexes[key[1]] == sex})
        for sex, label in Sex.choices
    ]
    total = _total("Total", tallies)
    return TotalsPage(window, by_class, by_sex, _by_reason(found), total)


def _total(name: str, tallies: Mapping[object, Tally], class_group_id: int | None = None) -> TotalLine:
    return TotalLine(name, len(tallies), sum(tallies.values(), Tally()), class_group_id)


def _by_reason(found: Mapping[tuple[int, int], Record]) -> list[TotalLine]:
    """Absences alone, by the school's reasons or the words typed; the most given first, none at the end."""
    by_reason: dict[str, dict[tuple[int, int], list]] = defaultdict(lambda: defaultdict(list))
    for pupil, record in found.items():
        for one in record.absences:
            by_reason[one.reason][pupil].append(one)
    lines = [
        _total(reason, {pupil: Record(absences).tally() for pupil, absences in pupils.items()})
        for reason, pupils in by_reason.items()
    ]
    return sorted(lines, key=lambda line: (line.name == NO_REASON, -line.tally.missed.hours, line.name))
